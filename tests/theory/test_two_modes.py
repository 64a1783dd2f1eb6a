"""The best code for an edge in one of two places: against a search over all codes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vaeviz.theory.two_modes import contrast, rate, squared_error

GUESSES = np.linspace(0, 1, 401)  # of the pixel
PIXEL = np.array([0.0, 1.0])
ERRORS = (PIXEL[:, None] - GUESSES) ** 2  # (2, G)


def least(tau: float) -> float:
    """min over all codes of ½ error + τ I, by Blahut-Arimoto (Cover & Thomas 2006, section
    10.8).
    """
    q = np.full(len(GUESSES), 1 / len(GUESSES))
    for _ in range(4000):
        weights = q * np.exp(-0.5 * ERRORS / tau)  # (2, G)
        q = (weights / weights.sum(1, keepdims=True)).mean(0)
    return float(-tau * np.log((q * np.exp(-0.5 * ERRORS / tau)).sum(1)).mean())


def objective(m: float, tau: float) -> float:
    return 0.5 * squared_error(m) + tau * rate(m)


@pytest.mark.parametrize("tau", [0.03, 0.1, 0.18, 0.22, 0.26, 1.0])
def test_no_code_of_any_kind_does_better(tau: float) -> None:
    assert objective(contrast(tau), tau) == pytest.approx(least(tau), abs=2e-4)
    assert objective(contrast(tau), tau) <= least(tau) + 1e-6


@pytest.mark.parametrize("tau", [0.02, 0.1, 0.2, 0.24, 0.249])
def test_the_contrast_solves_its_equation_and_is_a_minimum(tau: float) -> None:
    m = contrast(tau)
    assert m == pytest.approx(math.tanh(m / (4 * tau)), abs=1e-9)
    assert m > 0
    for other in (0.0, 0.98 * m, m + 0.02 * (1 - m)):
        assert objective(m, tau) < objective(other, tau)


@pytest.mark.parametrize("tau", [0.25, 0.3, 10.0])
def test_from_a_quarter_on_the_edge_is_the_mean_of_both(tau: float) -> None:
    assert contrast(tau) == 0
    assert squared_error(0.0) == 0.25
    assert rate(0.0) == 0


def test_a_sharp_edge_costs_log_two() -> None:
    assert contrast(1e-3) == pytest.approx(1)
    assert rate(1.0) == pytest.approx(math.log(2))
    assert squared_error(1.0) == 0


def test_the_mean_beats_either_sharp_guess() -> None:
    error = ((np.array([0.0, 1.0])[:, None] - [0.0, 0.5, 1.0]) ** 2).mean(0)
    np.testing.assert_allclose(error, [0.5, squared_error(0.0), 0.5])
