"""The linear codec against theory, brute force on the data, and its own curve."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.measures.codecs.codec import CURVE_TAUS, TAU_HIGH, TAU_LOW, LinearCodec, gaussian_pixels
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.theory import linear_vae

RNG = np.random.default_rng(5)
X = (RNG.normal(size=(4000, 6)) * [3.0, 2.0, 1.0, 0.5, 0.2, 0.1] + 1.0).astype(np.float32)
SPECTRUM = linear_vae.spectrum(X)
CODEC = LinearCodec(SPECTRUM, 4)


@pytest.mark.parametrize("tau", [0.003, 0.3, 2.0])
@pytest.mark.parametrize("d", [1, 3, 4])
def test_codes_are_the_closed_forms(tau: float, d: int) -> None:
    exact = linear_vae.solve(SPECTRUM, 1.0, tau, d)
    mu, logvar = CODEC.encode(X[:50], tau, d)
    assert mu.shape == logvar.shape == (50, d)
    np.testing.assert_allclose(mu, exact.encode(X[:50].astype(np.float64))[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(logvar, np.broadcast_to(np.log(exact.variances), (50, d)), rtol=1e-5)
    np.testing.assert_allclose(
        CODEC.decode(mu, tau, d), exact.decode(mu.astype(np.float64)), rtol=1e-5
    )


def test_kl_over_the_training_data_is_half_log_lambda_over_tau() -> None:
    for tau in (0.01, 0.4, 5.0):
        mu, logvar = CODEC.encode(X, tau, 4)
        expected = 0.5 * np.log(np.maximum(SPECTRUM.eigenvalues[:4], tau) / tau)
        np.testing.assert_allclose(CODEC.kl(tau, 4), expected, rtol=1e-12)
        np.testing.assert_allclose(kl_per_dimension(mu, logvar), expected, atol=2e-5)


def test_the_loss_is_the_squared_error_summed_and_its_mean_is_the_theorys() -> None:
    tau, d = 0.4, 3
    mu, logvar = CODEC.encode(X, tau, d)
    z = mu + np.exp(0.5 * logvar) * np.random.default_rng(0).standard_normal(mu.shape).astype(
        np.float32
    )
    loss = CODEC.loss(X, z, tau, d)
    by_hand = [
        sum((a - b) ** 2 for a, b in zip(x, y, strict=True))
        for x, y in zip(X, CODEC.decode(z, tau, d), strict=True)
    ]
    np.testing.assert_allclose(loss, by_hand, rtol=1e-5)
    exact = linear_vae.solve(SPECTRUM, 1.0, tau, d).squared_error
    assert loss.mean() == pytest.approx(exact, abs=4 * loss.std() / np.sqrt(len(loss)))


def test_no_other_weights_do_better_than_the_codec() -> None:
    """The codec's loss ½E + τR is a minimum: nudging any weight or variance raises it."""
    tau, d = 0.4, 2
    exact = linear_vae.solve(SPECTRUM, 1.0, tau, d)
    S = (SPECTRUM.eigenvectors * SPECTRUM.eigenvalues) @ SPECTRUM.eigenvectors.T

    def objective(W: np.ndarray, V: np.ndarray, variances: np.ndarray) -> float:
        gap = np.eye(6) - W @ V
        error = np.trace(gap @ S @ gap.T) + ((W**2).sum(0) * variances).sum()
        rate = 0.5 * (np.diag(V @ S @ V.T) + variances - np.log(variances) - 1).sum()
        return 0.5 * error + tau * rate

    best = objective(exact.W, exact.V, exact.variances)
    rng = np.random.default_rng(1)
    for size in (1e-3, 1e-2, 0.1):
        for _ in range(20):
            W = exact.W + size * rng.normal(size=exact.W.shape)
            V = exact.V + size * rng.normal(size=exact.V.shape)
            assert objective(W, V, exact.variances * np.exp(size * rng.normal(size=d))) > best


def test_a_latent_size_beyond_the_data_is_cut_to_it() -> None:
    assert LinearCodec(SPECTRUM, 16).latent == 6
    assert len(CODEC.kl(0.1, 9)) == 4


@pytest.mark.parametrize("d", [1, 2, 4])
def test_along_the_curve_rate_falls_and_error_rises_with_slope_minus_two_tau(d: int) -> None:
    curve = CODEC.curve(d)
    assert (np.diff(curve.taus) > 0).all()
    assert (np.diff(curve.rates) <= 0).all()
    assert (np.diff(curve.losses) >= 0).all()
    for k in range(0, len(curve.taus), 10):
        below, above = (
            linear_vae.curve(SPECTRUM, curve.taus[k] * f, d) for f in (1 - 1e-4, 1 + 1e-4)
        )
        if above[0] < below[0]:
            slope = (above[1] - below[1]) / (above[0] - below[0])
            assert slope == pytest.approx(-2 * curve.taus[k], rel=1e-3)


def test_the_curve_covers_the_whole_range_and_reaches_rate_zero() -> None:
    low, high = CODEC.tau_range
    curve = CODEC.curve(4)
    assert (curve.taus[0], curve.taus[-1]) == (pytest.approx(low), pytest.approx(high))
    assert (CURVE_TAUS[0], CURVE_TAUS[-1]) == (pytest.approx(TAU_LOW), pytest.approx(TAU_HIGH))
    assert curve.rates[-1] == 0
    assert curve.losses[-1] == pytest.approx(SPECTRUM.eigenvalues.sum())


@given(st.floats(0.5, 200.0))
def test_the_closed_forms_range_always_holds_total_collapse(largest: float) -> None:
    values = np.array([largest, 0.1])
    codec = LinearCodec(linear_vae.Spectrum(np.zeros(2), values, np.eye(2)), 2)
    assert codec.tau_range[1] > largest
    assert codec.curve(2).rates[-1] == 0


def test_a_larger_latent_never_loses() -> None:
    for tau in (0.01, 0.5):
        costs = [
            0.5 * CODEC.curve(d).losses + CODEC.curve(d).taus * CODEC.curve(d).rates
            for d in (1, 2, 3, 4)
        ]
        assert all((b <= a + 1e-12).all() for a, b in itertools.pairwise(costs)), tau


def test_drawn_pixels_are_seeded_and_have_the_decoders_mean_and_variance() -> None:
    z = np.zeros((1, 4), np.float32)
    first = CODEC.draw(z, 0.1, 4, 0.25, 3)
    assert np.array_equal(first, CODEC.draw(z, 0.1, 4, 0.25, 3))
    assert not np.array_equal(first, CODEC.draw(z, 0.1, 4, 0.25, 4))
    many = gaussian_pixels(np.repeat(CODEC.decode(z, 0.1, 4), 40_000, axis=0), 0.25, 0)
    np.testing.assert_allclose(many.mean(0), SPECTRUM.mean, atol=4 * 0.5 / 200)
    np.testing.assert_allclose(many.var(0), 0.25, rtol=0.05)
