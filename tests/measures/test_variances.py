"""One σ² is best at the mean squared error, one per pixel at each pixel's; bounds are densities."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from vaeviz.measures import variances
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.observe import nats, observe
from vaeviz.theory import linear_vae

RNG = np.random.default_rng(2)
X = (RNG.normal(size=(800, 6)) * np.sqrt([4.0, 1.5, 0.8, 0.3, 0.1, 0.02])).astype(np.float32)
NOISE = RNG.normal(size=(800, 16)).astype(np.float32)
SPECTRUM = linear_vae.spectrum(X)
CODEC = LinearCodec(SPECTRUM, 3)


@pytest.mark.parametrize("sigma2", [0.01, 0.3, 5.0])
def test_the_bound_is_that_of_the_readouts(sigma2: float) -> None:
    result = variances.elbo(2.5, 1.25, 6, sigma2)
    assert result == pytest.approx(-(nats(2.5, 6, "gaussian", sigma2) + 1.25))


def test_the_best_of_one_network_is_at_its_mean_squared_error() -> None:
    grid = np.geomspace(1e-3, 10, 4001)
    result = variances.elbo(2.5, 1.0, 6, grid)
    assert grid[result.argmax()] == pytest.approx(2.5 / 6, rel=3e-3)


def test_the_best_of_all_networks_is_the_linear_vaes_optimal_variance() -> None:
    """Where σ² = MSE(τ = σ²): the bound is highest there, and pPCA's log-likelihood."""
    grid = CODEC.curve(3).taus
    result, held = variances.over_variances(CODEC.curve(3), 6, grid)
    best = linear_vae.optimal_sigma2(SPECTRUM, 1.0, 3)
    assert not held.any()
    assert grid[result.argmax()] == pytest.approx(best, rel=0.07)  # half a step of the curve
    assert result.max() == pytest.approx(
        linear_vae.solve(SPECTRUM, 1.0, best, 3).log_likelihood, abs=0.01
    )


def test_beyond_the_curve_the_network_stays_and_is_marked() -> None:
    curve = CODEC.curve(3)
    result, held = variances.over_variances(curve, 6, np.array([1e-5, 0.5, 1e3]))
    assert held.tolist() == [True, False, True]
    assert result[0] == pytest.approx(
        float(variances.elbo(curve.losses[0], curve.rates[0], 6, 1e-5))
    )


def test_a_distortion_is_minus_the_log_density() -> None:
    s = np.array([0.1, 0.2, 0.5, 1.0, 2.0, 0.7])
    squared = variances.residuals(CODEC, X, NOISE, 0.3, 3)
    expected = -norm.logpdf(np.sqrt(squared), 0, np.sqrt(s))
    np.testing.assert_allclose(variances.distortion(squared, s), expected, rtol=1e-6)


def test_residuals_are_those_of_the_observation() -> None:
    seen = observe(CODEC, X, 0.3, 3, NOISE)
    total = variances.residuals(CODEC, X, NOISE, 0.3, 3).sum(1)
    np.testing.assert_allclose(total, seen.losses, rtol=1e-4)


def test_a_variance_a_pixel_is_best_where_it_was_fitted_and_better_than_one_for_all() -> None:
    squared = variances.residuals(CODEC, X, NOISE, 0.3, 3)
    own = variances.per_pixel(squared)
    best = variances.distortion(squared, own).sum(1).mean()
    for factor in (0.9, 1.1):
        assert variances.distortion(squared, factor * own).sum(1).mean() > best
    assert variances.distortion(squared, float(squared.mean())).sum(1).mean() > best


def test_a_pixel_that_never_varies_stays_at_the_floor() -> None:
    squared = np.zeros((5, 2))
    squared[:, 1] = 0.04
    np.testing.assert_array_equal(variances.per_pixel(squared), [variances.FLOOR, 0.04])
