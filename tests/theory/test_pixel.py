"""One pixel's likelihoods: areas by quadrature, and where each costs least."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from vaeviz.theory.pixel import log_bernoulli, log_continuous, log_gaussian, pixel


@pytest.mark.parametrize("output", [0.005, 0.3, 0.4999, 0.5, 0.51, 0.98])
def test_areas_and_means_are_those_of_quadrature(output: float) -> None:
    made = pixel(0.3, output, 0.05)
    area = quad(lambda x: math.exp(float(log_bernoulli(x, output))), 0, 1)[0]
    assert made.area == pytest.approx(area, abs=1e-9)
    one = quad(lambda x: math.exp(float(log_continuous(x, output))), 0, 1)[0]
    mean = quad(lambda x: x * math.exp(float(log_continuous(x, output))), 0, 1)[0]
    assert (one, made.mean) == pytest.approx((1.0, mean), abs=1e-8)
    assert made.area <= 0.5 + 1e-12
    if output != 0.5:
        closed = (2 * output - 1) / (math.log(output) - math.log(1 - output))
        assert made.area == pytest.approx(closed, abs=1e-8)


def test_losses_are_minus_the_logs() -> None:
    made = pixel(0.3, 0.7, 0.05)
    assert made.gaussian == pytest.approx(0.5 * math.log(2 * math.pi * 0.05) + 0.16 / 0.1)
    assert made.bernoulli == pytest.approx(-0.3 * math.log(0.7) - 0.7 * math.log(0.3))
    assert made.continuous == pytest.approx(made.bernoulli + math.log(made.area))


@pytest.mark.parametrize("x", [0.1, 0.3, 0.5, 0.85])
def test_each_costs_least_where_it_is_said(x: float) -> None:
    grid = np.linspace(0.0005, 0.9995, 1999)
    for log in (log_gaussian, log_bernoulli):
        assert grid[np.argmax(log(x, grid, 0.05))] == pytest.approx(x, abs=6e-4)
    best = grid[np.argmax(log_continuous(x, grid))]
    assert pixel(x, 0.5, 0.05).best == pytest.approx(best, abs=6e-4)
