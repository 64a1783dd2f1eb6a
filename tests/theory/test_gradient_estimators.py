"""Gradient estimates: their means and variances against quadrature, draws and autograd."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from numpy.polynomial import Polynomial

from vaeviz.theory import gradient_estimators as theory
from vaeviz.theory.gradient_estimators import FUNCTIONS, Problem

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
SHARE = WEIGHTS / WEIGHTS.sum()
OPENING = Problem(FUNCTIONS["square"], 1.0, 0.5)
PROBLEMS = [
    Problem(FUNCTIONS[f], mu, sigma, parameter)
    for f, parameter, mu, sigma in itertools.product(
        FUNCTIONS, ("mu", "sigma"), (-3.0, 0.4, 2.0), (0.05, 0.7, 4.0)
    )
]


def every(p: Problem) -> list[Polynomial]:
    return [*theory.estimators(p, "optimal"), theory.estimators(p, "mean")[2]]


def test_means_and_variances_are_those_of_quadrature() -> None:
    for p in PROBLEMS:
        for of in every(p):
            values = of(NODES)
            mean = SHARE @ values
            assert theory.mean(of) == pytest.approx(mean, rel=1e-9, abs=1e-6)
            assert theory.variance(of) == pytest.approx(
                SHARE @ (values - mean) ** 2, rel=1e-8, abs=1e-6
            )


def test_all_are_unbiased_for_the_slope_of_the_mean() -> None:
    """Against a numerical derivative of E f(z) by quadrature."""
    for p in PROBLEMS:
        ends = []
        for h in (-1e-4, 1e-4):
            mu = p.mu + (h if p.parameter == "mu" else 0)
            sigma = p.sigma + (h if p.parameter == "sigma" else 0)
            ends.append(SHARE @ p.f(mu + sigma * NODES))
        slope = (ends[1] - ends[0]) / 2e-4
        for of in every(p):
            assert theory.mean(of) == pytest.approx(slope, rel=1e-5, abs=1e-5)


def test_one_draws_estimates_are_those_of_autograd() -> None:
    for p in PROBLEMS:
        for epsilon in (-1.3, 0.2, 2.1):
            mu, sigma = (torch.tensor(v, dtype=torch.float64, requires_grad=True)
                         for v in (p.mu, p.sigma))  # fmt: skip
            leaf = mu if p.parameter == "mu" else sigma
            q = torch.distributions.Normal(mu, sigma)
            z = mu + sigma * epsilon
            value = sum(c * z**k for k, c in enumerate(p.f.coef))
            (path,) = torch.autograd.grad(value, leaf, retain_graph=True)
            (score,) = torch.autograd.grad(q.log_prob(z.detach()), leaf)
            assert theory.pathwise(p)(epsilon) == pytest.approx(path.item(), rel=1e-9)
            assert theory.score(p, 2.0)(epsilon) == pytest.approx(
                (value.item() - 2.0) * score.item(), rel=1e-8, abs=1e-8
            )


def test_no_constant_has_a_lower_variance_than_the_best() -> None:
    for p in PROBLEMS:
        best = theory.optimal_baseline(p)
        least = theory.variance(theory.score(p, best))
        for other in (0.0, theory.mean_baseline(p), best * 1.1 + 0.1, best * 0.9 - 0.1):
            assert theory.variance(theory.score(p, other)) >= least * (1 - 1e-9)


def test_the_mean_as_a_baseline_is_the_mean_of_f() -> None:
    """E z² = μ² + σ²: 1.25; the best constant of this problem is 2 σ² more."""
    assert theory.mean_baseline(OPENING) == pytest.approx(1.25)
    assert theory.optimal_baseline(OPENING) == pytest.approx(1.75)


def test_the_opening_factor_is_measured_at_a_million_draws() -> None:
    """21.75 in closed form; within 5 % from 10⁶ draws, and each variance within 4 errors."""
    epsilon = np.random.default_rng(0).standard_normal(1_000_000)
    path, plain, _ = theory.estimators(OPENING, "optimal")
    found = [theory.measured(of, epsilon, 1) for of in (path, plain)]
    exact = [theory.variance(of) for of in (path, plain)]
    assert exact == pytest.approx([1.0, 21.75])
    assert found[1].variance / found[0].variance == pytest.approx(21.75, rel=0.05)
    for one, wanted in zip(found, exact, strict=True):
        assert abs(one.variance - wanted) < 4 * one.error


def test_the_mean_of_n_draws_has_an_nth_of_the_variance() -> None:
    epsilon = np.random.default_rng(1).standard_normal(2**18)
    of = theory.score(OPENING)
    for count in (1, 4, 16, 64):
        one = theory.measured(of, epsilon, count)
        assert abs(one.variance - theory.variance(of) / count) < 4 * one.error


def test_the_error_of_a_measured_variance_is_its_spread_over_seeds() -> None:
    of = theory.pathwise(OPENING)
    found = [theory.measured(of, theory.draws(seed), 4) for seed in range(200)]
    spread = np.std([one.variance for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.15)


def test_a_constant_in_f_moves_the_score_function_alone() -> None:
    raised = Problem(FUNCTIONS["raised"], 1.0, 0.5)
    for ours, theirs in zip(theory.estimators(OPENING, "optimal"),
                            theory.estimators(raised, "optimal"), strict=True):  # fmt: skip
        assert theory.mean(ours) == pytest.approx(theory.mean(theirs))
    assert theory.variance(theory.pathwise(raised)) == pytest.approx(1.0)
    assert theory.variance(theory.score(raised)) == pytest.approx(191.75)
    assert theory.optimal_baseline(raised) == pytest.approx(theory.optimal_baseline(OPENING) + 5)
