"""Importance weights of draws from q, and the bounds they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Weights:
    """Log weights log p(x, z) − log q(z|x) (N, M) of M draws for each of N examples, in nats.

    `evidence` is the mean of log p(x), `relative_variance` that of Var w / E[w]², infinite where it
    is not finite; `elbo` the mean ELBO, without draws.
    """

    log_w: NDArray[np.float64]
    evidence: float
    relative_variance: float
    elbo: float


@dataclass(frozen=True, eq=False)
class WeightedBound:
    """L_k of `whom` at each of `ks`, with its standard error, in nats; `delta` is the delta
    method's line, NaN where it does not hold. `depth` is the axis's, `waits` what is on its way.
    """

    whom: str
    ks: Array
    mean: Array
    error: Array
    delta: Array
    evidence: float
    depth: float
    source: str
    waits: str = ""

    @property
    def gap(self) -> Array:
        """L_k − log p(x), (K,)."""
        return self.mean - self.evidence


@dataclass(frozen=True, eq=False)
class WeightSpread:
    """Logarithms of weights over p(x), (M,), in nats; of them the `heaviest` sum to half of all,
    and they are worth `effective` equal ones.
    """

    log_ratio: Array
    heaviest: int
    effective: float
    reach: float
    source: str

    @staticmethod
    def of(log_ratio: Array, effective: float, reach: float, source: str) -> WeightSpread:
        """With the count of the heaviest."""
        w = np.sort(np.exp(log_ratio - log_ratio.max()))[::-1]
        heaviest = int(np.searchsorted(np.cumsum(w), 0.5 * w.sum())) + 1
        return WeightSpread(log_ratio, heaviest, effective, reach, source)
