"""The references: kernels by density and likelihood, half counts, prices, halves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from vaeviz.densities import LIKELIHOODS
from vaeviz.measures.collapse.linear_code import directions, gains
from vaeviz.measures.collapse.reference import Reference, reference, squared_distances
from vaeviz.records import Array

RNG = np.random.default_rng(3)
CENTRES = RNG.normal(size=(4, 3)) * 2
TRAIN, HELD = (
    (CENTRES[RNG.integers(4, size=n)] + 0.3 * RNG.normal(size=(n, 3))).astype(np.float32)
    for n in (400, 200)
)
KNOWN = reference(TRAIN, "gaussian")


@pytest.mark.parametrize("variance", [0.5, 4.0, 20.0])
def test_clusters_are_a_ratio_of_densities(variance: float) -> None:
    """The mixture of a Gaussian at each training example over one round Gaussian about the mean."""
    each = [multivariate_normal.logpdf(HELD, centre, KNOWN.width * np.eye(3)) for centre in TRAIN]
    plain = multivariate_normal.logpdf(HELD, KNOWN.mean, variance * np.eye(3))
    truth = logsumexp(each, axis=0) - math.log(len(TRAIN)) - plain
    np.testing.assert_allclose(KNOWN.clusters(HELD, variance), truth, atol=1e-3)


def left_out(x: Array, width: float) -> float:
    """Mean log-likelihood of each example under kernels at all the others, but for a constant."""
    squares = squared_distances(x.astype(np.float64), x.astype(np.float64))
    np.fill_diagonal(squares, np.inf)
    return float(
        logsumexp(-0.5 * squares / width, axis=1).mean() - 0.5 * x.shape[1] * math.log(width)
    )


@pytest.mark.parametrize("size", [1, 3, 10])
def test_the_kernels_width_is_the_likeliest(size: int) -> None:
    x = np.random.default_rng(size).normal(size=(300, size)).astype(np.float32)
    best = max(left_out(x, width) for width in np.geomspace(0.003, 3, 400))
    assert left_out(x, reference(x, "gaussian").width) == pytest.approx(best, abs=0.002)


def test_the_worth_is_priced_by_the_training_examples() -> None:
    """Held-out examples of nine times the variance: their own price would call most of it noise."""
    wide = 3 * HELD
    price = float(TRAIN.var(0, dtype=np.float64).mean())
    assert KNOWN.variance == pytest.approx(price, rel=1e-5)
    best = max(
        float(KNOWN.linear(wide, price, 2).mean()), float(KNOWN.clusters(wide, price).mean())
    )
    assert KNOWN.worth(wide, 2).mean() == pytest.approx(best, rel=1e-4)


def test_where_it_began_changes_nothing() -> None:
    """Distances far from 0 are not those of rounding."""
    far = reference(TRAIN + np.float32(1000), "gaussian")
    assert far.width == pytest.approx(KNOWN.width, rel=0.02)
    assert far.worth(HELD + 1000, 2).mean() == pytest.approx(KNOWN.worth(HELD, 2).mean(), rel=0.01)


@pytest.mark.parametrize("value", [0.0, 0.3, -7.7, 1234.5])
@pytest.mark.parametrize("rounded", [False, True])
def test_a_constant_is_worth_nothing(value: float, rounded: bool) -> None:
    """Neither as it is, nor where half of it is rounded the other way."""
    x = np.full((300, 7), value, np.float32)
    x[::2] = np.nextafter(x[::2], np.float32(9999)) if rounded else value
    known = reference(x, "gaussian")
    assert abs(known.worth(x[:50], 3)).max() < 0.05
    assert known.variance > 0


def test_a_pixel_that_was_never_lit_has_half_a_count() -> None:
    x = np.zeros((99, 2), np.float32)
    x[:, 1] = 1
    known = reference(x, "bernoulli")
    surprise = known.losses(np.array([[1, 1], [0, 0]], np.float32))
    truth = -math.log(0.5 / 100) - math.log(99.5 / 100)
    np.testing.assert_allclose(surprise, truth, rtol=1e-5)


def test_a_grey_level_hit_always_has_a_small_noise_of_its_own() -> None:
    x = np.random.default_rng(0).random((50, 3))
    np.testing.assert_allclose(LIKELIHOODS["categorical"].noise_scale(x, x), 0.01)
    np.testing.assert_allclose(LIKELIHOODS["categorical"].noise_scale(x, x + 0.05), 0.05)


def test_across_halves_each_example_is_coded_by_the_other_half() -> None:
    saved = KNOWN.across(0.5, 2)
    residuals = TRAIN - KNOWN.mean
    for own, other in (
        (slice(0, None, 2), slice(1, None, 2)),
        (slice(1, None, 2), slice(0, None, 2)),
    ):
        np.testing.assert_allclose(
            saved[own], gains(directions(residuals[other], 2), residuals[own], 0.5), atol=1e-3
        )
    assert saved.mean() == pytest.approx(KNOWN.linear(TRAIN, 0.5, 2).mean(), rel=0.05)


@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli", "categorical"])
def test_across_halves_noise_is_worth_nothing(likelihood: str) -> None:
    """Where the code's own examples seem to bring nats: 16 of 200 directions, 300 examples."""
    x = np.random.default_rng(6).integers(0, 2, (300, 200)).astype(np.float32)
    known: Reference = reference(x, likelihood)
    price = float(known.code.values[20])
    assert known.linear(x, price, 16).mean() > 0.1
    assert known.across(price, 16).mean() < 0
