"""An objective: how the code is drawn, its named per-example terms, and their weights.

Sums over pixels and latent dimensions, never means: a mean over pixels silently multiplies beta.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from vaeviz.densities import LIKELIHOODS


@dataclass(frozen=True)
class Terms:
    """`distortion` (B,) is -log p(x|z); `kl` (B, d) the rate of each latent dimension; nats."""

    distortion: Tensor
    kl: Tensor

    @property
    def rate(self) -> Tensor:
        """KL(q(z|x) || p(z)) of each example, (B,)."""
        return self.kl.sum(-1)

    @property
    def elbo(self) -> Tensor:
        """-(D + R) of each example, (B,)."""
        return -(self.distortion + self.rate)


class Objective(ABC):
    """`stochastic`: the code is a sample of q(z|x), so that several samples make sense.

    `by_hand`: J is D + β max(λ, KL_j), whose gradients `training.mlp_step` has.
    """

    stochastic: ClassVar[bool] = True
    by_hand: ClassVar[bool] = False

    @abstractmethod
    def code(self, mu: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
        """z (B, d), with noise ~ N(0, I)."""

    @abstractmethod
    def kl(self, mu: Tensor, logvar: Tensor) -> Tensor:
        """The rate of each dimension, (B, d)."""

    def terms(
        self,
        x: Tensor,
        parameters: Tensor,
        mu: Tensor,
        logvar: Tensor,
        likelihood: str,
        log_sigma2: Tensor | float = 0.0,
    ) -> Terms:
        """The terms of examples (B, D) and the likelihood's parameters at one code each."""
        distortion = -LIKELIHOODS[likelihood].log_prob(x, parameters, log_sigma2)
        return Terms(distortion, self.kl(mu, logvar))

    def weigh(self, terms: Terms, beta: float, free_bits: float = 0.0) -> Tensor:
        """J = D + beta R, averaged over the batch; `free_bits` is the floor of each mean KL."""
        kl = terms.kl.mean(0)  # (d,)
        if free_bits > 0:
            kl = kl.clamp_min(free_bits)
        return terms.distortion.mean() + beta * kl.sum()
