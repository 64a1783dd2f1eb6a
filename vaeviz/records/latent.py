"""Measures of a latent space. N posteriors, d dimensions, D values per example; nats.

Every `source` names the estimator and its count of posteriors, samples or steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in latent space: z = origin + u axes[0] + v axes[1], axes (2, d) orthonormal.

    `names` label the axes. `explained` is the share of the codes' variance along each, or NaN.
    """

    origin: Array
    axes: Array
    names: tuple[str, str]
    explained: tuple[float, float]
    source: str

    def points(self, z: Array) -> Array:
        """Codes (N, d) projected on the plane: (N, 2)."""
        return (z - self.origin) @ self.axes.T

    def codes(self, points: Array) -> Array:
        """The codes (N, d) of points (N, 2) of the plane."""
        return self.origin + points @ self.axes


NEAR_CAP = 2.5  # nats: closer to its cap, an estimate of I(x; z) is over 0.2 nats too small


@dataclass(frozen=True, eq=False)
class AggregateKL:
    """KL(q(z) ‖ p(z)) = rate - information for the aggregate of all N posteriors, ± standard error.

    `information` is the mutual information of z and the example's number; it cannot exceed `cap` =
    log N. Where it comes near (`capped`), that of all data is larger and the KL smaller than `kl`,
    by several times the error: see `aggregate`.
    """

    kl: float
    error: float
    rate: float
    information: float
    cap: float
    samples: int
    posteriors: int
    source: str

    @property
    def capped(self) -> bool:
        """The information is within 2.5 nats of log N: with more examples `kl` would fall."""
        return self.information > self.cap - NEAR_CAP


@dataclass(frozen=True, eq=False)
class DimensionKL:
    """KL(q(z_j) ‖ p(z_j)) (d,) of each dimension, errors (d,); cap as in AggregateKL."""

    kl: Array
    error: Array
    cap: float
    samples: int
    posteriors: int
    source: str


@dataclass(frozen=True, eq=False)
class Densities:
    """Mean densities over cells around z (G,) of the prior (G,) and of each q(z_j) (d, G)."""

    z: Array
    prior: Array
    aggregate: Array
    posteriors: int
    source: str


@dataclass(frozen=True, eq=False)
class PlaneDensity:
    """The density of q on a plane, at u (Gu,) across and v (Gv,) up: (Gv, Gu)."""

    u: Array
    v: Array
    density: Array
    posteriors: int
    source: str


@dataclass(frozen=True, eq=False)
class Embedding:
    """Codes laid out in two dimensions (N, 2) by a method that keeps neighbours, not distances."""

    points: Array
    method: str
    source: str


@dataclass(frozen=True, eq=False)
class HolesMap:
    """Distance (Gv, Gu), in data units, from the decoded picture of (u, v) to the nearest example.

    `nearest` (Gv, Gu) numbers that example; a distance up to `threshold` counts as near.
    """

    u: Array
    v: Array
    distance: Array
    nearest: NDArray[np.int64]
    threshold: float
    source: str


@dataclass(frozen=True, eq=False)
class NearShare:
    """The share of M decoded codes near data, its binomial standard error, all `distances` (M,)."""

    share: float
    error: float
    samples: int
    threshold: float
    distances: Array
    source: str


@dataclass(frozen=True, eq=False)
class ClassCodes:
    """Mean codes (K, d) of the classes that occur, their standard errors (K, d) and counts (K,)."""

    labels: tuple[int, ...]
    mean: Array
    error: Array
    counts: NDArray[np.int64]
    source: str
