"""Nearest neighbours against brute force, in blocks or not, and close calls in float32."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from vaeviz.measures.latent import neighbours

RNG = np.random.default_rng(9)
DATA = RNG.random((200, 30)).astype(np.float32)


def test_by_mean_is_brute_force_nearest_first() -> None:
    mu, z = RNG.normal(size=(80, 4)), RNG.normal(size=4)
    seen = neighbours.by_mean(mu, z, 5)
    order = sorted(range(80), key=lambda n: float(((mu[n] - z) ** 2).sum()))[:5]
    assert list(seen.index) == order
    np.testing.assert_allclose(seen.distance, [np.linalg.norm(mu[n] - z) for n in order])
    assert "80 posterior means, Euclidean in 4 dimensions" in seen.source


def test_an_example_is_its_own_nearest_and_equals_come_in_order() -> None:
    mu = np.array([[0.0, 0], [1, 1], [1, 1], [5, 5]])
    assert list(neighbours.by_mean(mu, mu[2], 3).index) == [1, 2, 0]
    assert len(neighbours.by_mean(mu, mu[2], 99).index) == 4


@pytest.mark.parametrize("entries", [1 << 22, 450, 1])
def test_nearest_is_brute_force_in_any_blocks(
    monkeypatch: pytest.MonkeyPatch, entries: int
) -> None:
    monkeypatch.setattr(neighbours, "ENTRIES", entries)
    x = RNG.random((33, 30)).astype(np.float32)
    distance, index = neighbours.nearest(x, DATA)
    exact = cdist(x, DATA)
    np.testing.assert_array_equal(index, exact.argmin(1))
    np.testing.assert_allclose(distance, exact.min(1), rtol=1e-12)


def test_a_copy_is_at_distance_zero_exactly() -> None:
    distance, index = neighbours.nearest(DATA[[3, 7]], DATA)
    assert list(distance) == [0, 0]
    assert list(index) == [3, 7]
    assert neighbours.nearest(DATA[:0], DATA)[0].shape == (0,)
