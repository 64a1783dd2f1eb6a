"""One step's outputs and the gradients of J = D + beta R: by autograd, for any model and
likelihood.

`mlp_step` finds the same gradients by hand, in less time, where it can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from vaeviz.config import RunSettings
from vaeviz.densities import gaussian
from vaeviz.models.masked import hide
from vaeviz.models.vae import parameters
from vaeviz.objectives.elbo import Terms, optimal_sigma2, terms


class Autoencoder(Protocol):
    """What training needs of a model; `vaeviz.models.vae.VAE` has it."""

    log_sigma2: Tensor

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]: ...
    def decode(self, z: Tensor) -> Tensor: ...
    def parameters(self) -> Iterator[nn.Parameter]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> Any: ...


@dataclass(frozen=True)
class Outputs:
    """What a step saw: examples (B, D), likelihood parameters, mu and logvar (B, d), before its
    update.
    """

    x: Tensor
    parameters: Tensor
    mu: Tensor
    logvar: Tensor
    log_sigma2: Tensor

    def terms(self, settings: RunSettings) -> Terms:
        """Distortion and rate of each example; the rate of a plain autoencoder is zero."""
        found = terms(
            self.x, self.parameters, self.mu, self.logvar, settings.likelihood, self.log_sigma2
        )
        return (
            found if settings.variational else Terms(found.distortion, torch.zeros_like(found.kl))
        )

    def detached(self) -> Outputs:
        """The same without a graph; sigma2 as it is now, whatever an update makes of it."""
        return Outputs(
            self.x,
            self.parameters.detach(),
            self.mu.detach(),
            self.logvar.detach(),
            self.log_sigma2.detach().clone(),
        )


class Gradients(Protocol):
    """Leaves the gradients of J on examples (B, D) in `weights`, which are what an optimizer
    moves.
    """

    weights: list[nn.Parameter]

    def __call__(
        self, x: Tensor, generator: torch.Generator, settings: RunSettings, beta: float
    ) -> Outputs: ...


class ByAutograd:
    """Gradients of any `Autoencoder`."""

    def __init__(self, model: Autoencoder) -> None:
        self.model, self.weights = model, list(model.parameters())

    def __call__(
        self, x: Tensor, generator: torch.Generator, settings: RunSettings, beta: float
    ) -> Outputs:
        mu, logvar = self.model.encode(x)  # (B, d)
        z = draw(mu, logvar, generator, settings.variational)
        out = parameters(self.model, z, hide(x, settings.unseen, generator))
        if settings.likelihood == "gaussian-optimal":
            self.model.log_sigma2.copy_(optimal_sigma2(x, out.detach()).log())
        seen = Outputs(x, out, mu, logvar, self.model.log_sigma2)
        for weight in self.weights:
            weight.grad = None
        combine(seen.terms(settings), beta, settings.free_bits).backward()
        return seen.detached()


def draw(
    mu: Tensor, logvar: Tensor, generator: torch.Generator, variational: bool = True
) -> Tensor:
    """z; a plain autoencoder draws the noise too, so that it sees the same batches as its twin."""
    noise = torch.randn(mu.shape, generator=generator, device=mu.device)
    return gaussian.sample(mu, logvar, noise) if variational else mu


def combine(found: Terms, beta: float, free_bits: float = 0.0) -> Tensor:
    """J = D + beta R, averaged over the batch; each dimension's mean KL counts as `free_bits` at
    least.
    """
    kl = found.kl.mean(0)  # (d,)
    if free_bits > 0:
        kl = kl.clamp_min(free_bits)
    return found.distortion.mean() + beta * kl.sum()
