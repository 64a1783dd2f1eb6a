"""fashion-mnist: 70,000 articles of clothing of 28×28 pixels, downloaded once from OpenML (set
40996).
"""

from __future__ import annotations

from vaeviz.data import openml
from vaeviz.data.dataset import Source

CLASSES = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "boot",
)

ENTRY = openml.entry(
    Source(
        name="fashion-mnist",
        title="Fashion-MNIST 28×28, 70,000",
        shape=(28, 28),
        value_range=(0.0, 1.0),
        size=70_000,
        class_names=CLASSES,
        source="Xiao, Rasul & Vollgraf, Fashion-MNIST (2017), from openml.org/d/40996",
        licence="MIT",
        embedded=False,
    ),
    data_id=40996,
    instead="mnist-5k (5,000 real MNIST digits)",
)
