"""digits: 1,797 handwritten digits of 8×8 pixels from scikit-learn, grey levels 0-16 scaled to [0,
1].
"""

from __future__ import annotations

import numpy as np

from vaeviz.data.dataset import Entry, Examples, Source
from vaeviz.data.packaged import read_bytes_csv

LEVELS = 16  # pixel values are counts 0 … 16


def read() -> Examples:
    """All images (1797, 64) in [0, 1] and their digits (1797,)."""
    table = read_bytes_csv("sklearn", "datasets/data/digits.csv.gz", "scikit-learn")  # (1797, 65)
    return table[:, :-1].astype(np.float32) / np.float32(LEVELS), table[:, -1].astype(np.int64)


ENTRY = Entry(
    Source(
        name="digits",
        title="Digits 8×8 (fast)",
        shape=(8, 8),
        value_range=(0.0, 1.0),
        size=1797,
        class_names=tuple("0123456789"),
        source=(
            "Alpaydin & Kaynak, Optical Recognition of Handwritten Digits (UCI, 1998), in"
            " scikit-learn"
        ),
        licence="CC BY 4.0",
    ),
    read,
)
