"""Total correlation: 0 where there is none, Gaussians', an identity, and its bias."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.measures.collapse.total_correlation import total_correlation
from vaeviz.measures.latent.aggregate import kl_by_dimension, kl_to_prior
from vaeviz.records import Array


def codes(count: int, covariance: Array, var_q: float, seed: int = 0) -> tuple[Array, Array]:
    """Posteriors whose aggregate tends to N(0, covariance + var_q I)."""
    rng = np.random.default_rng(seed)
    mu = rng.multivariate_normal(np.zeros(len(covariance)), covariance, count)
    return mu, np.full(mu.shape, math.log(var_q))


def gaussian(covariance: Array, var_q: float) -> tuple[float, float]:
    """TC and I of Gaussian codes: ½ (Σ log C_jj - log det C), ½ log det(C / var_q)."""
    C = covariance + var_q * np.eye(len(covariance))
    log_det = np.linalg.slogdet(C)[1]
    return 0.5 * (np.log(np.diag(C)).sum() - log_det), 0.5 * (log_det - len(C) * math.log(var_q))


def correlated(d: int, rho: float) -> Array:
    return (1 - rho) * np.eye(d) + rho


@pytest.mark.parametrize("d", [1, 2, 16])
def test_at_exact_collapse_it_is_zero(d: int) -> None:
    """Neither bias nor error but rounding: 1e-6 nats."""
    result = total_correlation(np.zeros((1000, d)), np.zeros((1000, d)))
    assert abs(result.value) < 1e-6
    assert abs(result.information) < 1e-6
    assert result.error < 1e-6
    assert not result.capped


def test_one_dimension_has_none() -> None:
    result = total_correlation(*codes(300, np.eye(1), 0.01))
    assert result.value == 0
    assert result.cap == 0


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("d", [2, 4])
def test_gaussian_codes_have_the_gaussians(d: int, rho: float) -> None:
    """Over 12 sets of 1,000 posteriors: the bias is below 0.03 nats, and the error is the one
    reported.
    """
    truth, information = gaussian(correlated(d, rho), 0.5)
    runs = [total_correlation(*codes(1000, correlated(d, rho), 0.5, s), 500, s) for s in range(12)]
    values = np.array([run.value for run in runs])
    error = float(np.mean([run.error for run in runs]))
    assert abs(values.mean() - truth) < 0.03 + 3 * values.std(ddof=1) / math.sqrt(12)
    assert values.std(ddof=1) < 2 * math.hypot(error, 1 / math.sqrt(1000))
    assert np.mean([run.information for run in runs]) == pytest.approx(information, abs=0.1)


def test_where_posteriors_overlap_little_the_bias_is_upwards_and_marked() -> None:
    """16 independent dimensions, narrow posteriors: truth 0, and nats of total correlation
    found.
    """
    result = total_correlation(*codes(500, np.eye(16), 0.01))
    assert gaussian(np.eye(16), 0.01)[0] == pytest.approx(0)
    assert result.value > 5
    assert result.capped
    assert result.information == pytest.approx(math.log(500), abs=1e-3)
    assert result.value <= result.cap


def test_it_counts_as_capped_where_its_information_does() -> None:
    for log_v, capped in ((-0.6, False), (-1.2, True)):
        mu = math.sqrt(1 - math.exp(log_v)) * np.random.default_rng(3).normal(size=(359, 8))
        result = total_correlation(mu, np.full((359, 8), log_v))
        assert result.capped is capped
        assert kl_to_prior(mu, np.full((359, 8), log_v)).capped is capped


def test_the_error_is_the_spread_of_repeated_estimates() -> None:
    mu, logvar = codes(400, correlated(2, 0.5), 0.1)
    runs = [total_correlation(mu, logvar, 200, seed) for seed in range(100)]
    spread = float(np.std([run.value for run in runs], ddof=1))
    assert float(np.mean([run.error for run in runs])) == pytest.approx(spread, rel=0.2)


def test_rate_is_information_total_correlation_and_each_dimensions_kl() -> None:
    mu, logvar = codes(400, correlated(3, 0.7), 0.2)
    tc, joint, each = (
        total_correlation(mu, logvar),
        kl_to_prior(mu, logvar),
        kl_by_dimension(mu, logvar, 2000),
    )
    total = joint.information + tc.value + each.kl.sum()
    assert total == pytest.approx(
        joint.rate, abs=4 * math.hypot(joint.error, tc.error, *each.error)
    )
    assert tc.information == pytest.approx(joint.information, abs=4 * joint.error)


def test_each_dimension_has_its_own_variances() -> None:
    mu, _ = codes(2000, np.eye(2), 0.5)
    result = total_correlation(mu, np.broadcast_to(np.log([0.1, 2.0]), mu.shape))
    assert result.value == pytest.approx(0, abs=4 * result.error + 0.05)


@given(st.integers(2, 40), st.floats(-12, 1), st.floats(0, 10))
def test_it_is_between_nothing_and_its_cap(count: int, logvar: float, spread: float) -> None:
    mu = spread * np.random.default_rng(count).normal(size=(count, 3))
    result = total_correlation(mu, np.full((count, 3), logvar), samples=40)
    assert -5 * result.error - 1e-5 <= result.value <= result.cap + 5 * result.error + 1e-5
    assert result.cap == pytest.approx(2 * math.log(count))


def test_it_is_seeded_and_its_source_has_the_counts() -> None:
    mu, logvar = codes(50, np.eye(2), 0.5)
    assert total_correlation(mu, logvar, 30, 1).value == total_correlation(mu, logvar, 30, 1).value
    assert total_correlation(mu, logvar, 30, 1).value != total_correlation(mu, logvar, 30, 2).value
    assert "30 samples against all 50 posteriors" in total_correlation(mu, logvar, 30).source
