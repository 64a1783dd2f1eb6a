"""Collapse over τ, d, β and σ². T levels of τ, d dimensions; nats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaeviz.records.active import ACTIVE
from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class DimensionSweep:
    """Mean KL (T, d) and Var_x(μ) (T, d) of each dimension at rising `taus` (T,)."""

    taus: Array
    kl: Array
    var_mu: Array
    examples: int
    source: str

    @property
    def active(self) -> NDArray[np.int64]:
        """Active units at each level, (T,): Var_x(μ_j) > 0.01 (Burda et al. 2016)."""
        return (self.var_mu > ACTIVE).sum(1)

    def alive(self, threshold: float) -> NDArray[np.int64]:
        """Dimensions with a mean KL of at least `threshold` nats at each level, (T,)."""
        return (self.kl >= threshold).sum(1)


@dataclass(frozen=True, eq=False)
class ActiveMap:
    """Active units (rows, columns), NaN where the model has no value; `predicted`: the linear
    VAE's.

    Over (τ, d): `across` are levels τ, `up` latent sizes. Over (β, σ²): `across` are β, `up` σ².
    `lines` are the eigenvalues λ_1 ≥ λ_2 …: of the lines τ = λ_i over (τ, d), βσ² = λ_i over (β,
    σ²).
    """

    across: Array
    up: Array
    counts: Array
    predicted: Array
    lines: Array
    names: tuple[str, str]
    examples: int
    source: str


@dataclass(frozen=True, eq=False)
class Deaths:
    """The τ (d,) at which each dimension's KL falls below `threshold`: predicted and measured.

    `measured` is 0 where the KL is below the threshold at every level of the sweep, infinite where
    it is above it at the last one. `correlation` is Spearman's over the `pairs` of dimensions that
    die in between, NaN for fewer than two or where all are tied.
    """

    predicted: Array
    measured: Array
    threshold: float
    correlation: float
    pairs: int
    source: str

    @property
    def order(self) -> NDArray[np.int64]:
        """Dimensions in the measured order of their deaths; those of equal τ by number."""
        return np.argsort(self.measured, kind="stable")
