"""mnist: all 70,000 MNIST digits of 28×28 pixels, downloaded once from OpenML (data set 554)."""

from __future__ import annotations

from vaeviz.data import openml
from vaeviz.data.dataset import Source

ENTRY = openml.entry(
    Source(
        name="mnist",
        title="MNIST 28×28, 70,000 digits",
        shape=(28, 28),
        value_range=(0.0, 1.0),
        size=70_000,
        class_names=tuple("0123456789"),
        source="LeCun, Cortes & Burges, MNIST (1998), from openml.org/d/554",
        licence="CC BY-SA 3.0",
        embedded=False,
    ),
    data_id=554,
    instead="mnist-5k (5,000 real MNIST digits)",
)
