"""The saving of a linear code of residuals: the linear VAE's exact gain, on held-out examples.

A code of k dimensions at noise variance s gives the i-th principal direction of the residuals, of
variance λ_i > s, the model variance λ_i instead of s. At its optimum the bound is probabilistic
PCA's log-likelihood (Tipping & Bishop 1999; Lucas et al. 2019, arXiv:1911.02469), so that coding
example n saves, less its rate,

    gain_n = Σ_{i ≤ k, λ_i > s} ½ [y_ni² (1/s - 1/λ_i) - log(λ_i/s)]  nats,   y_ni its coordinate.

Directions and variances come from training examples, the gain from any: on held-out ones noise
has no gain. For decoders that are not Gaussian, residuals are divided by the likelihood's own
standard deviation; to second order about the prediction, -log p is then the squared error of a
Gaussian with s = 1. A linear code is a lower bound on what any code saves, but for that expansion.

`fitted_gains` also fits s: to the residual of the k directions, or to everything without a code. It
is the ratio of two maximal likelihoods of probabilistic PCA, with k dimensions and with none.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from vaeviz.records import Array

EXTRA, ROUNDS = 8, 6  # of the subspace iteration


class Directions(NamedTuple):
    """The mean (D,), k leading variances (k,), descending, and directions (D, k) of residuals."""

    mean: Array
    values: Array
    vectors: Array


def directions(residuals: Array, k: int) -> Directions:
    """The directions of residuals (N, D), by subspace iteration (Halko, Martinsson & Tropp 2011,
    arXiv:0909.4061).
    """
    mean = residuals.mean(0)
    r = residuals - mean
    width = min(k + EXTRA, *r.shape)
    q = np.random.default_rng(0).standard_normal((r.shape[1], width)).astype(r.dtype)
    for _ in range(ROUNDS):
        q = np.linalg.qr(r.T @ (r @ q))[0]  # (D, k + EXTRA)
    _, singular, axes = np.linalg.svd(r @ q, full_matrices=False)
    return Directions(mean, singular[:k] ** 2 / len(r), q @ axes[:k].T)


def gains(code: Directions, residuals: Array, price: float) -> Array:
    """Nats that a linear code at noise variance `price` saves on each of residuals (N, D): (N,)."""
    paying = code.values > price
    values = code.values[paying].astype(np.float64)
    y = ((residuals - code.mean) @ code.vectors[:, paying]).astype(np.float64)  # (N, k)
    return 0.5 * (y**2 * (1 / price - 1 / values) - np.log(values / price)).sum(1)


def fitted_gains(fitted: Array, residuals: Array, k: int, free: int, least: float) -> Array:
    """Nats (N,) that a linear code of k dimensions saves on residuals (N, D), each side at its best
    s.

    Fitted to other residuals (M, D), which fill `free` of the D dimensions. Variances count as
    `least` at least, so that rounding is no structure.
    """
    code = directions(fitted, max(min(k, free - 1), 0))
    r = (residuals - code.mean).astype(np.float64)
    y2 = (r @ code.vectors) ** 2  # (N, k)
    squares, rest = (r**2).sum(1), max(free - y2.shape[1], 1)
    total = float(((fitted - code.mean).astype(np.float64) ** 2).sum(1).mean())
    values = np.maximum(code.values.astype(np.float64), least)
    plain, level = max(total / free, least), max((total - values.sum()) / rest, least)
    coded = np.log(values).sum() + (y2 / values).sum(1) + rest * math.log(level)
    coded += (squares - y2.sum(1)) / level
    return 0.5 * (free * math.log(plain) + squares / plain - coded)
