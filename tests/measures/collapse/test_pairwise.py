"""The mean pairwise KL: the sum over pairs, Gaussians', 0 at collapse, a bound on I."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.config import UserError
from vaeviz.measures.collapse.pairwise import pairwise_kl
from vaeviz.measures.latent.aggregate import kl_to_prior
from vaeviz.records import Array


def by_hand(mu: Array, logvar: Array) -> Array:
    """Each dimension's KL summed over all ordered pairs of different posteriors, pair by pair:
    (d,).
    """
    s, total = np.exp(logvar), np.zeros(mu.shape[1])
    for n in range(len(mu)):
        for m in range(len(mu)):
            if n != m:
                total += 0.5 * (
                    s[n] / s[m] + (mu[n] - mu[m]) ** 2 / s[m] - 1 + logvar[m] - logvar[n]
                )
    return total / (len(mu) * (len(mu) - 1))


@pytest.mark.parametrize("shift", [0.0, 50.0])
def test_it_is_the_mean_over_all_pairs(shift: float) -> None:
    rng = np.random.default_rng(0)
    mu, logvar = shift + 2 * rng.normal(size=(23, 3)), rng.uniform(-6, 1, (23, 3))
    result = pairwise_kl(mu, logvar)
    np.testing.assert_allclose(result.by_dimension, by_hand(mu, logvar), rtol=1e-9)
    assert result.mean == pytest.approx(result.by_dimension.sum())
    assert "all 506 ordered pairs" in result.source


@pytest.mark.parametrize("logvar", [0.0, -3.0])
def test_where_all_posteriors_are_one_it_is_zero(logvar: float) -> None:
    """Neither bias nor error but rounding; also where that one is not the prior."""
    result = pairwise_kl(
        np.full((1000, 16), 0.7, np.float32), np.full((1000, 16), logvar, np.float32)
    )
    assert abs(result.mean) < 1e-9
    assert result.bound == pytest.approx(result.mean)


def test_gaussian_means_of_one_width_have_the_closed_form() -> None:
    """μ ~ N(0, v), one s: E (μ - μ')²/2s = v/s. Over 20 sets the bias is below its error, 1.4 %."""
    runs = []
    for seed in range(20):
        mu = np.random.default_rng(seed).normal(size=(500, 2)) * np.sqrt([2.0, 0.3])
        runs.append(pairwise_kl(mu, np.broadcast_to(np.log([0.5, 0.1]), mu.shape)).by_dimension)
    values = np.array(runs)
    error = values.std(0, ddof=1) / math.sqrt(20)
    assert (np.abs(values.mean(0) - [4.0, 3.0]) < 3 * error).all()
    assert (error < 0.014 * np.array([4.0, 3.0])).all()


def test_the_aggregate_s_information_is_at_most_the_mean_over_all_pairs() -> None:
    rng = np.random.default_rng(3)
    mu, logvar = rng.normal(size=(60, 2)), rng.uniform(-2, 0, (60, 2))
    information = kl_to_prior(mu, logvar, samples=4000)
    assert information.information < pairwise_kl(mu, logvar).bound + 3 * information.error
    two = pairwise_kl(mu[:2], logvar[:2])
    assert two.bound == pytest.approx(two.mean / 2)


@given(st.integers(2, 30), st.floats(-12, 2), st.floats(0, 10))
def test_it_is_never_negative(count: int, logvar: float, spread: float) -> None:
    rng = np.random.default_rng(count)
    mu, widths = spread * rng.normal(size=(count, 2)), logvar + rng.normal(size=(count, 2))
    assert (pairwise_kl(mu, widths).by_dimension > -1e-9).all()


def test_one_example_has_no_pair() -> None:
    with pytest.raises(UserError, match="at least two"):
        pairwise_kl(np.zeros((1, 2)), np.zeros((1, 2)))
