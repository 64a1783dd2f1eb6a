"""The importance-weighted bound and the linear decoder's exact posterior."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from vaeviz.theory import linear_vae
from vaeviz.theory.importance import (
    KS,
    delta_line,
    effective,
    log_mean_exp,
    over_k,
    weighted_bound,
)
from vaeviz.theory.linear_posterior import (
    LinearDecoder,
    diagonal_gap,
    gaussian_gap,
    relative_variance,
    rotated,
)

RNG = np.random.default_rng(0)
DATA = RNG.standard_normal((300, 6)) @ RNG.standard_normal((6, 6))
SPECTRUM = linear_vae.spectrum(DATA)
DECODER = LinearDecoder(RNG.standard_normal((6, 3)), DATA.mean(0), 0.5)


def test_the_log_of_a_mean_of_weights_without_overflow() -> None:
    assert log_mean_exp(np.log([1.0, 3.0])) == pytest.approx(math.log(2))
    assert log_mean_exp(np.array([-2000.0, -2000.0])) == pytest.approx(-2000)
    assert effective(np.log([2.0, 2.0, 2.0, 0.0 + 1e-300])) == pytest.approx(3)


def test_the_bound_of_known_weights() -> None:
    """Two weights of equal chance: E log of the mean of k = 2 of them is known."""
    log_w = np.log(np.where(RNG.random((3, 40_000)) < 0.5, 1.0, 4.0))
    one, two = weighted_bound(log_w, 1), weighted_bound(log_w, 2)
    assert abs(one[0] - 0.5 * math.log(4)) < 4 * one[1]
    exact = 0.25 * (0 + math.log(4)) + 0.5 * math.log(2.5)
    assert abs(two[0] - exact) < 4 * two[1]
    assert one[1] == pytest.approx(0.5 * math.log(4) / math.sqrt(120_000), rel=0.02)


def test_the_evidence_is_that_of_the_marginal_gaussian() -> None:
    covariance = DECODER.W @ DECODER.W.T + 0.5 * np.eye(6)
    exact = multivariate_normal(DECODER.mean, covariance).logpdf(DATA[:9])
    np.testing.assert_allclose(DECODER.evidence(DATA[:9]), exact, atol=1e-9)


def test_bayes_holds_at_any_code() -> None:
    x, z = DATA[:4], RNG.standard_normal((4, 5, 3))
    precision, mean = DECODER.precision(), DECODER.posterior_mean(x)
    for k in range(4):
        posterior = multivariate_normal(mean[k], np.linalg.inv(precision)).logpdf(z[k])
        joint = DECODER.log_joint(x[k], z[k])
        np.testing.assert_allclose(joint - DECODER.evidence(x)[k], posterior, atol=1e-9)


@pytest.mark.parametrize("d", [2, 3, 6])
def test_the_optimum_has_no_gap_and_a_turned_one_that_of_the_closed_form(d: int) -> None:
    vae = linear_vae.solve(SPECTRUM, 1.0, 0.2, d)
    straight, turned = rotated(vae, 0.2, 0.0), rotated(vae, 0.2, 30.0)
    np.testing.assert_allclose(straight.W, vae.W)
    np.testing.assert_allclose(straight.posterior_mean(DATA), vae.encode(DATA)[0], atol=1e-9)
    np.testing.assert_allclose(turned.evidence(DATA), straight.evidence(DATA), atol=1e-9)
    assert straight.evidence(DATA).mean() == pytest.approx(vae.log_likelihood)
    assert diagonal_gap(straight.precision()) == pytest.approx(0, abs=1e-9)
    precision = turned.precision()
    assert diagonal_gap(precision) > 0.01
    best = gaussian_gap(precision, np.zeros((1, d)), 1 / np.diag(precision))[0]
    assert diagonal_gap(precision) == pytest.approx(best, abs=1e-12)


def test_no_diagonal_q_is_better_than_the_closed_form() -> None:
    precision = DECODER.precision()

    def gap(free: np.ndarray) -> float:
        return float(gaussian_gap(precision, free[None, :3], np.exp(free[3:]))[0])

    found = minimize(gap, np.full(6, 0.3), tol=1e-10)
    assert found.fun == pytest.approx(diagonal_gap(precision), abs=1e-8)
    np.testing.assert_allclose(np.exp(found.x[3:]), 1 / np.diag(precision), rtol=1e-3)


def test_the_variance_of_the_weights_is_that_of_draws() -> None:
    precision = np.array([[2.0, 0.4], [0.4, 1.5]])
    off, variances = np.array([[0.2, -0.1]]), np.array([0.7, 0.8])
    z = off[0] + np.sqrt(variances) * RNG.standard_normal((400_000, 2))
    log_q = multivariate_normal(off[0], np.diag(variances)).logpdf(z)
    w = np.exp(multivariate_normal(np.zeros(2), np.linalg.inv(precision)).logpdf(z) - log_q)
    error = (w**2).std() / math.sqrt(len(w))
    exact = relative_variance(precision, off, variances)[0]
    assert w.mean() == pytest.approx(1, abs=0.01)
    assert abs((w**2).mean() - 1 - exact) < 4 * error
    narrow = relative_variance(precision, off, np.array([0.2, 0.2]))
    assert narrow[0] == math.inf


def test_the_delta_method_describes_large_k() -> None:
    vae = linear_vae.solve(SPECTRUM, 1.0, 0.2, 3)
    turned = rotated(vae, 0.2, 15.0)
    x, precision = DATA[:40], turned.precision()
    variances = 1 / np.diag(precision)
    spread = relative_variance(precision, np.zeros((1, 3)), variances)[0]
    log_w = np.empty((40, 8000))
    for k, mean in enumerate(turned.posterior_mean(x)):
        z = mean + np.sqrt(variances) * RNG.standard_normal((8000, 3))
        log_q = multivariate_normal(mean, np.diag(variances)).logpdf(z)
        log_w[k] = turned.log_joint(x[k], z) - log_q
    mean, error = over_k(log_w)
    evidence = turned.evidence(x).mean()
    line = delta_line(evidence, spread)
    holds = np.array(KS) >= 20 * spread
    assert holds.sum() >= 5
    np.testing.assert_array_less(np.abs(mean - line)[holds], (4 * error + 0.01)[holds])
    assert abs(mean[0] - evidence + diagonal_gap(precision)) < 4 * error[0]
    assert np.isnan(delta_line(0.0, math.inf)).all()
