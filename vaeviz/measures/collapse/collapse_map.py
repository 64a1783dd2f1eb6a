"""The collapse map: active dimensions over (τ, d) and (β, σ²), and the order in which they die.

A model is measured at a level τ; β and σ² act through τ = βσ² alone. So a plane of (β, σ²) is
measured once at each distinct product βσ², and no cell is interpolated. The prediction beside every
count is the linear VAE's (Lucas et al. 2019, arXiv:1911.02469): dimension i is active iff λ_i > τ,
with KL_i = ½ log(λ_i/τ) and Var(μ_i) = 1 - τ/λ_i. The lines τ = λ_i are those of KL_i = 0. By the
rule Var(μ_i) > 0.01 it is active below 0.99 λ_i, by the rule KL_i > t nats below λ_i e^(-2t).

Dimension j of the model is compared with eigenvalue j. That is a prediction only for models whose
dimension j is the one that belongs to principal component j: the linear VAE's closed form, and
multi-rate models, which number their dimensions so after training (`vaeviz.training.aligned`).
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

DIGITS = 9  # significant digits of a level βσ²


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
    counts = [_counts(codec, x, int(d), taus) for d in dims]
    predicted = [_predicted(eigenvalues, taus, int(d)) for d in dims]
    lines = eigenvalues[: int(max(dims))]
    source = _source(codec, x, len(taus) * len(dims))
    return ActiveMap(
        np.asarray(taus, np.float64),
        np.asarray(dims, np.float64),
        np.array(counts),
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


def deaths(sweep: DimensionSweep, eigenvalues: Floats, threshold: float = 0.1) -> Deaths:
    """Predicted and measured τ of death of each dimension; `threshold` in nats, over 0."""
    d = sweep.kl.shape[1]
    predicted = np.pad(eigenvalues[:d], (0, max(d - len(eigenvalues), 0))) * math.exp(
        -2 * threshold
    )
    measured = np.array([death(sweep.taus, kl, threshold) for kl in sweep.kl.T]).reshape(d)
    both = np.isfinite(measured) & (measured > 0)
    source = f"{sweep.source}; {int(both.sum())} of {d} dimensions die within the sweep"
    return Deaths(
        predicted,
        measured,
        threshold,
        spearman(predicted[both], measured[both]),
        int(both.sum()),
        source,
    )


def death(taus: Array, kl: Array, threshold: float) -> float:
    """The τ from which one dimension's KL (T,) stays below `threshold`, interpolated in log τ.

    0 if it is below at every level, infinite if not at the last one.
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
    """Spearman's rank correlation of two lists (n,): Pearson's of their ranks, ties at the mean
    rank.

    NaN for fewer than two pairs, and where all of one list are tied.
    """
    first, second = ranks(np.asarray(a)), ranks(np.asarray(b))
    if len(first) < 2 or first.std() == 0 or second.std() == 0:
        return math.nan
    return float(np.corrcoef(first, second)[0, 1])


def ranks(values: Array) -> Floats:
    """Ranks from 1; equal values share the mean rank: (n,) -> (n,)."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


def _counts(codec: Coder, x: Array, d: int, taus: Array) -> Floats:
    """Active units (T,); NaN at levels or latent sizes that the model does not cover."""
    counts = np.full(len(taus), np.nan)
    low, high = codec.tau_range
    covered = (taus >= low * (1 - 1e-9)) & (taus <= high * (1 + 1e-9)) & (d <= codec.latent)
    if covered.any():
        counts[covered] = sweep(codec, x, d, np.asarray(taus)[covered]).active
    return counts


def _predicted(eigenvalues: Floats, taus: Array, d: int) -> Floats:
    """Active units of the linear VAE by the same rule, Var(μ_i) = 1 - τ/λ_i > 0.01: (T,)."""
    return (eigenvalues[:d] * (1 - ACTIVE) > np.asarray(taus)[:, None]).sum(1)


def _source(codec: Coder, x: Array, settings: int) -> str:
    return f"{codec.source}, {len(x):,} examples, {settings:,} settings measured"
