"""The σ² laboratory: held-out ELBO by the decoder's variance. β = 1; nats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaeviz.records.array import Array
from vaeviz.records.over_steps import Limits

FLOOR = 1e-4  # of a pixel's variance: a constant pixel would have an infinite likelihood


@dataclass(frozen=True, eq=False)
class BoundOverVariance:
    """ELBO at each σ² (S,): `elbo` of a network per σ², `single` of one network with its σ²
    exchanged.

    `held` marks the σ² (S,) whose network is that of the nearest covered σ². `at` and `best` are
    (σ², ELBO) at the slider and at the highest; `exchanged` that of the one network at its optimum;
    `per_pixel` the ELBO with a variance per pixel. `limits` are the axis limits in nats.
    """

    sigma2s: Array
    elbo: Array
    held: NDArray[np.bool_]
    single: Array
    at: tuple[float, float]
    exchanged: tuple[float, float]
    best: tuple[float, float]
    per_pixel: float | None
    limits: Limits
    source: str


@dataclass(frozen=True)
class SampleDistance:
    """The energy distance of samples from held-out data (data units; 0: equal), ± its error.

    The error is the standard error over draws of the samples.
    """

    value: float
    error: float
