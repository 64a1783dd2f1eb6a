"""q(z) over all posteriors: 0 at exact collapse, right for Gaussians, within its cap and its
errors.
"""

from __future__ import annotations

import math
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

from vaeviz.measures.latent import aggregate
from vaeviz.records import Array

RNG = np.random.default_rng(3)


def gaussian_codes(count: int, var_mu: Array, var_q: Array) -> tuple[Array, Array]:
    """Posteriors whose aggregate tends to N(0, var_mu + var_q) as their number grows."""
    mu = RNG.standard_normal((count, len(var_mu))) * np.sqrt(var_mu)
    return mu.astype(np.float32), np.broadcast_to(np.log(var_q), mu.shape).astype(np.float32)


def gaussian_kl(variance: Array) -> Array:
    return 0.5 * (variance - 1 - np.log(variance))


def by_hand(z: Array, mu: Array, logvar: Array) -> list[float]:
    """log q(z) from SciPy's normal densities, term by term, float64."""
    terms = [
        [norm.logpdf(point, m, np.exp(0.5 * s)).sum() for m, s in zip(mu, logvar, strict=True)]
        for point in z
    ]
    return [logsumexp(row) - math.log(len(mu)) for row in terms]


def test_log_density_is_the_mixture_of_all_posteriors() -> None:
    mu, logvar = RNG.normal(size=(40, 3)), RNG.uniform(-9, 1, (40, 3))
    z = np.concatenate([RNG.normal(size=(10, 3)), mu[:10], 30 * RNG.normal(size=(5, 3))])
    np.testing.assert_allclose(
        aggregate.log_density(z, mu, logvar), by_hand(z, mu, logvar), rtol=1e-6
    )


def test_narrow_posteriors_lose_no_digits() -> None:
    """At the model's least variance, e^-20, far from the origin: the quadratic is not cancelled
    away.
    """
    mu, logvar = RNG.normal(size=(20, 4)) + 5, np.full((20, 4), -20.0)
    z = mu + np.exp(-10) * RNG.normal(size=(20, 4))
    np.testing.assert_allclose(
        aggregate.log_density(z, mu, logvar), by_hand(z, mu, logvar), atol=1e-4
    )


def test_one_posterior_is_its_own_aggregate() -> None:
    z, mu, logvar = RNG.normal(size=(50, 4)), RNG.normal(size=(1, 4)), RNG.normal(size=(1, 4))
    exact = multivariate_normal.logpdf(z, mu[0], np.diag(np.exp(logvar[0])))
    np.testing.assert_allclose(aggregate.log_density(z, mu, logvar), exact, rtol=1e-9)


def test_nothing_depends_on_how_the_work_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    mu, logvar = gaussian_codes(300, np.ones(3), np.full(3, 0.1))
    z = RNG.normal(size=(101, 3))
    whole = aggregate.log_density(z, mu, logvar)
    monkeypatch.setattr(aggregate, "ENTRIES", 900)
    np.testing.assert_allclose(aggregate.log_density(z, mu, logvar), whole, rtol=1e-12)
    assert aggregate.log_density(z[:0], mu, logvar).shape == (0,)


@pytest.mark.parametrize("d", [1, 16])
def test_at_exact_collapse_both_kls_are_zero(d: int) -> None:
    """Where estimates from a minibatch report nats of information: truth 0, and 0 it is."""
    mu = logvar = np.zeros((1000, d), np.float32)
    seen, each = aggregate.kl_to_prior(mu, logvar), aggregate.kl_by_dimension(mu, logvar)
    assert abs(seen.kl) < 1e-6
    assert abs(seen.information) < 1e-6
    assert seen.error < 1e-6
    assert np.abs(each.kl).max() < 1e-6
    z = RNG.normal(size=(20, d))
    np.testing.assert_allclose(
        aggregate.log_density(z, mu, logvar), aggregate.log_prior(z), rtol=1e-6
    )


@pytest.mark.parametrize(("var_mu", "var_q"), [(0.5, 0.5), (1.5, 0.5), (0.1, 0.1), (0.0, 0.3)])
def test_gaussian_codes_have_the_gaussians_kl(var_mu: float, var_q: float) -> None:
    mu, logvar = gaussian_codes(8000, np.full(2, var_mu), np.full(2, var_q))
    truth = float(gaussian_kl(np.full(2, var_mu + var_q)).sum())
    information = math.log((var_mu + var_q) / var_q)  # 2 · ½ log of the ratio of the variances
    seen = aggregate.kl_to_prior(mu, logvar, samples=4000)
    slack = 4 * seen.error + 0.04  # 8,000 codes are not the whole distribution
    assert seen.kl == pytest.approx(truth, abs=slack)
    assert seen.information == pytest.approx(information, abs=slack)
    each = aggregate.kl_by_dimension(mu, logvar, samples=2000)
    np.testing.assert_allclose(each.kl, truth / 2, atol=4 * each.error.max() + 0.04)


