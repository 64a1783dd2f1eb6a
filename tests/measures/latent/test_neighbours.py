"""Nearest neighbours against brute force, in blocks or not, and near ties in float32."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from vaeviz.measures.latent import neighbours

RNG = np.random.default_rng(9)
DATA = RNG.random((200, 30)).astype(np.float32)


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
