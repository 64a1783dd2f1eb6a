"""The fixed noise ε of held-out examples: the same on every page and in every run."""

from __future__ import annotations

import numpy as np

from vaeviz.records import Array

NOISE_DIMENSIONS = 16  # drawn per example; further dimensions one by one


def fixed_noise(count: int, latent: int, seed: int = 0) -> Array:
    """Fixed standard normal draws (count, latent); further dimensions keep the first ones' draws.

    In the first 16 dimensions, further examples keep the first ones' draws, too.
    """
    first = np.random.default_rng(seed).standard_normal((count, NOISE_DIMENSIONS), np.float32)
    more = max(latent - NOISE_DIMENSIONS, 0)
    rest = np.random.default_rng(seed + 1).standard_normal((more, count), np.float32)
    return np.hstack([first, rest.T])[:, :latent]  # (count, latent)
