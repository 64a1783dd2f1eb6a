"""Records of the page Collapse for the figure tests, with distinctive numbers."""

from __future__ import annotations

import numpy as np

from tests.figures.records import RD
from vaeviz.records import ActiveMap, CollapsePlane
from vaeviz.records.rate_plane import DedicatedPoint, RatePlane
from vaeviz.records.variance import BoundOverVariance
from vaeviz.records.written_loss import LossPlace

TAUS = np.geomspace(1e-3, 10, 9)
PLACE = LossPlace(
    taus=TAUS,
    active=np.array([16.0, 16, 14, 12, 8, 5, 2, 1, 0]),
    linear_taus=np.array([1e-3, 2.0, 2.0, 1e3]),
    linear_active=np.array([16.0, 16.0, 0.0, 0.0]),
    dimensions=16,
    level=392.0,
    level_active=0,
    known=(("1", 392.0), ("3", 0.5), ("2", 0.51), ("4", 5.0)),
    symbol="τ",
    limits=(-3.0, 3.0),
    source="a test",
)
RATE_PLANE = RatePlane(
    base=RD,
    points=(
        DedicatedPoint("", 0.1, 8, 0, 4.0, 1.0),
        DedicatedPoint("", 0.1, 8, 1, 4.2, 0.9),
        DedicatedPoint("my-vae", 0.5, 8, 0, 2.0, 2.0),
    ),
    elbo_slope=0.25,
    elbo_lines=(1.0, 3.0),
    elbo=(2.25, -9.0),
    best=(2.0, -8.0),
    decoding=4.0,
    encoding=0.0,
)
SIGMA2S = np.geomspace(1e-4, 10, 11)
BOUND = BoundOverVariance(
    sigma2s=SIGMA2S,
    elbo=-np.abs(np.log(SIGMA2S / 0.1)) * 10 - 5,
    held=SIGMA2S < 1e-3,
    single=-np.abs(np.log(SIGMA2S / 0.2)) * 20 - 8,
    at=(1.0, -28.0),
    exchanged=(0.2, -8.0),
    best=(0.1, -5.0),
    per_pixel=3.0,
    limits=(-100.0, 10.0),
    source="a test",
)
LINES = np.array([2.0, 0.5, 0.01])
OVER_TAU = ActiveMap(
    TAUS,
    np.arange(1.0, 4.0),
    np.vstack([[np.nan, *[1.0] * 6, 0.0, 0.0], [2.0] * 9, [3.0] * 5 + [0.0] * 4]),
    np.zeros((3, 9)),
    LINES,
    ("τ", "d"),
    100,
    "a test",
)
OVER_BETA = ActiveMap(
    np.geomspace(1e-3, 100, 6),
    np.geomspace(1e-4, 10, 6),
    np.eye(6),
    np.eye(6),
    LINES,
    ("β", "σ²"),
    100,
    "a test",
)
COLLAPSE = CollapsePlane(OVER_TAU, (0.05, 3.0), 0.05, active=2, d=3, most=3)
KNOBS = CollapsePlane(OVER_BETA, (0.5, 0.1), 0.05, active=2, d=3, most=3)
