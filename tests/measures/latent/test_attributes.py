"""Attribute arithmetic: mean codes, their errors, and vectors that lead from one class to the
other.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from vaeviz.config import UserError
from vaeviz.measures.latent.attributes import add, attribute, class_codes

RNG = np.random.default_rng(11)
NAMES = ("zero", "one", "two", "three")
LABELS = np.array([0] * 50 + [1] * 30 + [3])
MU = (RNG.normal(size=(81, 4)) + 3 * LABELS[:, None]).astype(np.float32)


def test_means_errors_and_counts_are_each_classs_own() -> None:
    codes = class_codes(MU, LABELS)
    assert codes.labels == (0, 1, 3)
    assert list(codes.counts) == [50, 30, 1]
    np.testing.assert_allclose(codes.mean[1], MU[50:80].astype(np.float64).mean(0))
    spread = MU[50:80].astype(np.float64).std(0, ddof=1)
    np.testing.assert_allclose(codes.error[1], spread / math.sqrt(30))
    assert np.isinf(codes.error[2]).all()


def test_the_vector_leads_from_one_mean_to_the_other() -> None:
    codes = class_codes(MU, LABELS)
    there = attribute(codes, 1, 0, NAMES)
    assert there.name == "one − zero"
    np.testing.assert_allclose(add(codes.mean[0], there, 1), codes.mean[1])
    np.testing.assert_array_equal(add(MU[:3], there, 0), MU[:3])
    back = attribute(codes, 0, 1, NAMES)
    np.testing.assert_allclose(add(add(MU, there, 0.7), back, 0.7), MU, atol=1e-6)
    assert "30 and 50 examples" in there.source


def test_the_error_is_the_spread_of_repeated_vectors() -> None:
    def one(seed: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        mu = rng.normal(size=(60, 2)) * [1, 3] + LABELS[:60, None]
        there = attribute(class_codes(mu, LABELS[:60]), 1, 0, NAMES)
        return there.vector, there.error

    vectors, errors = zip(*(one(seed) for seed in range(300)), strict=True)
    np.testing.assert_allclose(np.mean(errors, 0), np.std(vectors, 0), rtol=0.12)
    np.testing.assert_allclose(np.mean(vectors, 0), 1, atol=0.2)


def test_a_class_with_no_example_is_refused() -> None:
    with pytest.raises(UserError, match="no example of class 'two'"):
        attribute(class_codes(MU, LABELS), 2, 0, NAMES)
