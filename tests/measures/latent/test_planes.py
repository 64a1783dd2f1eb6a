"""Planes of codes: back and forth, axes by variance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.decomposition import PCA

from vaeviz.measures.latent import planes

RNG = np.random.default_rng(6)
MU = (
    RNG.normal(size=(300, 5))
    @ np.diag([0.3, 2.0, 0.01, 1.0, 0.5])
    @ np.linalg.qr(RNG.normal(size=(5, 5)))[0]
    + 1
)


def test_two_dimensions_are_read_off() -> None:
    plane = planes.of_dimensions((3, 1), MU[0])
    np.testing.assert_array_equal(plane.points(MU), MU[:, [3, 1]])
    there = plane.codes(np.array([[0.5, -2.0]]))[0]
    np.testing.assert_array_equal(there, [MU[0, 0], -2.0, MU[0, 2], 0.5, MU[0, 4]])
    assert plane.names == ("z4", "z2")


def test_principal_axes_are_those_of_another_library() -> None:
    plane, other = planes.principal(MU.astype(np.float32)), PCA(2).fit(MU)
    np.testing.assert_allclose(np.abs(plane.axes), np.abs(other.components_), atol=1e-5)
    np.testing.assert_allclose(plane.explained, other.explained_variance_ratio_, rtol=1e-5)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    assert (plane.axes[[0, 1], np.abs(plane.axes).argmax(1)] > 0).all()
    np.testing.assert_allclose(plane.points(MU).mean(0), 0, atol=1e-6)


def test_points_of_a_plane_come_back() -> None:
    points = RNG.normal(size=(20, 2))
    for plane in (planes.principal(MU), planes.of_dimensions((0, 4), MU[3])):
        np.testing.assert_allclose(plane.points(plane.codes(points)), points, atol=1e-12)


def test_codes_that_are_all_one_have_a_plane_too() -> None:
    plane = planes.principal(np.ones((10, 3)))
    assert np.isfinite(plane.axes).all()
    assert all(math.isnan(share) for share in plane.explained)
    with pytest.raises(ValueError, match="no plane"):
        planes.principal(np.ones((10, 1)))
