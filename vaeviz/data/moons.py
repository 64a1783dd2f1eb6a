"""moons: two interleaved half circles with noise 0.08; the noise-free curves are scikit-learn's
make_moons.

Drawn here, so that the values need no scikit-learn and do not depend on its version.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vaeviz.data.dataset import Entry, Examples, Source

NOISE = 0.08
COUNT = 2000


def curve(angle: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The point (N, 2) at `angle` in [0, π] on moon 0, the upper, or 1, shifted by (1, ½)."""
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (N, 2)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
    return np.where(labels[:, None] == 0, upper, lower)


def draw(count: int = COUNT, seed: int = 0, noise: float = NOISE) -> Examples:
    """Points (count, 2), uniform along a random moon plus isotropic noise, and moons (count,)."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(2, size=count)
    points = curve(rng.uniform(0, np.pi, count), labels) + noise * rng.standard_normal((count, 2))
    return points.astype(np.float32), labels


ENTRY = Entry(
    Source(
        name="moons",
        title="Two moons in the plane",
        shape=(2,),
        value_range=(-3.0, 3.0),
        size=COUNT,
        class_names=("upper", "lower"),
        source="drawn by vaeviz, seed 0",
        licence="MIT",
        max_latent=2,
    ),
    draw,
)
