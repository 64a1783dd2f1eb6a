"""The KL divergence between two Gaussians: closed form, quadrature and Monte Carlo, in nats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.records import Array
from vaeviz.theory.gaussian_kl import kl, log_density

DRAWS = 1000
LINE = np.linspace(-6.0, 6.0, 241)  # of the pictures
WIDE = np.linspace(-9.0, 9.0, 361)  # deviations of q over which the integral is taken


@dataclass(frozen=True)
class Gaussian:
    """N(mu, sigma²) on a line."""

    mu: float
    sigma: float

    def log(self, at: Array) -> Array:
        """log N(at; mu, sigma²)."""
        return log_density(at, self.mu, self.sigma**2)


@dataclass(frozen=True, eq=False)
class Divergence:
    """KL(q ‖ p): `exact`; its `integrand` q log(q/p) over `LINE`; its `quadrature` by trapezoids
    within nine deviations of q; and the running mean of log(q/p) over draws of q, with its
    standard error.
    """

    exact: float
    integrand: Array
    quadrature: float
    running: Array
    error: Array


def divergence(q: Gaussian, p: Gaussian, noise: Array) -> Divergence:
    """KL(q ‖ p); `noise` (n,) are draws from N(0, 1), by which z = μ + σε."""
    exact = float(kl(q.mu, q.sigma, p.mu, p.sigma))
    far = q.mu + q.sigma * WIDE
    z = q.mu + q.sigma * noise
    ratio = q.log(z) - p.log(z)
    count = np.arange(1, len(ratio) + 1)
    running = np.cumsum(ratio) / count
    spread = np.maximum(np.cumsum(ratio**2) / count - running**2, 0.0)
    return Divergence(
        exact,
        _integrand(q, p, LINE),
        float(np.trapezoid(_integrand(q, p, far), far)),
        running,
        np.sqrt(spread / np.maximum(count - 1, 1)),
    )


def _integrand(q: Gaussian, p: Gaussian, at: Array) -> Array:
    log_q = q.log(at)
    return np.exp(log_q) * (log_q - p.log(at))


def noise(seed: int) -> Array:
    """The draws ε of this seed, rounded so that a message carries them exactly."""
    return np.round(np.random.default_rng(seed).standard_normal(DRAWS), 6)
