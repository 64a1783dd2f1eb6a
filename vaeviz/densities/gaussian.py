"""The diagonal Gaussian: log density, KL to the standard normal, reparameterized sample; and the
likelihoods with one σ² for all elements, which is fixed, learned, or optimal.

KL: Kingma & Welling 2014 (arXiv:1312.6114), appendix B. All results are in nats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vaeviz.densities.likelihood import Likelihood, Variance, edges
from vaeviz.records.array import Array

if TYPE_CHECKING:
    from torch import Tensor

LOG_2PI = math.log(2 * math.pi)
LEAST_SIGMA2 = 1e-6  # of an optimal σ²: a perfect reconstruction would have an infinite likelihood


def log_prob(x: Tensor, mean: Tensor, sigma2: Tensor | float) -> Tensor:
    """log N(x; mean, sigma2 I), summed over the last axis: (..., D) -> (...).

    `sigma2` is one variance for all elements or a tensor that broadcasts against `x`.
    """
    variance = x.new_tensor(sigma2) if isinstance(sigma2, float | int) else sigma2.to(x)
    return -0.5 * ((x - mean) ** 2 / variance + variance.log() + LOG_2PI).sum(-1)


def kl_to_standard_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mu, exp logvar) || N(0, 1)) of each dimension: (..., d) -> (..., d)."""
    return 0.5 * (mu**2 + logvar.expm1() - logvar)


def sample(mu: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
    """z = mu + sigma * noise, with noise ~ N(0, I) of the same shape as `mu`."""
    return mu + (0.5 * logvar).exp() * noise


def optimal_sigma2(x: Tensor, mean: Tensor) -> Tensor:
    """The variance that maximises the Gaussian likelihood: the mean squared error per element.

    Rybkin, Daniilidis & Levine 2021 (arXiv:2006.13202), "optimal sigma-VAE". Never below 1e-6.
    """
    return ((x - mean) ** 2).mean().clamp_min(LEAST_SIGMA2)


def gaussian_pixels(mean: Array, sigma2: float | Array, seed: int) -> Array:
    """mean + σ ε with seeded ε ~ N(0, I), float32; `sigma2` broadcasts against `mean`."""
    noise = np.random.default_rng(seed).standard_normal(mean.shape, dtype=np.float32)
    return (mean + np.sqrt(sigma2, dtype=np.float32) * noise).astype(np.float32)


@dataclass(frozen=True)
class Gaussian(Likelihood):
    """p(x|z) = N(x; output, σ² I)."""

    has_output_gradient: ClassVar[bool] = True

    @property
    def known(self) -> Likelihood:
        return FIXED

    def nats(self, loss: float, elements: int, sigma2: float) -> float:
        return 0.5 * (loss / sigma2 + elements * math.log(2 * math.pi * sigma2))

    def loss_of_nats(self, distortion: Array, elements: int, sigma2: Array) -> Array:
        return sigma2 * (2 * distortion - elements * np.log(2 * math.pi * sigma2))

    def unit(self, mean: Array) -> Array:
        """1: in data units."""
        return np.ones_like(mean)

    def neutral(self, mean: Array, levels: int) -> Array:
        return mean

    def constant(self, x: Array, levels: int) -> tuple[Array, Array]:
        mean = x.mean(0, dtype=np.float64).astype(x.dtype)
        return mean, mean

    def constant_losses(self, x: Array, parameters: Array) -> Array:
        return ((x - parameters) ** 2).sum(1)

    def noise_scale(self, x: Array, predicted: Array) -> float:
        return float(np.sqrt(max(((x - predicted) ** 2).mean(), 1e-12)))

    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        log = x.new_tensor(log_sigma2) if isinstance(log_sigma2, float | int) else log_sigma2
        return log_prob(x, outputs, log.exp())

    def log_masses(self, x: Array, outputs: Array, sigma2: float, levels: int) -> Array:
        """The first and the last level have all that is below and above."""
        from scipy.special import log_ndtr

        low, high = edges(x, levels)
        below = np.where(low <= 0, -np.inf, (low - outputs) / sigma2**0.5)
        above = np.where(high >= 1, np.inf, (high - outputs) / sigma2**0.5)
        flipped = below > 0  # the same mass on the other side, where it is no difference of ones
        lower, upper = np.where(flipped, -above, below), np.where(flipped, -below, above)
        top = log_ndtr(upper)
        return top + np.log1p(-np.exp(log_ndtr(lower) - top))

    def mean(self, outputs: Tensor) -> Tensor:
        return outputs

    def without_code(self, outputs: Tensor, mean: Tensor) -> Tensor:
        return mean.expand_as(outputs)

    def sample(self, outputs: Tensor, sigma2: float | Array, seed: int) -> Array:
        return gaussian_pixels(outputs.numpy(), sigma2, seed)

    def loss(self, x: Tensor, outputs: Tensor) -> Tensor:
        return ((x - outputs) ** 2).sum(-1)

    def output_gradient(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor) -> Tensor:
        return (outputs - x).div_(len(x) * log_sigma2.exp())


class _Optimal(Gaussian):
    """σ² is the mean squared error per element of the batch, whatever `log_sigma2` says."""

    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        return log_prob(x, outputs, optimal_sigma2(x, outputs))


FIXED = Gaussian("gaussian", "Gaussian, σ² fixed", Variance.FIXED, "density", "gaussian")
LEARNED = Gaussian(
    "gaussian-learned", "Gaussian, σ² learned", Variance.LEARNED, "density", "gaussian"
)
OPTIMAL = _Optimal(
    "gaussian-optimal", "Gaussian, σ² optimal", Variance.OPTIMAL, "density", "gaussian"
)
ENTRIES = (FIXED, LEARNED, OPTIMAL)
