"""Reverse water-filling: its limits, its monotonicity, and the brute-force optimum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from vaeviz.theory import water_filling

VALUES = np.array([4.0, 2.5, 2.5, 1.0, 0.3, 0.02, 0.0])
spectra = st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=12).map(lambda v: np.sort(v)[::-1])
levels = st.floats(1e-8, 1e4)
sizes = st.integers(1, 15)


def test_at_no_water_every_allowed_component_is_kept() -> None:
    for latent in (1, 3, 6, 20):
        error = water_filling.squared_error(VALUES, 1e-15, latent)
        assert error == pytest.approx(VALUES[latent:].sum(), abs=1e-13)
        rates = water_filling.rate_per_component(VALUES, 1e-15, latent)
        assert (rates > 0).sum() == min(latent, 6)  # the seventh has variance 0


@given(spectra, st.floats(1, 100), sizes)
def test_at_or_above_the_first_variance_nothing_is_sent(
    values: np.ndarray, factor: float, latent: int
) -> None:
    tau = values[0] * factor
    assert water_filling.rate(values, tau, latent) == 0
    assert water_filling.squared_error(values, tau, latent) == pytest.approx(values.sum())


@given(spectra, levels, levels, sizes)
def test_more_water_means_more_error_less_rate_fewer_components(
    values: np.ndarray, one: float, other: float, latent: int
) -> None:
    taus = np.sort([one, other])
    slack = 1e-12 * values.sum()
    assert np.diff(water_filling.squared_error(values, taus, latent)) >= -slack
    assert np.diff(water_filling.rate(values, taus, latent)) <= 0
    less, more = (water_filling.rate_per_component(values, tau, latent) for tau in taus)
    assert ((more == 0) >= (less == 0)).all()


@given(spectra, levels, sizes)
def test_another_dimension_never_harms_and_an_unused_one_changes_nothing(
    values: np.ndarray, tau: float, latent: int
) -> None:
    error, wider = (water_filling.squared_error(values, tau, d) for d in (latent, latent + 1))
    assert wider <= error * (1 + 1e-12)
    if latent >= len(values) or values[latent] <= tau:
        assert wider == pytest.approx(error)
        rates = [water_filling.rate(values, tau, d) for d in (latent, latent + 1)]
        assert rates[0] == pytest.approx(rates[1])


@pytest.mark.parametrize("latent", [2, 4, 7])
@pytest.mark.parametrize("tau", [0.05, 0.6, 2.0])
def test_no_allocation_of_errors_does_better(tau: float, latent: int) -> None:
    """Brute force: minimise 1/2 sum_i e_i + tau sum_i 1/2 log(lambda_i / e_i) over 0 < e_i <=
    lambda_i.
    """
    values = VALUES[:6]
    used = values[:latent]

    def objective(log_errors: np.ndarray) -> tuple[float, np.ndarray]:
        errors = np.exp(log_errors)
        return float(0.5 * errors.sum() + 0.5 * tau * (np.log(used) - log_errors).sum()), 0.5 * (
            errors - tau
        )

    bounds = [(None, float(np.log(v))) for v in used]
    options = {"ftol": 1e-16, "gtol": 1e-12}
    start = np.log(used / 2)
    result = minimize(objective, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
    outcome = np.exp(result.x)
    error = water_filling.squared_error(values, tau, latent)
    assert error == pytest.approx(outcome.sum() + values[latent:].sum(), rel=1e-5)
    rates = water_filling.rate_per_component(values, tau, latent)
    np.testing.assert_allclose(rates, 0.5 * np.log(used / outcome), atol=1e-4)


def test_the_curve_falls_with_slope_minus_two_tau() -> None:
    for tau in (0.01, 0.1, 0.7, 2.0):
        near = tau * np.array([1 - 1e-5, 1 + 1e-5])
        error, rate = (
            f(VALUES, near, 5) for f in (water_filling.squared_error, water_filling.rate)
        )
        assert (np.diff(error) / np.diff(rate))[0] == pytest.approx(-2 * tau, rel=1e-4)


def test_levels_keep_their_shape() -> None:
    taus = np.geomspace(1e-3, 10, 6).reshape(2, 3)
    assert water_filling.rate_per_component(VALUES, taus, 4).shape == (2, 3, 4)
    for function in (water_filling.rate, water_filling.squared_error):
        together = function(VALUES, taus, 4)
        assert together.shape == (2, 3)
        assert together[1, 2] == function(VALUES, taus[1, 2], 4)
