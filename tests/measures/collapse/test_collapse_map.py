"""The closed form's map; deaths against theory; ranks against SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr

from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.collapse import collapse_map
from vaeviz.records import Array
from vaeviz.records.collapse import DimensionSweep
from vaeviz.theory import linear_vae

RNG = np.random.default_rng(11)
X = (RNG.normal(size=(1500, 6)) * np.sqrt([4.0, 1.5, 0.8, 0.3, 0.1, 0.02])).astype(np.float32)
SPECTRUM = linear_vae.spectrum(X)
LAMBDA = SPECTRUM.eigenvalues
CODEC = LinearCodec(SPECTRUM, 6)
TAUS = np.geomspace(1e-3, 10, 41)


class Shuffled(LinearCodec):
    """The closed form with its dimensions in another order."""

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = super().encode(x, tau, d)
        return mu[:, ::-1], logvar[:, ::-1]


def test_the_sweep_is_the_closed_form_at_every_level() -> None:
    seen = collapse_map.sweep(CODEC, X, 4, TAUS)
    level = np.maximum(LAMBDA[:4], TAUS[:, None])
    np.testing.assert_allclose(seen.kl, 0.5 * np.log(level / TAUS[:, None]), atol=2e-5)
    np.testing.assert_allclose(seen.var_mu, 1 - TAUS[:, None] / level, atol=2e-5)
    np.testing.assert_array_equal(
        seen.alive(0.1), (LAMBDA[:4] * math.exp(-0.2) >= TAUS[:, None]).sum(1)
    )
    np.testing.assert_array_equal(seen.active, (LAMBDA[:4] * 0.99 > TAUS[:, None]).sum(1))
    assert seen.examples == 1500
    assert "41 settings" in seen.source


def test_over_tau_and_d_the_measured_map_is_the_predicted_one() -> None:
    dims = np.array([1, 2, 4, 6])
    result = collapse_map.over_tau_and_d(CODEC, X, LAMBDA, TAUS, dims)
    assert result.counts.shape == (4, 41)
    np.testing.assert_array_equal(result.counts, result.predicted)
    assert (np.diff(result.counts, axis=1) <= 0).all()
    assert (np.diff(result.counts, axis=0) >= 0).all()
    assert (result.counts <= dims[:, None]).all()
    assert result.counts[:, 0].tolist() == [1, 2, 4, 6]
    assert (result.counts[:, -1] == 0).all()
    np.testing.assert_array_equal(result.lines, LAMBDA)


def test_close_under_its_line_a_unit_is_no_longer_active() -> None:
    taus = LAMBDA[0] * np.array([0.985, 0.995, 1.005])
    result = collapse_map.over_tau_and_d(CODEC, X, LAMBDA, taus, np.array([1]))
    assert result.counts.tolist() == result.predicted.tolist() == [[1, 0, 0]]


def test_over_beta_and_sigma2_only_the_product_counts() -> None:
    betas, sigma2s = (
        np.geomspace(0.1, 100, 13),
        np.geomspace(1e-2, 1, 9),
    )  # both a ratio of 10^(1/4)
    result = collapse_map.over_beta_and_sigma2(CODEC, X, LAMBDA, betas, sigma2s, 5)
    assert result.counts.shape == result.predicted.shape == (9, 13)
    assert "21 settings" in result.source  # 13 + 9 - 1 levels, not 117
    for s in range(8):
        np.testing.assert_array_equal(result.counts[s, 1:], result.counts[s + 1, :-1])


def test_each_cell_is_measured_at_its_own_product() -> None:
    betas, sigma2s = np.array([0.5, 1.0, 7.0]), np.array([0.03, 0.11, 0.4, 0.9])
    result = collapse_map.over_beta_and_sigma2(CODEC, X, LAMBDA, betas, sigma2s, 6)
    for s, sigma2 in enumerate(sigma2s):
        for b, beta in enumerate(betas):
            exact = linear_vae.solve(SPECTRUM, beta, sigma2, 6)
            assert result.counts[s, b] == result.predicted[s, b] == (exact.var_mu > 0.01).sum()
    assert result.names == ("β", "σ²")


def test_what_the_model_does_not_cover_is_no_number() -> None:
    low, high = CODEC.tau_range
    taus = np.array([low / 2, low, high, 2 * high])
    result = collapse_map.over_tau_and_d(CODEC, X, LAMBDA, taus, np.array([6, 7]))
    assert np.isnan(result.counts[0]).tolist() == [True, False, False, True]
    assert np.isnan(result.counts[1]).all()
    assert not np.isnan(result.predicted).any()


@pytest.mark.parametrize("threshold", [0.05, 0.1, 0.3])
def test_the_linear_vae_dies_where_it_should(threshold: float) -> None:
    result = collapse_map.deaths(collapse_map.sweep(CODEC, X, 6, TAUS), LAMBDA, threshold)
    np.testing.assert_allclose(result.predicted, LAMBDA * math.exp(-2 * threshold), rtol=1e-12)
    np.testing.assert_allclose(0.5 * np.log(LAMBDA / result.predicted), threshold)
    np.testing.assert_allclose(
        result.measured, result.predicted, rtol=0.12
    )  # a step of the sweep is 26 %
    fine = collapse_map.sweep(CODEC, X, 6, np.geomspace(1e-3, 10, 401))
    np.testing.assert_allclose(
        collapse_map.deaths(fine, LAMBDA, threshold).measured, result.predicted, rtol=1e-3
    )
    assert (result.correlation, result.pairs) == (pytest.approx(1), 6)
    assert result.order.tolist() == [5, 4, 3, 2, 1, 0]


def test_dimensions_in_the_wrong_order_are_anticorrelated() -> None:
    result = collapse_map.deaths(collapse_map.sweep(Shuffled(SPECTRUM, 6), X, 6, TAUS), LAMBDA)
    assert result.correlation == pytest.approx(-1)
    np.testing.assert_allclose(result.measured[::-1], result.predicted, rtol=0.12)


def test_dimensions_dead_or_alive_throughout_are_no_pairs() -> None:
    kl = np.array([[0.9, 0.05, 0.4, 0.3], [0.8, 0.01, 0.3, 0.05], [0.7, 0.0, 0.02, 0.0]])
    seen = DimensionSweep(np.array([0.1, 1.0, 10.0]), kl, kl, 5, "by hand")
    result = collapse_map.deaths(seen, np.array([3.0, 2.0]))
    assert result.measured[0] == math.inf
    assert result.measured[1] == 0
    assert result.measured[2] == pytest.approx(10 ** (0.2 / 0.28))
    assert result.measured[3] == pytest.approx(10 ** (0.2 / 0.25 - 1))
    assert result.pairs == 2
    assert math.isnan(result.correlation)  # both predicted at 0: beyond the data's dimensions
    assert result.order.tolist() == [1, 3, 2, 0]
    assert "2 of 4" in result.source


def test_a_dimension_that_comes_back_dies_at_its_last_fall() -> None:
    kl = np.array([0.5, 0.0, 0.2, 0.0])
    assert collapse_map.death(np.array([0.1, 1.0, 10.0, 100.0]), kl, 0.1) == pytest.approx(10**1.5)
    assert collapse_map.death(np.array([1.0, 10.0]), np.array([0.1, 0.0]), 0.1) == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(-3, 3)), min_size=2, max_size=20))
def test_ranks_and_their_correlation_are_scipys(pairs: list[tuple[int, float]]) -> None:
    a, b = (np.array(column, np.float64) for column in zip(*pairs, strict=True))
    np.testing.assert_array_equal(collapse_map.ranks(a), rankdata(a))
    result = collapse_map.spearman(a, b)
    if len(set(a)) == 1 or len(set(b)) == 1:
        assert math.isnan(result)
    else:
        assert result == pytest.approx(float(spearmanr(a, b).statistic), abs=1e-9)


def test_one_pair_has_no_correlation() -> None:
    assert math.isnan(collapse_map.spearman([1.0], [2.0]))
    assert math.isnan(collapse_map.spearman([], []))
