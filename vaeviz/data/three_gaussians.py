"""three-gaussians: points around (2, 0), (−2, 0) and (0, 2) with noise 0.15, the classic toy."""

from __future__ import annotations

import numpy as np

from vaeviz.data.dataset import Entry, Examples, Source
from vaeviz.records import Array

CENTRES = ((2.0, 0.0), (-2.0, 0.0), (0.0, 2.0))
NOISE = 0.15
COUNT = 2000
# Of a 2-64-64-2 VAE after 800 epochs, one run of another program: the losses, squared error + KL,
# of the first and the last epoch, and of decoded prior samples what `distances` measures.
REFERENCE = {"first_loss": 4.190, "last_loss": 1.577, "distance": 0.331, "near": 0.888}


def draw(count: int = COUNT, seed: int = 0) -> Examples:
    """Points (count, 2), each at a random centre plus isotropic noise, and centres (count,)."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(CENTRES), size=count)  # (N,)
    points = np.asarray(CENTRES)[labels] + NOISE * rng.standard_normal((count, 2))  # (N, 2)
    return points.astype(np.float32), labels


def distances(points: Array) -> Array:
    """The distance of each point to the nearest centre: (N, 2) -> (N,)."""
    return np.linalg.norm(points[:, None] - np.array(CENTRES), axis=-1).min(1)


ENTRY = Entry(
    Source(
        name="three-gaussians",
        title="Three Gaussians in the plane",
        shape=(2,),
        value_range=(-3.0, 3.0),
        size=COUNT,
        class_names=("right", "left", "top"),
        source="drawn by vaeviz, seed 0",
        licence="MIT",
        max_latent=2,
    ),
    draw,
)
