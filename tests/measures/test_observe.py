"""The read-outs: KL ≥ 0, 0 only at the prior, errors as 1/√N, nats against libraries."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from vaeviz.chapters.model.readouts import unit_rows
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.observe import kl_per_dimension, nats, objectives, observe, read, units
from vaeviz.records import Observation
from vaeviz.theory import linear_vae

RNG = np.random.default_rng(2)
X = (RNG.normal(size=(8000, 5)) * [2.0, 1.5, 1.0, 0.3, 0.1]).astype(np.float32)
NOISE = RNG.standard_normal((8000, 16), dtype=np.float32)
CODEC = LinearCodec(linear_vae.spectrum(X), 4)


def seen(kl: list[float], loss: float = 3.0) -> Observation:
    mu = np.stack([np.linspace(-k, k, 50) for k in kl], 1)
    return Observation(0.1, mu, np.zeros_like(mu), np.array(kl), loss, 0.2)


@given(st.floats(-50, 50), st.floats(-30, 20))
def test_kl_is_at_least_zero_and_that_of_torch(mu: float, logvar: float) -> None:
    ours = kl_per_dimension(np.array([[mu]]), np.array([[logvar]]))[0]
    q = torch.distributions.Normal(torch.tensor(mu, dtype=torch.double), math.exp(0.5 * logvar))
    p = torch.distributions.Normal(torch.tensor(0.0, dtype=torch.double), 1.0)
    assert ours >= 0
    assert ours == pytest.approx(float(torch.distributions.kl_divergence(q, p)), rel=1e-6, abs=1e-9)


@given(st.floats(-1e-3, 1e-3))
def test_kl_is_never_a_rounding_error_below_zero(logvar: float) -> None:
    assert kl_per_dimension(np.zeros((3, 1)), np.full((3, 1), logvar))[0] >= 0


def test_kl_is_zero_at_the_prior_alone() -> None:
    assert (kl_per_dimension(np.zeros((4, 3)), np.zeros((4, 3))) == 0).all()
    assert (kl_per_dimension(np.full((4, 3), 1e-3), np.zeros((4, 3))) > 0).all()
    assert (kl_per_dimension(np.zeros((4, 3)), np.full((4, 3), 1e-3)) > 0).all()


def test_the_known_values() -> None:
    mu, sigma = np.array([[0.0, 2.0, 0.0, 1.0]]), np.array([[1.0, 1.0, 0.5, 2.0]])
    np.testing.assert_allclose(
        kl_per_dimension(mu, 2 * np.log(sigma)), [0, 2, 0.318, 1.307], atol=5e-4
    )


def test_the_same_noise_gives_the_same_numbers() -> None:
    first, again = (observe(CODEC, X, 0.2, 3, NOISE) for _ in range(2))
    for field in dataclasses.fields(Observation):
        np.testing.assert_array_equal(getattr(first, field.name), getattr(again, field.name))
    other = observe(CODEC, X, 0.2, 3, NOISE[::-1])
    assert other.rate == first.rate
    assert other.loss != first.loss


def test_the_error_shrinks_as_one_over_root_n() -> None:
    few, many = (observe(CODEC, X[:n], 0.2, 3, NOISE[:n]).loss_error for n in (500, 8000))
    assert few / many == pytest.approx(4, rel=0.15)


def test_the_error_covers_the_distance_of_the_loss_from_the_truth() -> None:
    """Over 64 batches (loss − truth)/error has mean square near 1; the truth is the closed form."""
    exact = linear_vae.solve(linear_vae.spectrum(X), 1.0, 0.2, 3).squared_error
    parts = [
        observe(CODEC, X[k : k + 125], 0.2, 3, NOISE[k : k + 125]) for k in range(0, 8000, 125)
    ]
    scores = np.array([(p.loss - exact) / p.loss_error for p in parts])
    assert 0.6 < (scores**2).mean() < 1.6
    assert observe(CODEC, X[:1], 0.2, 3, NOISE).loss_error == math.inf


def test_elbo_and_objective() -> None:
    r = read(observe(CODEC, X, 0.2, 3, NOISE), 5, "gaussian", beta=4.0, sigma2=0.05, threshold=0.1)
    assert r.elbo == -(r.distortion + r.rate)
    assert r.objective == r.distortion + 4 * r.rate
    assert r.rate == pytest.approx(CODEC.kl(0.2, 3).sum(), rel=1e-4)
    assert r.dimensions == 3


def test_on_its_own_data_the_readings_are_the_closed_form() -> None:
    exact = linear_vae.solve(linear_vae.spectrum(X), 4.0, 0.05, 3)
    r = read(observe(CODEC, X, 0.2, 3, NOISE), 5, "gaussian", 4.0, 0.05, 0.1)
    assert r.distortion == pytest.approx(exact.distortion, abs=4 * r.error)
    assert r.objective == pytest.approx(exact.objective, abs=4 * r.error)
    assert r.active == exact.active


@pytest.mark.parametrize(
    ("dead", "alarm"), [(0, "fine"), (1, "fine"), (2, "warning"), (3, "alarm")]
)
def test_the_alarm_goes_over_ten_and_over_twenty_percent(dead: int, alarm: str) -> None:
    r = read(seen([0.0999] * dead + [0.1] * (10 - dead)), 5, "gaussian", 1.0, 0.1, 0.1)
    assert (r.collapsed, r.alarm) == (dead, alarm)


def test_a_share_of_just_ten_percent_is_no_warning_and_just_twenty_no_alarm() -> None:
    readings = (
        read(seen([0.0] * k + [1.0] * (20 - k)), 5, "gaussian", 1.0, 0.1, 0.1) for k in (2, 3, 4, 5)
    )
    assert [r.alarm for r in readings] == ["fine", "warning", "warning", "alarm"]


def test_active_units_are_counted_by_the_variance_of_the_mean() -> None:
    mu = np.random.default_rng(0).normal(size=(10_000, 3)) * np.sqrt([0.0105, 0.0095, 1.0]) + 5
    r = read(Observation(0.1, mu, mu * 0, np.ones(3), 1.0, 0.1), 5, "gaussian", 1.0, 0.1, 0.1)
    assert r.active == 2


@given(st.floats(1e-3, 10), st.integers(1, 40))
def test_gaussian_nats_have_all_their_constants(sigma2: float, size: int) -> None:
    x, mean = np.linspace(0, 1, size), np.linspace(1, -1, size)
    ours = nats(float(((x - mean) ** 2).sum()), size, "gaussian", sigma2)
    assert ours == pytest.approx(-norm.logpdf(x, mean, math.sqrt(sigma2)).sum(), rel=1e-9, abs=1e-9)
    normal = torch.distributions.Normal(torch.tensor(mean), math.sqrt(sigma2))
    assert ours == pytest.approx(-float(normal.log_prob(torch.tensor(x)).sum()), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("likelihood", ["bernoulli", "categorical"])
def test_other_decoders_losses_are_nats_already(likelihood: str) -> None:
    assert nats(7.5, 10, likelihood, 0.3) == 7.5
    r = read(seen([1.0]), 5, likelihood, 2.0, 0.3, 0.1)
    assert (r.distortion, r.error, r.optimal_sigma2) == (3.0, 0.2, None)


def test_no_variance_has_less_distortion_than_the_optimal_one() -> None:
    best = read(seen([1.0], loss=3.7), 64, "gaussian", 1.0, 0.1, 0.1).optimal_sigma2
    assert best is not None
    grid = np.geomspace(best / 10, best * 10, 2001)
    values = [nats(3.7, 64, "gaussian", s) for s in grid]
    assert grid[np.argmin(values)] == pytest.approx(best, rel=0.003)
    assert nats(3.7, 64, "gaussian", best) <= min(values)


def test_the_distortions_error_is_the_losss_over_two_sigma_squared() -> None:
    assert read(seen([1.0]), 5, "gaussian", 1.0, 0.05, 0.1).error == pytest.approx(0.2 / 0.1)


@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_the_objectives_of_the_examples_average_to_j(likelihood: str) -> None:
    """Up to the Gaussian's constant, D/2 log(2πσ²), which every example shares."""
    rng = np.random.default_rng(0)
    mu, logvar = rng.standard_normal((50, 3)), rng.standard_normal((50, 3))
    losses = rng.random(50)
    seen = Observation(
        0.1, mu, logvar, kl_per_dimension(mu, logvar), float(losses.mean()), 0.1, losses
    )
    each = objectives(seen, likelihood, beta=2.0, sigma2=0.05)
    constant = 0.5 * 7 * np.log(2 * np.pi * 0.05) if likelihood == "gaussian" else 0.0
    assert each.mean() + constant == pytest.approx(
        read(seen, 7, likelihood, 2.0, 0.05, 0.1).objective
    )


def test_active_and_collapsed_are_two_measures_and_their_bridge_adds_up() -> None:
    """Dimension 1 is active alone, 2 both, 3 collapsed alone, 4 neither: a wide posterior."""
    mu = np.array([[2.0, 0.2, 0.0, 0.0], [-2.0, -0.2, 0.0, 0.0]])
    logvar = np.array([[0.0, 0.0, 0.0, 2.0]] * 2)
    kl = kl_per_dimension(mu, logvar)
    seen = Observation(1.0, mu, logvar, kl, 0.0, 0.0)
    counted = units(seen, 0.1)
    assert (counted.active, counted.collapsed, counted.both, counted.dimensions) == (2, 2, 1, 4)
    rows = unit_rows(counted, 0.1)
    assert [row[1] for row in rows] == ["2 of 4 by spread of μ", "2 of 4 by KL · alarm"]
    assert "1 are both, 1 neither" in rows[0][2]
