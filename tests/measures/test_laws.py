"""Draws with the random number held: their derivatives against quantiles, formulas and torch."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from vaeviz.measures.laws import LAWS, Law, implicit
from vaeviz.measures.rsample import miss, rsample

THETAS = (0.2, 0.7, 2.0, 5.0)
LEVELS = np.array([0.05, 0.3, 0.5, 0.8, 0.95])
SMOOTH = {name: law for name, law in LAWS.items() if law.smooth}
each = pytest.mark.parametrize("name", SMOOTH)


@each
@pytest.mark.parametrize("theta", THETAS)
def test_a_draw_is_where_the_distribution_function_reaches_u(name: str, theta: float) -> None:
    law = LAWS[name]
    np.testing.assert_allclose(law.cdf(law.quantile(LEVELS, theta), theta), LEVELS, atol=1e-9)


@each
@pytest.mark.parametrize("theta", THETAS)
def test_the_slope_is_how_the_quantile_moves(name: str, theta: float) -> None:
    law, h = LAWS[name], 1e-5
    moved = (law.quantile(LEVELS, theta + h) - law.quantile(LEVELS, theta - h)) / (2 * h)
    np.testing.assert_allclose(law.slope(law.quantile(LEVELS, theta), theta), moved, atol=1e-6)


@pytest.mark.parametrize("name", [name for name, law in LAWS.items() if law.scale])
def test_explicit_and_implicit_agree(name: str) -> None:
    law = LAWS[name]
    for theta in THETAS:
        z = law.quantile(np.array([0.1, 0.4, 0.9]), theta)
        np.testing.assert_allclose(implicit(law, z, theta), z / theta, atol=1e-6)


@each
def test_the_density_is_the_slope_of_the_distribution_function(name: str) -> None:
    law, h = LAWS[name], 1e-6
    z = law.quantile(np.array([0.1, 0.4, 0.9]), 2.0)
    slope = (law.cdf(z + h, 2.0) - law.cdf(z - h, 2.0)) / (2 * h)
    np.testing.assert_allclose(law.density(z, 2.0), slope, rtol=1e-6)


@each
@pytest.mark.parametrize("theta", THETAS)
def test_torch_passes_this_derivative_back(name: str, theta: float) -> None:
    """Exactly where z is a formula; for Gamma and Beta torch approximates, to about 1e-3."""
    made = rsample(name, theta)
    assert made is not None
    z, theirs = made
    law = LAWS[name]
    assert (
        np.abs(theirs - numerical(law, z, theta)).max()
        < (1e-6 if law.scale else 2e-3) * np.abs(theirs).max()
    )
    missed = miss(name, theta)
    assert missed is not None
    assert missed < (1e-12 if law.scale else 2e-3)


def numerical(law: Law, z: np.ndarray, theta: float) -> np.ndarray:
    """−(∂F/∂θ) / p, by differences of F alone."""
    h, k = 1e-5, 1e-5 * np.abs(z)
    along = (law.cdf(z + k, theta) - law.cdf(z - k, theta)) / (2 * k)
    return -(law.cdf(z, theta + h) - law.cdf(z, theta - h)) / (2 * h) / along


def test_classes_are_a_step_and_torch_has_no_rsample() -> None:
    law = LAWS["classes"]
    assert law.quantile(0.3, np.array([0.2, 0.85, 0.87, 5.0])).tolist() == [2, 2, 1, 1]
    assert law.slope(np.float64(1.0), 2.0) == 0
    assert miss("classes", 2.0) is None
    shares = [law.cdf(k, 2.0) - law.cdf(k - 0.5, 2.0) for k in (1.0, 2.0, 3.0)]
    assert shares == pytest.approx([0.5, 0.25, 0.25])
    draws = law.quantile(np.linspace(0.0005, 0.9995, 1000), 2.0)
    assert [(draws == k).mean() for k in (1, 2, 3)] == pytest.approx(shares, abs=2e-3)


def test_the_draws_of_torch_leave_its_random_state_alone() -> None:
    before = torch.random.get_rng_state()
    rsample("gamma", 2.0)
    assert torch.equal(before, torch.random.get_rng_state())
    assert math.isclose(LAWS["laplace"].quantile(0.5, 2.0), 0.0)
