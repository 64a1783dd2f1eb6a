"""The sets in the plane: their geometry, against what they say they are."""

from __future__ import annotations

import numpy as np
import pytest

from vaeviz import data
from vaeviz.data import moons, rings, three_gaussians

MANY = 40_000


def test_three_gaussians_have_their_centres_and_their_noise() -> None:
    points, labels = three_gaussians.draw(MANY, seed=1)
    for number, centre in enumerate([(2, 0), (-2, 0), (0, 2)]):
        cluster = points[labels == number]
        assert abs(len(cluster) / MANY - 1 / 3) < 4 * np.sqrt(2 / 9 / MANY)
        np.testing.assert_allclose(
            cluster.mean(axis=0), centre, atol=4 * 0.15 / np.sqrt(len(cluster))
        )
        np.testing.assert_allclose(np.cov(cluster.T), 0.15**2 * np.eye(2), atol=0.001)


def test_the_toy_has_two_thousand_points() -> None:
    assert data.describe("three-gaussians").size == 2000
    points, labels = three_gaussians.draw()
    assert points.shape == (2000, 2)
    assert labels.dtype == np.int64


def test_moons_without_noise_are_scikit_learns() -> None:
    from sklearn.datasets import make_moons

    theirs, their_labels = make_moons(200, shuffle=False, noise=None)
    angles = np.tile(np.linspace(0, np.pi, 100), 2)
    np.testing.assert_allclose(moons.curve(angles, np.asarray(their_labels)), theirs, atol=1e-12)
    points, labels = moons.draw(MANY, seed=1, noise=0.0)
    distance = np.hypot(*(points - np.where(labels[:, None] == 0, (0.0, 0.0), (1.0, 0.5))).T)
    np.testing.assert_allclose(distance, 1, atol=1e-6)
    assert (points[labels == 0, 1] >= 0).all()
    assert (points[labels == 1, 1] <= 0.5).all()


def test_rings_without_noise_are_circles() -> None:
    points, labels = rings.draw(MANY, seed=1, noise=0.0)
    np.testing.assert_allclose(np.hypot(*points.T), np.where(labels == 0, 1.0, 0.5), atol=1e-6)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=0.02)


@pytest.mark.parametrize(("module", "noise"), [(moons, 0.08), (rings, 0.06)])
def test_noise_is_isotropic_with_its_stated_size(module, noise: float) -> None:
    with_noise, _ = module.draw(MANY, seed=2)
    without, _ = module.draw(MANY, seed=2, noise=0.0)
    np.testing.assert_allclose(np.cov((with_noise - without).T), noise**2 * np.eye(2), atol=2e-4)


@pytest.mark.parametrize("module", [three_gaussians, moons, rings])
def test_the_seed_decides(module) -> None:
    np.testing.assert_array_equal(module.draw(50, seed=3)[0], module.draw(50, seed=3)[0])
    assert not np.array_equal(module.draw(50, seed=3)[0], module.draw(50, seed=4)[0])
