"""The linear code's gain is pPCA's likelihood ratio, and noise has no held-out gain."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from vaeviz.densities import LIKELIHOODS
from vaeviz.measures.collapse.linear_code import (
    Directions,
    directions,
    fitted_gains,
    gains,
)
from vaeviz.measures.collapse.reference import reference, squared_distances
from vaeviz.theory import linear_vae

RNG = np.random.default_rng(2)
LAMBDA = np.array([4.0, 1.0, 0.5, 0.1, 0.1, 0.1])
ROTATION = np.linalg.qr(RNG.normal(size=(6, 6)))[0]
X = ((RNG.normal(size=(3000, 6)) * np.sqrt(LAMBDA)) @ ROTATION.T + 2).astype(np.float32)


@pytest.mark.parametrize("shape", [(400, 30), (30, 400)])
def test_directions_are_the_principal_ones(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=shape) * np.geomspace(3, 0.1, shape[1])
    result, exact = directions(x, 5), np.linalg.svd(x - x.mean(0), full_matrices=False)
    np.testing.assert_allclose(result.values, exact[1][:5] ** 2 / shape[0], rtol=1e-3)
    np.testing.assert_allclose(result.vectors.T @ result.vectors, np.eye(5), atol=1e-12)
    np.testing.assert_allclose(np.abs(result.vectors.T @ exact[2][:5].T), np.eye(5), atol=0.1)
    np.testing.assert_allclose(result.mean, x.mean(0))


def test_there_are_no_more_directions_than_dimensions() -> None:
    assert directions(X, 20).values.shape == (6,)


@pytest.mark.parametrize("price", [0.05, 0.2, 2.0, 9.0])
@pytest.mark.parametrize("k", [1, 3, 6])
def test_the_gain_is_ppca_s_log_likelihood_over_that_of_noise(price: float, k: int) -> None:
    result = directions(X, k)
    level = np.maximum(result.values, price)
    covariance = price * np.eye(6) + (result.vectors * (level - price)) @ result.vectors.T
    coded = multivariate_normal.logpdf(X, result.mean, covariance)
    plain = norm.logpdf(X, result.mean, np.sqrt(price)).sum(1)
    np.testing.assert_allclose(gains(result, X, price), coded - plain, atol=2e-3)


@pytest.mark.parametrize(("k", "coded"), [(0, 0), (2, 2), (5, 5), (6, 5), (9, 5)])
def test_at_its_own_noise_it_is_ppca_s_likelihood_with_k_dimensions_over_that_with_none(
    k: int, coded: int
) -> None:
    """With all but one of the dimensions it is the whole covariance: more are not wanted."""
    covariance, mean = np.cov(X.T, bias=True), X.mean(0, dtype=np.float64)
    values, axes = (part[..., ::-1] for part in np.linalg.eigh(covariance))
    level = np.where(np.arange(6) < coded, values, values[coded:].mean())
    truth = multivariate_normal.logpdf(X, mean, (axes * level) @ axes.T)
    truth -= norm.logpdf(X, mean, math.sqrt(values.mean())).sum(1)
    np.testing.assert_allclose(fitted_gains(X, X, k, 6, 1e-9), truth, atol=2e-3)


def test_of_fewer_free_directions_the_others_are_no_noise() -> None:
    """Residuals that lie in a plane of three: two more coordinates of 0 change nothing."""
    flat = np.concatenate([X[:, :3], np.zeros((len(X), 2), np.float32)], axis=1)
    alone = fitted_gains(X[:, :3], X[:, :3], 1, 3, 1e-9)
    np.testing.assert_allclose(fitted_gains(flat, flat, 1, 3, 1e-9), alone, atol=1e-4)
    assert (fitted_gains(flat, flat, 1, 5, 1e-9) > alone + 0.1).any()


def test_rounding_is_no_structure() -> None:
    tiny = 1e-7 * X
    assert abs(fitted_gains(tiny, tiny, 3, 6, 1e-6)).max() < 1e-6
    assert fitted_gains(tiny, tiny, 3, 6, 1e-18).mean() > 1


def test_in_the_mean_it_is_the_linear_vae_s_elbo_over_the_collapsed_one() -> None:
    spectrum = linear_vae.spectrum(X)
    best, none = (linear_vae.solve(spectrum, 1.0, 0.3, d).elbo for d in (3, 0))
    assert gains(directions(X, 3), X, 0.3).mean() == pytest.approx(best - none, rel=1e-4)


def test_noise_gains_nothing_on_examples_it_was_not_fitted_to() -> None:
    """The trap: on the training examples themselves 16 of 40 directions of noise seem worth
    nats.
    """
    rng = np.random.default_rng(5)
    train, held = (rng.normal(size=(300, 40)) for _ in range(2))
    result = directions(train, 16)
    assert gains(result, train, 1.0).mean() > 0.4
    assert gains(result, held, 1.0).mean() < 0


def test_nothing_pays_above_the_largest_variance() -> None:
    assert not gains(directions(X, 6), X, 100.0).any()
    assert gains(Directions(X.mean(0), np.zeros(0), np.zeros((6, 0))), X, 0.1).shape == (3000,)


def test_the_noise_of_each_likelihood() -> None:
    rng = np.random.default_rng(7)
    x, predicted = rng.random((500, 3)), np.full((500, 3), 0.2)
    assert LIKELIHOODS["gaussian"].noise_scale(x, predicted) == pytest.approx(
        np.sqrt(((x - 0.2) ** 2).mean())
    )
    np.testing.assert_allclose(
        LIKELIHOODS["bernoulli"].noise_scale(x, predicted), np.full((500, 3), 0.4)
    )
    each = LIKELIHOODS["categorical"].noise_scale(x * [1, 2, 3], predicted)
    np.testing.assert_allclose(each, np.sqrt(((x * [1, 2, 3] - 0.2) ** 2).mean(0)))
    assert (LIKELIHOODS["bernoulli"].noise_scale(x, np.zeros((500, 3))) == 0.1).all()
    assert LIKELIHOODS["gaussian"].noise_scale(x, x) > 0


def test_the_constant_decoders_are_the_likelihoods_own() -> None:
    rng = np.random.default_rng(8)
    grey = rng.integers(0, 5, (800, 4)) / 4
    gaussian = reference(X, "gaussian")
    np.testing.assert_allclose(gaussian.losses(X), ((X - X[:1000].mean(0)) ** 2).sum(1), rtol=1e-5)
    bernoulli = reference(grey, "bernoulli")
    p = (grey.sum(0) + 0.5) / 801
    truth = -(grey * np.log(p) + (1 - grey) * np.log(1 - p)).sum(1)
    np.testing.assert_allclose(bernoulli.losses(grey), truth, rtol=1e-5)
    counted = reference(grey, "categorical", 5)
    counts = np.array([[(column == k / 4).sum() for k in range(5)] for column in grey.T]) + 0.5
    table = np.log(counts / 802.5)
    truth = -np.array([sum(table[j, round(4 * v)] for j, v in enumerate(row)) for row in grey])
    np.testing.assert_allclose(counted.losses(grey), truth, rtol=1e-9)


def test_the_linear_saving_is_the_linear_vae_s_own() -> None:
    """J/τ of the closed form below that of coding nothing, for a level τ."""
    known, spectrum = reference(X[:1000], "gaussian"), linear_vae.spectrum(X[:1000])
    for tau, d in ((0.05, 6), (0.3, 2), (2.0, 3), (5.0, 3)):
        model = linear_vae.solve(spectrum, 1.0, tau, d)
        saved = 0.5 * (spectrum.eigenvalues.sum() - model.squared_error) / tau - model.rate
        assert known.linear(X[:1000], tau, d).mean() == pytest.approx(saved, rel=1e-3, abs=1e-3)


def test_what_kernels_are_worth() -> None:
    """Three far clusters of one covariance with a circle: log 3 paid for far more; no line sees
    them.
    """
    rng = np.random.default_rng(10)
    corners = 5 * np.array([[0, 1], [0.866, -0.5], [-0.866, -0.5]])
    train, held = (
        corners[rng.integers(0, 3, n)] + 0.3 * rng.normal(size=(n, 2)) for n in (1000, 500)
    )
    clusters, known = held.astype(np.float32), reference(train, "gaussian")
    truth = (
        np.log(12.5 + 0.09) - np.log(0.09) - np.log(3)
    )  # ratio of entropies: N(0, 12.6 I), three N(0, .09 I)
    assert known.worth(clusters, 2).mean() == pytest.approx(truth, abs=0.3)
    assert known.linear(clusters, 12.6, 2).mean() < 0.05
    assert known.width < 0.09


@pytest.mark.parametrize("dims", [1, 2, 12])
def test_noise_is_worth_nothing(dims: int) -> None:
    rng = np.random.default_rng(11)
    train, held = (rng.normal(size=(n, dims)).astype(np.float32) for n in (1000, 600))
    assert reference(train, "gaussian").worth(held, dims).mean() < 0.02


def test_copies_of_an_example_make_no_width_of_zero() -> None:
    known = reference(np.repeat(X[:5], 100, 0), "gaussian")
    assert known.width > 0
    assert np.isfinite(known.worth(X[:5], 3)).all()


def test_distances_are_distances() -> None:
    rng = np.random.default_rng(13)
    a, b = rng.normal(size=(7, 3)), rng.normal(size=(4, 3))
    truth = ((a[:, None] - b) ** 2).sum(-1)
    np.testing.assert_allclose(squared_distances(a, b), truth, atol=1e-12)
