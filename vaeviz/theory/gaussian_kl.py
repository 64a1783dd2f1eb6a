"""Gaussians of independent dimensions: their KL divergence, and the log density, in nats.

    KL(N(μ, σ²) ‖ N(μ₀, σ₀²)) = log(σ₀/σ) + (σ² + (μ − μ₀)²) / 2σ₀² − ½

With μ₀ = 0 and σ₀ = 1 this is ½ (σ² + μ² − 1 − log σ²), the KL of a VAE's objective (Kingma &
Welling 2014, arXiv:1312.6114, appendix B).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from vaeviz.theory.water_filling import Floats

LOG_2PI = math.log(2 * math.pi)


def kl(
    mu: ArrayLike, sigma: ArrayLike, prior_mu: ArrayLike = 0.0, prior_sigma: ArrayLike = 1.0
) -> Floats:
    """The KL of each dimension, by broadcasting; ∞ at sigma = 0."""
    m, s, m0, s0 = (np.asarray(v, dtype=np.float64) for v in (mu, sigma, prior_mu, prior_sigma))
    with np.errstate(divide="ignore"):
        return np.log(s0) - np.log(s) + (s**2 + (m - m0) ** 2) / (2 * s0**2) - 0.5


def log_density(x: ArrayLike, mean: ArrayLike, sigma2: ArrayLike) -> Floats:
    """log N(x; mean, sigma2) of each dimension, by broadcasting."""
    value, centre, variance = (np.asarray(v, dtype=np.float64) for v in (x, mean, sigma2))
    return -0.5 * (LOG_2PI + np.log(variance) + (value - centre) ** 2 / variance)