def test_each_dimension_has_its_own_kl() -> None:
    variances = np.array([1.0, 0.2, 3.0])
    mu, logvar = gaussian_codes(5000, 0.8 * variances, 0.2 * variances)
    each = aggregate.kl_by_dimension(mu, logvar, samples=2000)
    np.testing.assert_allclose(each.kl, gaussian_kl(variances), atol=4 * each.error.max() + 0.1)
    assert each.error.shape == (3,)


def test_codes_of_one_dimension_have_one_kl() -> None:
    mu, logvar = gaussian_codes(700, np.ones(1), np.full(1, 0.3))
    whole, each = aggregate.kl_to_prior(mu, logvar, 900), aggregate.kl_by_dimension(mu, logvar, 900)
    assert each.kl[0] == pytest.approx(whole.kl, abs=4 * whole.error + 4 * each.error[0])


def test_the_direct_estimate_agrees() -> None:
    """E log q(z) - log p(z) over other samples: R - I is the same number."""
    mu, logvar = gaussian_codes(500, np.array([0.7, 2.0]), np.array([0.02, 0.3]))
    n = RNG.integers(500, size=20_000)
    z = mu[n] + np.exp(0.5 * logvar[n]) * RNG.standard_normal((20_000, 2))
    terms = aggregate.log_density(z, mu, logvar) - aggregate.log_prior(z)
    seen = aggregate.kl_to_prior(mu, logvar)
    assert seen.kl == pytest.approx(
        terms.mean(), abs=4 * math.hypot(seen.error, terms.std() / math.sqrt(20_000))
    )
    assert seen.kl == pytest.approx(seen.rate - seen.information)


@given(st.integers(1, 60), st.floats(-20, 1), st.floats(0, 20))
def test_information_is_between_nothing_and_log_n(count: int, logvar: float, spread: float) -> None:
    mu = spread * np.random.default_rng(count).normal(size=(count, 2))
    seen = aggregate.kl_to_prior(mu, np.full((count, 2), logvar), samples=50)
    assert seen.information <= seen.cap + 1e-5
    assert seen.information >= -5 * seen.error - 1e-5
    assert seen.cap == math.log(count)


def test_codes_that_never_overlap_reach_the_cap_and_say_so() -> None:
    mu, logvar = RNG.normal(size=(200, 8)).astype(np.float32), np.full((200, 8), -12, np.float32)
    seen = aggregate.kl_to_prior(mu, logvar)
    assert seen.information == pytest.approx(math.log(200), abs=1e-5)
    assert seen.capped
    assert "all 200 posteriors" in seen.source
    assert "capped at log N = 5.30" in seen.source
    assert not aggregate.kl_to_prior(*gaussian_codes(2000, np.ones(1), np.ones(1))).capped


@pytest.mark.parametrize(
    ("below", "low", "high", "capped"), [(3.2, 0.02, 0.2, False), (1.6, 0.3, 0.7, True)]
)
def test_the_bias_near_the_cap_is_marked_before_it_is_large(
    below: float, low: float, high: float, capped: bool
) -> None:
    """Codes whose aggregate is the prior, of 8 dimensions: what is found for the KL is what I
    lacks.
    """
    truth = math.log(359) - below
    v = math.exp(-truth / 4)
    mu = math.sqrt(1 - v) * np.random.default_rng(2).normal(size=(6, 359, 8))
    runs = [aggregate.kl_to_prior(codes, np.full((359, 8), math.log(v)), 1000) for codes in mu]
    lack = truth - float(np.mean([run.information for run in runs]))
    assert low < lack < high
    assert np.mean([run.kl for run in runs]) == pytest.approx(lack, abs=0.1)
    assert {run.capped for run in runs} == {capped}
    assert (lack > 3 * runs[0].error) is capped


def test_the_error_is_the_spread_of_repeated_estimates() -> None:
    mu, logvar = gaussian_codes(400, np.ones(2), np.full(2, 0.1))
    runs = [aggregate.kl_to_prior(mu, logvar, 200, seed) for seed in range(100)]
    spread = float(np.std([run.kl for run in runs], ddof=1))
    assert float(np.mean([run.error for run in runs])) == pytest.approx(spread, rel=0.2)
    assert runs[0] != runs[1]
    assert aggregate.kl_to_prior(mu, logvar, 200, 7).kl == runs[7].kl


def test_the_prior_is_scipys() -> None:
    z = RNG.normal(size=(30, 5))
    np.testing.assert_allclose(
        aggregate.log_prior(z), multivariate_normal.logpdf(z, np.zeros(5)), rtol=1e-12
    )


def test_ten_thousand_posteriors_take_little_memory_and_no_second() -> None:
    mu, logvar = gaussian_codes(10_000, np.ones(16), np.full(16, 0.1))
    start = time.perf_counter()
    aggregate.log_density(RNG.normal(size=(1000, 16)), mu, logvar)
    assert time.perf_counter() - start < 3  # 0.1 on a quiet core
    tracemalloc.start()
    aggregate.log_density(RNG.normal(size=(1000, 16)), mu, logvar)
    assert tracemalloc.get_traced_memory()[1] < 60e6
    tracemalloc.stop()
