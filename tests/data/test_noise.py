"""The fixed noise: the same for every caller and every count."""

from __future__ import annotations

import numpy as np
import pytest

from vaeviz.data.noise import NOISE_DIMENSIONS, fixed_noise


@pytest.mark.parametrize("latent", [1, 16, 17, 40])
def test_more_dimensions_keep_the_draws_of_the_first_ones(latent: int) -> None:
    assert fixed_noise(7, latent).shape == (7, latent)
    assert fixed_noise(7, latent).dtype == np.float32
    np.testing.assert_array_equal(fixed_noise(7, latent), fixed_noise(7, 64)[:, :latent])


def test_more_examples_keep_the_draws_of_the_first_ones() -> None:
    few, many = (fixed_noise(count, NOISE_DIMENSIONS) for count in (20, 1000))
    np.testing.assert_array_equal(few, many[:20])


def test_no_draw_comes_twice() -> None:
    drawn = np.concatenate([fixed_noise(50, 40, seed).ravel() for seed in (0, 2)])
    assert (
        len(np.unique(drawn)) > 0.999 * drawn.size
    )  # float32 has few enough values for chance pairs


def test_it_is_standard_normal() -> None:
    drawn = fixed_noise(4000, 32).astype(np.float64)
    np.testing.assert_allclose(drawn.mean(0), 0, atol=0.07)
    np.testing.assert_allclose(np.cov(drawn.T), np.eye(32), atol=0.1)
