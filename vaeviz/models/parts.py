"""A VAE in five functions, as a course writes it; a mistake is another function in one's place.

The error is −log p(x|z) of a Gaussian decoder with σ² = 0.05, without its constant, and the KL is
in closed form (Kingma & Welling 2014, arXiv:1312.6114, appendix B): nats per example both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

SIGMA2 = 0.05


def sample(mu: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
    return mu + (0.5 * logvar).exp() * noise


def kl(mu: Tensor, logvar: Tensor) -> Tensor:
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)


def error(x_hat: Tensor, x: Tensor) -> Tensor:
    return ((x_hat - x) ** 2).sum(1) / (2 * SIGMA2)


def loss(error: Tensor, kl: Tensor, beta: float) -> Tensor:
    return (error + beta * kl).mean()


def beta_at(step: int, beta: float) -> float:
    return beta


@dataclass(frozen=True)
class Parts:
    """The functions of one VAE. `sample` takes μ, log σ² and noise (B, d); `kl` and `error` give
    one number per example (B,); `beta_at` is the weight of the KL at a step. `outputs` are the
    decoder's, None for as many as the data have elements.
    """

    sample: Callable[[Tensor, Tensor, Tensor], Tensor] = sample
    kl: Callable[[Tensor, Tensor], Tensor] = kl
    error: Callable[[Tensor, Tensor], Tensor] = error
    loss: Callable[[Tensor, Tensor, float], Tensor] = loss
    beta_at: Callable[[int, float], float] = beta_at
    outputs: int | None = None


RIGHT = Parts()
