"""The energy distance between a model's samples and data, without any network.

    E(P, Q) = 2 E‖X - Y‖ - E‖X - X'‖ - E‖Y - Y'‖,    X, X' ~ P, Y, Y' ~ Q independent,

in Euclidean distance, so in data units; it is 0 only for P = Q (Székely & Rizzo 2013, "Energy
statistics: A class of statistics based on distances", Journal of Statistical Planning and Inference
143). Each mean is over distinct pairs, so that the estimate is unbiased and may be a little below
0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from vaeviz.measures.codecs.codec import Coder
from vaeviz.measures.latent.holes import prior_samples
from vaeviz.records import Array
from vaeviz.records.variance import SampleDistance

DRAWS, SIZE = 6, 500  # independent draws, and samples per draw
PIXELS = 10_000  # added to a draw's seed for the noise of its pixels


def mean_distance(codec: Coder, tau: float, d: int, data: Array) -> SampleDistance:
    """From decoded prior draws to held-out data (N, D), as means."""
    return sample_distance(lambda seed: codec.decode(prior_samples(SIZE, d, seed), tau, d), data)


def pixel_distance(
    codec: Coder, tau: float, d: int, sigma2: float | Array, data: Array
) -> SampleDistance:
    """As `mean_distance`, of the same codes, with sampled pixels; `sigma2` is that of
    `Coder.draw`.
    """

    def sampled(seed: int) -> Array:
        return codec.draw(prior_samples(SIZE, d, seed), tau, d, sigma2, PIXELS + seed)

    return sample_distance(sampled, data)


def sample_distance(
    draw: Callable[[int], Array], data: Array, draws: int = DRAWS, size: int = SIZE
) -> SampleDistance:
    """From the samples `draw(seed)` (size, D) to held-out data (N, D): the mean over seeds 1, 2,
    ...

    The error is the standard error over those draws alone, for this model and these data.
    """
    y = np.asarray(data, np.float64)
    within = mean_within(y)
    distances = [energy_distance(draw(seed)[:size], y, within) for seed in range(1, draws + 1)]
    error = float(np.std(distances, ddof=1)) / math.sqrt(draws) if draws > 1 else math.inf
    return SampleDistance(float(np.mean(distances)), error)


def energy_distance(x: Array, y: Array, within: float | None = None) -> float:
    """E of samples (M, D) and (N, D), M, N ≥ 2; `within`, if known, is `mean_within(y)`."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    known = mean_within(y) if within is None else within
    return 2 * float(_distances(x, y).mean()) - mean_within(x) - known


def mean_within(x: Array) -> float:
    """The mean distance between two different rows of (N, D)."""
    n = len(x)
    return float(_distances(x, x).sum()) / (n * (n - 1))


def _distances(a: Array, b: Array) -> Array:
    """‖a - b‖ (M, N) of rows, exactly 0 on the diagonal of one set with itself."""
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * (a @ b.T)
    if a is b:
        np.fill_diagonal(squares, 0)
    return np.sqrt(np.maximum(squares, 0))
