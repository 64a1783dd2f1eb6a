"""The history of a run in bounded memory: when it is full, every other row goes and the stride
doubles. The kept steps depend on the steps alone, so that a repeated run draws the same curve.
"""

from __future__ import annotations

import numpy as np

from vaeviz.records import Array, History

COLUMNS = (
    "step",
    "beta",
    "sigma2",
    "learning_rate",
    "distortion",
    "rate",
    "active",
    "distortion_gradient",
    "rate_gradient",
)
CAPACITY = 256  # rows; even, about a curve's width in pixels
STRIDE = 8  # steps between the first rows; a row costs a third of a small step


class Recorder:
    """Rows of (9 + d) numbers: COLUMNS, then the KL of each dimension."""

    def __init__(self, latent: int, capacity: int = CAPACITY) -> None:
        self.capacity, self.stride = capacity, STRIDE
        self.rows: Array = np.empty((0, len(COLUMNS) + latent))

    def due(self, step: int) -> bool:
        """Whether the row of `step` (from 1) is to be kept."""
        return step % self.stride == 0

    def add(self, row: Array) -> None:
        """Keep a row (9 + d,); its first number is the step."""
        self.rows = np.vstack([self.rows, row])
        if len(self.rows) > self.capacity:
            self.stride *= 2
            self.rows = self.rows[self.rows[:, 0] % self.stride == 0]

    def history(self, newest: Array | None = None) -> History:
        """All kept rows, and `newest` if it is not among them."""
        rows = self.rows
        if newest is not None and (not len(rows) or rows[-1, 0] < newest[0]):
            rows = np.vstack([rows, newest])
        named = dict(zip(COLUMNS, rows.T[: len(COLUMNS)], strict=True))
        return History(**named, kl=rows[:, len(COLUMNS) :])
