"""Posteriors of several examples, and the parts of each unit's variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Posteriors:
    """q(z_j|x) of n examples in dimension j (from 0): means (n,), deviations (n,), classes (n,).

    `pairwise` is the mean KL(q(z_j|x) ‖ q(z_j|x')) over all pairs of `examples`, in nats; `kl` is
    KL_j.
    """

    unit: int
    mean: Array
    deviation: Array
    labels: NDArray[np.int64]
    pairwise: float
    kl: float
    examples: int
    source: str


@dataclass(frozen=True, eq=False)
class UnitSpread:
    """Var_x(μ_j) (d,) and E σ_j² (d,) of each unit; KL below `threshold` nats is `collapsed`."""

    var_mu: Array
    variance: Array
    collapsed: NDArray[np.bool_]
    threshold: float
    source: str
