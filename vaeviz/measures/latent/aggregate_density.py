"""Densities of the aggregate posterior: on a line per dimension, and on a plane.

Where axes are latent dimensions, a value is the exact mean density over a cell (the difference of
two normal distribution functions, divided by the cell's width): a posterior narrower than a cell
still counts, and codes without a variance (a plain autoencoder's) give their histogram. On an
oblique plane the posteriors' projections are correlated, and a value is the density at the cell's
centre after smoothing by half a cell.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from vaeviz.records import Array, Densities, Plane, PlaneDensity

BLOCK = 8192  # posteriors at a time
NARROWEST = 1e-12  # a deviation of 0, as a divisor


def densities(mu: Array, logvar: Array | None, z: Array) -> Densities:
    """Prior and q(z_j), j = 1 … d, over evenly spaced cells z (G,); no `logvar`: point codes."""
    aggregate = np.stack(
        [
            _masses(column, deviation, z).mean(0)
            for column, deviation in zip(mu.T, _deviations(mu, logvar).T, strict=True)
        ]
    ) / _width(z)  # (d, G)
    prior = np.diff(ndtr(_edges(z))) / _width(z)
    return Densities(
        z, prior, aggregate, len(mu), f"exact over all {len(mu):,} posteriors, mean of each cell"
    )


def plane_density(
    mu: Array, logvar: Array | None, plane: Plane, u: Array, v: Array
) -> PlaneDensity:
    """q's marginal on a plane at evenly spaced u (Gu,), v (Gv,); no `logvar`: point codes."""
    variance = np.square(_deviations(mu, logvar))
    aligned = bool((np.count_nonzero(plane.axes, axis=1) == 1).all())
    total = np.zeros((len(v), len(u)))
    for k in range(0, len(mu), BLOCK):
        block = slice(k, k + BLOCK)
        spread = np.einsum("ai,ni,bi->nab", plane.axes, variance[block], plane.axes)  # (B, 2, 2)
        total += (_aligned if aligned else _oblique)(plane.points(mu[block]), spread, u, v)
    how = "mean of each cell" if aligned else "smoothed by half a cell"
    return PlaneDensity(u, v, total / len(mu), len(mu), _source(len(mu), how))


def _aligned(mean: Array, spread: Array, u: Array, v: Array) -> Array:
    """Sum of densities (Gv, Gu) of B uncorrelated Gaussians: products of their masses per axis."""
    sides = [
        _masses(mean[:, k], np.sqrt(spread[:, k, k]), axis) / _width(axis)
        for k, axis in enumerate((u, v))
    ]
    return sides[1].T @ sides[0]


def _oblique(mean: Array, spread: Array, u: Array, v: Array) -> Array:
    """Sum of densities (Gv, Gu) of B Gaussians: N(u) N(v | u), one column at a time."""
    a, b, c = spread[:, 0, 0], spread[:, 1, 1], spread[:, 0, 1]  # (B,)
    a, b = a + (_width(u) / 2) ** 2, b + (_width(v) / 2) ** 2
    columns = np.empty((len(v), len(u)))
    for k, value in enumerate(u):
        off = value - mean[:, 0]
        rest = (v[:, None] - (mean[:, 1] + c / a * off)).astype(np.float32)  # (Gv, B)
        conditional = np.exp(rest**2 * (-0.5 / (b - c**2 / a)).astype(np.float32))
        columns[:, k] = conditional @ (np.exp(-0.5 * off**2 / a) / np.sqrt(a * b - c**2)).astype(
            np.float32
        )
    return columns / (2 * np.pi)


def _masses(mean: Array, deviation: Array, centres: Array) -> Array:
    """The mass (B, G) of each of B Gaussians in each of G cells."""
    scale = np.maximum(deviation, NARROWEST)[:, None]
    return np.diff(ndtr((_edges(centres) - mean[:, None]) / scale), axis=1)


def _deviations(mu: Array, logvar: Array | None) -> Array:
    return np.zeros(mu.shape) if logvar is None else np.exp(0.5 * np.asarray(logvar, np.float64))


def _source(posteriors: int, how: str) -> str:
    return f"exact over all {posteriors:,} posteriors, {how}"


def _width(centres: Array) -> float:
    return float(centres[-1] - centres[0]) / (len(centres) - 1)


def _edges(centres: Array) -> Array:
    """The G + 1 edges of G evenly spaced cells."""
    half = _width(centres) / 2
    return np.linspace(centres[0] - half, centres[-1] + half, len(centres) + 1)
