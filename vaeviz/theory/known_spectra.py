"""Artificial Gaussian data whose covariance has chosen eigenvalues.

"power-law": λ_i = i^-1.5. "two-steps": 5 of 1, 7 of 0.1 and 12 of 0.01; those of a step die
together. The points are drawn, whitened by their sample covariance, then scaled and rotated:
the stated covariance is that of the points, not only of their distribution.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from vaeviz.config import UserError
from vaeviz.theory.water_filling import Floats

SIZE, COUNT, SEED = 24, 2000, 0
EIGENVALUES: dict[str, Floats] = {
    "power-law": np.arange(1.0, SIZE + 1) ** -1.5,
    "two-steps": np.repeat([1.0, 0.1, 0.01], [5, 7, 12]),
}


@lru_cache
def draw(name: str) -> Floats:
    """Points (2000, 24), float64, read-only: mean 0, covariance eigenvalues as named."""
    if name not in EIGENVALUES:
        raise UserError(f"unknown spectrum {name[:40]!r}: use {' or '.join(EIGENVALUES)}")
    rng = np.random.default_rng(SEED)
    raw = rng.standard_normal((COUNT, SIZE))
    axes = np.linalg.qr(rng.standard_normal((SIZE, SIZE)))[0]  # (D, D) a random rotation
    raw -= raw.mean(0)
    white = np.linalg.solve(np.linalg.cholesky(raw.T @ raw / COUNT), raw.T).T  # covariance I
    points = white * np.sqrt(EIGENVALUES[name]) @ axes.T  # (N, D)
    points.setflags(write=False)
    return points
