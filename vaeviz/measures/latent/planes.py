"""Planes of latent space: two dimensions, or the codes' two principal axes."""

from __future__ import annotations

import math

import numpy as np

from vaeviz.records import Array, Plane


def of_dimensions(dims: tuple[int, int], centre: Array) -> Plane:
    """The plane of two dimensions (from 0) through a code (d,), with the origin at 0 in both."""
    axes, origin = np.eye(len(centre))[list(dims)], np.array(centre, np.float64)
    origin[list(dims)] = 0
    names = (f"z{dims[0] + 1}", f"z{dims[1] + 1}")
    return Plane(origin, axes, names, (math.nan, math.nan), "two dimensions")


def principal(mu: Array) -> Plane:
    """The plane of the largest variance of codes, through their mean.

    Parameters
    ----------
    mu : array of shape (N, d)
        Posterior means.

    Returns
    -------
    Plane
        `points(z)` places codes (N, d) on it, (N, 2). Each axis points where its largest component
        is positive.

    Raises
    ------
    ValueError
        For fewer than two dimensions.

    Examples
    --------
    >>> import numpy as np, vaeviz
    >>> vaeviz.principal(np.diag([3.0, 2.0, 1.0])).names
    ('PC 1', 'PC 2')
    """
    if mu.shape[1] < 2:
        raise ValueError("one dimension holds no plane")
    centred = np.asarray(mu, np.float64) - mu.mean(0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(mu))  # ascending
    axes = vectors[:, :-3:-1].T  # (2, d)
    axes = axes * np.sign(axes[[0, 1], np.abs(axes).argmax(1)])[:, None]
    total = float(values.sum())
    first, second = (float(v) / total if total > 0 else math.nan for v in values[:-3:-1])
    origin = mu.mean(0, dtype=np.float64)
    return Plane(
        origin, axes, ("PC 1", "PC 2"), (first, second), f"PCA of {len(mu):,} posterior means"
    )
