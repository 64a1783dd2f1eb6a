"""three-gaussians: points around (2, 0), (−2, 0) and (0, 2) with noise 0.15, the classic toy."""

from __future__ import annotations

import numpy as np

from vaeviz.data.dataset import Entry, Examples, Source

CENTRES = ((2.0, 0.0), (-2.0, 0.0), (0.0, 2.0))
NOISE = 0.15
COUNT = 2000


def draw(count: int = COUNT, seed: int = 0) -> Examples:
    """Points (count, 2), each at a random centre plus isotropic noise, and centres (count,)."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(CENTRES), size=count)  # (N,)
    points = np.asarray(CENTRES)[labels] + NOISE * rng.standard_normal((count, 2))  # (N, 2)
    return points.astype(np.float32), labels


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
