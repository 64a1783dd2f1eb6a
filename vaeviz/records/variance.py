"""The σ² laboratory: how well held-out data are described, by the decoder's variance. β = 1;
nats.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaeviz.records.array import Array
from vaeviz.records.over_steps import Limits

FLOOR = 1e-4  # of a pixel's own variance: one that never varies would earn infinitely many nats


@dataclass(frozen=True, eq=False)
class BoundOverVariance:
    """ELBO at each σ² (S,): of a network for every σ², and of the one for `here` with its σ²
    exchanged.

    `held` marks the σ² (S,) at which the network is that of the nearest σ² it covers. `here` and
    `best` are (σ², ELBO) of the slider and of the highest; `exchanged` that of the one network at
    its own optimum; `per_pixel` the ELBO with a variance for every pixel. `limits` are those of the
    axis of nats.
    """

    sigma2s: Array
    elbo: Array
    held: NDArray[np.bool_]
    own: Array
    here: tuple[float, float]
    exchanged: tuple[float, float]
    best: tuple[float, float]
    per_pixel: float | None
    limits: Limits
    source: str


@dataclass(frozen=True)
class SampleDistance:
    """How far samples are from held-out data (energy distance, data units; 0: one distribution), ±
    its error.

    The error is the standard error over draws of the samples.
    """

    value: float
    error: float
