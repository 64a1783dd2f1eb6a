"""Distance to data: a decoder of data has no holes, one of noise nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vaeviz.measures.latent import holes, planes
from vaeviz.records import Array

RNG = np.random.default_rng(10)
TRAIN, HELD_OUT = RNG.random((400, 6)), RNG.random((200, 6))
THRESHOLD = holes.near_distance(HELD_OUT, TRAIN)


def ring(z: Array) -> Array:
    """Data inside the unit circle of the first two dimensions, far from all data outside it."""
    inside = (z[:, :2] ** 2).sum(1) < 1
    return np.where(inside[:, None], TRAIN[0], 50.0)


def test_ninety_five_in_a_hundred_held_out_examples_are_near() -> None:
    seen = holes.near_share(lambda z: HELD_OUT, np.zeros((200, 2)), TRAIN, THRESHOLD)
    assert seen.share == pytest.approx(0.95, abs=0.006)
    np.testing.assert_allclose(THRESHOLD, np.quantile(seen.distances, 0.95))


def test_a_decoder_of_training_examples_has_no_holes_and_one_of_noise_is_all_holes() -> None:
    z = holes.prior_samples(300, 2, 0)
    good = holes.near_share(lambda z: TRAIN[: len(z)], z, TRAIN, THRESHOLD)
    bad = holes.near_share(lambda z: np.full((len(z), 6), 9.0), z, TRAIN, THRESHOLD)
    assert (good.share, bad.share) == (1, 0)
    assert good.error == pytest.approx(bad.error)
    assert 0 < good.error < 0.01
    assert good.samples == 300
    assert "± binomial standard error" in good.source


def test_the_share_is_the_priors_mass_where_data_is_decoded() -> None:
    truth = 1 - math.exp(-0.5)  # of N(0, I) in the plane, inside the unit circle
    seen = holes.near_share(ring, holes.prior_samples(4000, 2, 1), TRAIN, THRESHOLD)
    assert seen.share == pytest.approx(truth, abs=4 * seen.error)
    assert seen.error == pytest.approx(math.sqrt(truth * (1 - truth) / 4000), rel=0.02)


def test_the_error_is_the_spread_of_repeated_shares() -> None:
    runs = [
        holes.near_share(ring, holes.prior_samples(100, 2, s), TRAIN, THRESHOLD) for s in range(200)
    ]
    spread = float(np.std([run.share for run in runs], ddof=1))
    assert runs[0].error == pytest.approx(spread, rel=0.2)


def test_samples_are_seeded_and_of_their_law() -> None:
    np.testing.assert_array_equal(holes.prior_samples(9, 3, 5), holes.prior_samples(9, 3, 5))
    assert not np.array_equal(holes.prior_samples(9, 3, 5), holes.prior_samples(9, 3, 6))
    mu = RNG.normal(size=(5000, 2)) @ np.array([[3.0, 0.0], [2.0, 0.5]]) + [10, -4]
    fitted = holes.fitted_samples(mu, 20_000, 0)
    np.testing.assert_allclose(fitted.mean(0), mu.mean(0), atol=0.1)
    np.testing.assert_allclose(np.cov(fitted.T), np.cov(mu.T), rtol=0.05)
    assert holes.fitted_samples(mu[:, :1], 7, 0).shape == (7, 1)


def test_the_map_shows_where_the_holes_are() -> None:
    u, v = np.linspace(-2, 2, 21), np.linspace(-3, 1, 11)
    seen = holes.distance_map(
        ring, planes.of_dimensions((0, 1), np.zeros(3)), u, v, TRAIN, THRESHOLD
    )
    assert seen.distance.shape == (11, 21)
    inside = u[None, :] ** 2 + v[:, None] ** 2 < 1
    np.testing.assert_array_equal(seen.distance <= seen.threshold, inside)
    assert (seen.distance[inside] < 1e-6).all()
    assert (seen.nearest[inside] == 0).all()
    assert seen.source.startswith("231 codes decoded")
