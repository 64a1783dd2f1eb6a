"""The two terms of the evidence lower bound, per example and in nats, with all their constants.

ELBO = E_q[log p(x|z)] - KL(q(z|x) || p(z)): Kingma & Welling 2014 (arXiv:1312.6114), equation 3.
Sums over pixels and latent dimensions, never means: a mean over pixels silently multiplies beta.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from vaeviz.config import Likelihood
from vaeviz.densities import bernoulli, categorical, gaussian, gaussian_per_pixel


@dataclass(frozen=True)
class Terms:
    """`distortion` (B,) is -log p(x|z); `kl` (B, d) the rate of each latent dimension."""

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


def terms(
    x: Tensor,
    parameters: Tensor,
    mu: Tensor,
    logvar: Tensor,
    likelihood: Likelihood,
    log_sigma2: Tensor | float = 0.0,
) -> Terms:
    """Distortion and rate of examples (B, D), from likelihood parameters at one posterior sample
    each.
    """
    kl = gaussian.kl_to_standard_normal(mu, logvar)
    return Terms(distortion(x, parameters, likelihood, log_sigma2), kl)


def distortion(
    x: Tensor, parameters: Tensor, likelihood: Likelihood, log_sigma2: Tensor | float
) -> Tensor:
    """-log p(x|z) in nats, (B,); for "gaussian-optimal" sigma2 is set to its optimum over the
    batch.
    """
    return -_LOG_PROB[likelihood](x, parameters, log_sigma2)


def optimal_sigma2(x: Tensor, mean: Tensor) -> Tensor:
    """The variance that maximises the Gaussian likelihood: the mean squared error per element.

    Rybkin, Daniilidis & Levine 2021 (arXiv:2006.13202), "optimal sigma-VAE". Never below 1e-6.
    """
    return ((x - mean) ** 2).mean().clamp_min(1e-6)


def _gaussian(x: Tensor, mean: Tensor, log_sigma2: Tensor | float) -> Tensor:
    variance = (
        log_sigma2.exp() if isinstance(log_sigma2, Tensor) else x.new_tensor(log_sigma2).exp()
    )
    return gaussian.log_prob(x, mean, variance)


def _gaussian_optimal(x: Tensor, mean: Tensor, _: Tensor | float) -> Tensor:
    return gaussian.log_prob(x, mean, optimal_sigma2(x, mean))


def _per_pixel(x: Tensor, parameters: Tensor, _: Tensor | float) -> Tensor:
    return gaussian_per_pixel.log_prob(x, parameters)


def _bernoulli(x: Tensor, logits: Tensor, _: Tensor | float) -> Tensor:
    return bernoulli.log_prob(x, logits)


def _categorical(x: Tensor, logits: Tensor, _: Tensor | float) -> Tensor:
    return categorical.log_prob(x, logits)


_LOG_PROB = {
    "gaussian": _gaussian,
    "gaussian-learned": _gaussian,
    "gaussian-optimal": _gaussian_optimal,
    "gaussian-per-pixel": _per_pixel,
    "bernoulli": _bernoulli,
    "categorical": _categorical,
}
