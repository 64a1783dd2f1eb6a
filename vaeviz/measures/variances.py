"""Fixed, optimal and per-pixel decoder variances on the networks of a multi-rate model, at β = 1.

With one σ² for all pixels the best is the mean squared error per element: Rybkin, Daniilidis &
Levine 2021, "Simple and Effective VAE Training with Calibrated Decoders" (arXiv:2006.13202). The
best σ² of a pixel j is the mean squared error of that pixel,

    D = ½ Σ_j (log 2π s_j + E(x_j - x̂_j)² / s_j),    s_j = E(x_j - x̂_j)² on training examples,

for a network trained with one σ², whose rate stays the same: a valid bound, but not the one that
joint training would reach.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Array, Curve
from vaeviz.records.variance import FLOOR


def elbo(loss: Array | float, rate: Array | float, elements: int, sigma2: Array | float) -> Array:
    """-(D + R) for a squared error summed over elements, its rate, and one σ²; arrays broadcast."""
    sigma2 = np.asarray(sigma2, np.float64)
    return -(
        0.5 * (np.asarray(loss) / sigma2 + elements * np.log(2 * math.pi * sigma2))
        + np.asarray(rate)
    )


def over_variances(curve: Curve, elements: int, sigma2s: Array) -> tuple[Array, NDArray[np.bool_]]:
    """ELBO (S,) of the network of the nearest τ on the curve to each σ² (S,), and whether it is
    farther than half a step of the curve, (S,): beyond the ends of the curve the network stays the
    same.
    """
    place = np.abs(np.log(curve.taus)[:, None] - np.log(sigma2s)).argmin(0)  # (S,)
    step = math.log(curve.taus[1] / curve.taus[0])
    held = np.abs(np.log(curve.taus[place] / sigma2s)) > 0.501 * step
    return elbo(curve.losses[place], curve.rates[place], elements, sigma2s), held


def residuals(codec: Codec, x: Array, noise: Array, tau: float, d: int) -> Array:
    """(x - x̂)² (N, D) at one posterior sample each, z = μ + σ·noise (N, at least d)."""
    mu, logvar = codec.encode(x, tau, d)  # (N, d)
    z = mu + np.exp(0.5 * logvar) * noise[: len(mu), : mu.shape[1]]
    return (x.astype(np.float64) - codec.decode(z, tau, d)) ** 2


def per_pixel(squared: Array, floor: float = FLOOR) -> Array:
    """s_j (D,) from training residuals (N, D), none below the floor."""
    return np.maximum(squared.mean(0), floor)


def distortion(squared: Array, variances: Array | float) -> Array:
    """-log p(x|z) (N, D) per pixel of residuals (N, D) under variances (D,), or under one."""
    variances = np.asarray(variances, np.float64)
    return 0.5 * (np.log(2 * math.pi * variances) + squared / variances)
