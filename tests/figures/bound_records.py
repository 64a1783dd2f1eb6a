"""Records of the figures of the chapter The bound."""

from __future__ import annotations

import numpy as np

from vaeviz.records.true_posterior import ExampleBound, PosteriorGrid, PosteriorView

LINE = np.linspace(-1.0, 1.0, 5)
GRID = PosteriorGrid(LINE, LINE, np.full((5, 5), 1 / 25 / 0.25), -3.0, 0.001)
RING = np.array([[0.5, 0.0], [0.0, 0.5], [-0.5, 0.0], [0.0, -0.5]])
VIEW = PosteriorView(
    GRID, (RING, 2 * RING), "The encoder's q", 1.25, np.array([0.5, -0.5]), 2.0, "a test"
)
EXAMPLE = ExampleBound(GRID, np.zeros(2), np.full(2, 0.5), -2.0, 2.25, 1.25)
