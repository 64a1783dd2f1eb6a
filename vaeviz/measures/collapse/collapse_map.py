"""The collapse map: how many dimensions are active over (τ, d) and (β, σ²), and in which order they
die.

A model answers at a level τ; β and σ² act through τ = βσ² alone. So a plane of (β, σ²) is measured
at the distinct products βσ², each once, and no cell is interpolated. Beside every count stands the
linear VAE's (Lucas et al. 2019, arXiv:1911.02469): dimension i is active iff λ_i > τ, with KL_i = ½
log(λ_i/τ) and Var(μ_i) = 1 - τ/λ_i. Its lines τ = λ_i are those of KL_i = 0. By the rules that a
measurement can go by it counts as active until Var(μ_i) = 0.01, at 0.99 λ_i, and as alive until
KL_i = t nats, at λ_i e^(-2t).

Dimension j of the model is compared with eigenvalue j. That is a prediction only for models that
order their dimensions: the linear VAE's closed form, and one trained by nested dropout (Rippel et
al. 2014).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from vaeviz.measures.codecs.codec import Coder
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.records import ACTIVE, Array
from vaeviz.records.collapse import ActiveMap, Deaths, DimensionSweep
from vaeviz.theory.water_filling import Floats

DIGITS = 9  # significant, to which products βσ² must agree to be the same level


def sweep(codec: Coder, x: Array, d: int, taus: Array) -> DimensionSweep:
    """KL and Var_x(μ) of each of d dimensions on examples (N, D) at each level (T,), rising."""
    kl, var_mu = np.empty((len(taus), d)), np.empty((len(taus), d))
    for t, tau in enumerate(taus):
        mu, logvar = codec.encode(x, float(tau), d)  # (N, d)
        kl[t], var_mu[t] = kl_per_dimension(mu, logvar), mu.var(0, dtype=np.float64)
    return DimensionSweep(
        np.asarray(taus, np.float64), kl, var_mu, len(x), _source(codec, x, len(taus))
    )


def over_tau_and_d(
    codec: Coder, x: Array, eigenvalues: Floats, taus: Array, dims: Array
) -> ActiveMap:
    """Active units at each latent size (K,) and level (T,): (K, T)."""
    seen = [_counts(codec, x, int(d), taus) for d in dims]
    predicted = [_predicted(eigenvalues, taus, int(d)) for d in dims]
    lines = eigenvalues[: int(max(dims))]
    source = _source(codec, x, len(taus) * len(dims))
    return ActiveMap(
        np.asarray(taus, np.float64),
        np.asarray(dims, np.float64),
        np.array(seen),
        np.array(predicted, np.float64),
        lines,
        ("τ", "d"),
        len(x),
        source,
    )


def over_beta_and_sigma2(
    codec: Coder, x: Array, eigenvalues: Floats, betas: Array, sigma2s: Array, d: int
) -> ActiveMap:
    """Active units at each β (B,) and σ² (S,): (S, B). Grids of one ratio need B + S - 1 levels."""
    products = np.multiply.outer(
        np.asarray(sigma2s, np.float64), np.asarray(betas, np.float64)
    )  # (S, B)
    scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(products)))
    taus, which = np.unique(
        np.round(products * scale) / scale, return_inverse=True
    )  # (T,), (S * B,)
    which = which.reshape(products.shape)
    return ActiveMap(
        np.asarray(betas, np.float64),
        np.asarray(sigma2s, np.float64),
        _counts(codec, x, d, taus)[which],
        _predicted(eigenvalues, taus, d)[which].astype(np.float64),
        eigenvalues[:d],
        ("β", "σ²"),
        len(x),
        _source(codec, x, len(taus)),
    )


def deaths(seen: DimensionSweep, eigenvalues: Floats, threshold: float = 0.1) -> Deaths:
    """Predicted and seen τ of death of each dimension of a sweep; `threshold` in nats, over 0."""
    d = seen.kl.shape[1]
    predicted = np.pad(eigenvalues[:d], (0, max(d - len(eigenvalues), 0))) * math.exp(
        -2 * threshold
    )
    found = np.array([death(seen.taus, kl, threshold) for kl in seen.kl.T]).reshape(d)
    both = np.isfinite(found) & (found > 0)
    source = f"{seen.source}; {int(both.sum())} of {d} dimensions die within the sweep"
    return Deaths(
        predicted, found, threshold, spearman(predicted[both], found[both]), int(both.sum()), source
    )


def death(taus: Array, kl: Array, threshold: float) -> float:
    """The level from which one dimension's KL (T,) stays below `threshold`, linear in log τ between
    levels.

    0 if it lies below at every level, infinite if not at the last one.
    """
    above = np.flatnonzero(kl >= threshold)
    if not len(above):
        return 0.0
    last = int(above[-1])
    if last == len(taus) - 1:
        return math.inf
    share = (kl[last] - threshold) / (kl[last] - kl[last + 1])
    low, high = np.log(taus[last]), np.log(taus[last + 1])
    return float(np.exp(low + share * (high - low)))


def spearman(a: ArrayLike, b: ArrayLike) -> float:
    """Spearman's rank correlation of two lists (n,): Pearson's of their ranks, ties at their mean
    rank.

    NaN for fewer than two pairs, and where one list is one single tie.
    """
    first, second = ranks(np.asarray(a)), ranks(np.asarray(b))
    if len(first) < 2 or first.std() == 0 or second.std() == 0:
        return math.nan
    return float(np.corrcoef(first, second)[0, 1])


def ranks(values: Array) -> Floats:
    """1 for the least; equal values share the mean of their ranks: (n,) -> (n,)."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


def _counts(codec: Coder, x: Array, d: int, taus: Array) -> Floats:
    """Active units (T,); NaN at levels, or a latent size, that the model does not cover."""
    counts = np.full(len(taus), np.nan)
    low, high = codec.tau_range
    covered = (taus >= low * (1 - 1e-9)) & (taus <= high * (1 + 1e-9)) & (d <= codec.latent)
    if covered.any():
        counts[covered] = sweep(codec, x, d, np.asarray(taus)[covered]).active
    return counts


def _predicted(eigenvalues: Floats, taus: Array, d: int) -> Floats:
    """Units that the linear VAE has active by the same rule, Var(μ_i) = 1 - τ/λ_i > 0.01: (T,)."""
    return (eigenvalues[:d] * (1 - ACTIVE) > np.asarray(taus)[:, None]).sum(1)


def _source(codec: Coder, x: Array, settings: int) -> str:
    return f"{codec.source}, {len(x):,} examples, {settings:,} settings measured"
