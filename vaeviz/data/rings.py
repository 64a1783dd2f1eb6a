"""rings: two concentric circles of radius 1 and ½ with noise 0.06, as scikit-learn's make_circles.

Drawn here, so that the values need no scikit-learn and do not depend on its version.
"""

from __future__ import annotations

import numpy as np

from vaeviz.data.dataset import Entry, Examples, Source

RADII = (1.0, 0.5)
NOISE = 0.06
COUNT = 2000


def draw(count: int = COUNT, seed: int = 0, noise: float = NOISE) -> Examples:
    """Points (count, 2), uniform along a random ring plus isotropic noise, and rings (count,)."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(RADII), size=count)
    angle = rng.uniform(0, 2 * np.pi, count)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (N, 2)
    points = np.asarray(RADII)[labels, None] * circle + noise * rng.standard_normal((count, 2))
    return points.astype(np.float32), labels


ENTRY = Entry(
    Source(
        name="rings",
        title="Two rings in the plane",
        shape=(2,),
        value_range=(-3.0, 3.0),
        size=COUNT,
        class_names=("outer", "inner"),
        source="drawn by vaeviz, seed 0",
        licence="MIT",
        max_latent=2,
    ),
    draw,
)
