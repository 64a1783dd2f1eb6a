"""Records of the figures of the chapter The bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vaeviz.records.gaps import TITLES, GapStack, KindGaps
from vaeviz.records.sight import SightGaps
from vaeviz.records.true_posterior import ExampleBound, PosteriorGrid, PosteriorView
from vaeviz.records.weights import WeightedBound, WeightSpread

LINE = np.linspace(-1.0, 1.0, 5)
GRID = PosteriorGrid(LINE, LINE, np.full((5, 5), 1 / 25 / 0.25), -3.0, 0.001)
RING = np.array([[0.5, 0.0], [0.0, 0.5], [-0.5, 0.0], [0.0, -0.5]])
VIEW = PosteriorView(
    GRID, (RING, 2 * RING), "The encoder's q", 1.25, np.array([0.5, -0.5]), 2.0, "a test"
)
EXAMPLE = ExampleBound(GRID, np.zeros(2), np.full(2, 0.5), -2.0, 2.25, 1.25)
KS = np.array([1.0, 10.0, 1000.0])
WEIGHTED = WeightedBound(
    "Example 3", KS, np.array([-6.0, -4.5, -4.0]), np.array([0.1, 0.1, 0.2]),
    np.array([np.nan, -4.2, -4.01]), -4.0, 5.0, "a test",
)  # fmt: skip
WAITING = replace(WEIGHTED, ks=KS[:0], mean=KS[:0], error=KS[:0], delta=KS[:0], waits="drawing …")
SPREAD_OF_WEIGHTS = WeightSpread.of(np.linspace(-3.0, 1.0, 100), 42.0, 5.0, "a test")
KINDS = KindGaps(
    tuple(TITLES.values()), np.array([3.0, 0.3, 0.2, 0.05, 1e-5]), np.zeros(5), 3, "a test"
)
STACK = GapStack(
    ("0", "1", "mean"), np.array([0.5, 0.2, 0.4]), np.array([1.0, 6.0, 2.5]), "diagonal", 24, 5.0,
    "a test",
)  # fmt: skip

SIGHT = SightGaps(
    rows=np.arange(5.0),
    family=np.full(5, 0.4),
    unseen=np.array([8.0, 5.0, 3.0, 1.0, 0.0]),
    now=2,
    whole=4,
    source="a test",
)
