"""Nearest neighbours in Euclidean distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vaeviz.records import Array

ENTRIES = 1 << 22  # entries of the (M, N) distance matrix per block: 16 MB


def nearest(x: Array, data: Array) -> tuple[Array, NDArray[np.int64]]:
    """Distance (M,) from each x (M, D) to its nearest row of data (N, D), and that row's number
    (M,).

    The nearest is searched by ‖x‖² - 2 x·y + ‖y‖² in float32; its distance is then computed exactly
    from the difference. Rows whose squared distances differ by at most 1e-6 of ‖x‖² + ‖y‖² may be
    confused.
    """
    x, data = np.asarray(x, np.float32), np.asarray(data, np.float32)
    squares, rows = np.square(data).sum(1), max(1, ENTRIES // len(data))
    parts = [(squares - 2 * (x[k : k + rows] @ data.T)).argmin(1) for k in range(0, len(x), rows)]
    index = np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int64)
    between = x.astype(np.float64) - data[index]
    return np.sqrt(np.square(between).sum(1)), index
