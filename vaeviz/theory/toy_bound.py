"""The ELBO of one number under the decoder N(z, s²) and the prior N(0, 1), where all is known.

The posterior is N(x / (1 + s²), s² / (1 + s²)), the evidence p(x) = N(x; 0, 1 + s²): the linear VAE
of one dimension with weight 1 (Tipping & Bishop 1999). For any q = N(μ, σ²)
log p(x) = ELBO + KL(q ‖ p(z|x)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vaeviz.theory.gaussian_kl import LOG_2PI, kl, log_density
from vaeviz.theory.two_gaussians import Gaussian
from vaeviz.theory.water_filling import Floats


@dataclass(frozen=True)
class Bound:
    """`evidence` is log p(x), `likelihood` E_q log p(x|z), `rate` KL(q ‖ p(z)), and `gap`
    KL(q ‖ p(z|x)).
    """

    evidence: float
    likelihood: float
    rate: float
    gap: float
    posterior: Gaussian

    @property
    def elbo(self) -> float:
        """E_q log p(x|z) − KL(q ‖ p(z))."""
        return self.likelihood - self.rate


def posterior(x: float, noise: float) -> Gaussian:
    """The true p(z|x); `noise` is s²."""
    return Gaussian(x / (1 + noise), (noise / (1 + noise)) ** 0.5)


def bound(mu: float, sigma: float, x: float, noise: float) -> Bound:
    """All terms at q = N(mu, sigma²)."""
    true = posterior(x, noise)
    return Bound(
        float(log_density(x, 0.0, 1 + noise)),
        float(expected_likelihood(mu, sigma, x, noise)),
        float(kl(mu, sigma)),
        float(kl(mu, sigma, true.mu, true.sigma)),
        true,
    )


def expected_likelihood(mu: ArrayLike, sigma: ArrayLike, x: float, noise: float) -> Floats:
    """E_q log N(x; z, s²), by broadcasting: the square's mean has σ² besides."""
    m, s = np.asarray(mu, np.float64), np.asarray(sigma, np.float64)
    return -0.5 * (LOG_2PI + np.log(noise) + ((x - m) ** 2 + s**2) / noise)


def elbo(mu: ArrayLike, sigma: ArrayLike, x: float, noise: float) -> Floats:
    """The ELBO, by broadcasting."""
    return expected_likelihood(mu, sigma, x, noise) - kl(mu, sigma)
