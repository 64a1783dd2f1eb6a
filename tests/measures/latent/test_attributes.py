"""Mean codes by class, their errors and counts."""

from __future__ import annotations

import math

import numpy as np

from vaeviz.measures.latent.attributes import class_codes

RNG = np.random.default_rng(11)
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


def test_the_error_is_the_spread_of_repeated_means() -> None:
    def one(seed: int) -> tuple[np.ndarray, np.ndarray]:
        mu = np.random.default_rng(seed).normal(size=(60, 2)) * [1, 3] + LABELS[:60, None]
        codes = class_codes(mu, LABELS[:60])
        return codes.mean[1], codes.error[1]

    means, errors = zip(*(one(seed) for seed in range(300)), strict=True)
    np.testing.assert_allclose(np.mean(errors, 0), np.std(means, 0), rtol=0.12)
    np.testing.assert_allclose(np.mean(means, 0), 1, atol=0.2)
