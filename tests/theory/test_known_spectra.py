"""Artificial data: their covariance is the stated one to rounding, and they look Gaussian."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kurtosis

from vaeviz.config import UserError
from vaeviz.theory import linear_vae
from vaeviz.theory.known_spectra import EIGENVALUES, draw

each_name = pytest.mark.parametrize("name", EIGENVALUES)


@each_name
def test_the_covariance_has_the_stated_eigenvalues(name: str) -> None:
    result = linear_vae.spectrum(draw(name))
    np.testing.assert_allclose(result.eigenvalues, EIGENVALUES[name], rtol=1e-9)
    np.testing.assert_allclose(result.mean, 0, atol=1e-12)


def test_the_two_spectra_are_what_their_names_say() -> None:
    power, steps = EIGENVALUES["power-law"], EIGENVALUES["two-steps"]
    slope = np.polyfit(np.log(np.arange(1, 25)), np.log(power), 1)[0]
    assert (slope, power[0]) == (pytest.approx(-1.5), 1.0)
    assert [int((steps == level).sum()) for level in (1.0, 0.1, 0.01)] == [5, 7, 12]


@each_name
def test_every_direction_is_gaussian_and_no_axis_of_the_data_is_a_component(name: str) -> None:
    spectrum = linear_vae.spectrum(draw(name))
    scores = draw(name) @ spectrum.eigenvectors
    assert np.abs(kurtosis(scores)).max() < 0.6  # excess; standard error 0.11
    assert np.abs(spectrum.eigenvectors[:, 0]).max() < 0.9


def test_the_points_are_always_the_same_and_cannot_be_written_to() -> None:
    assert draw("power-law") is draw("power-law")
    with pytest.raises(ValueError, match="read-only"):
        draw("power-law")[0] = 0


def test_an_unknown_name_is_a_line_for_the_user() -> None:
    with pytest.raises(UserError, match="use power-law or two-steps"):
        draw("pink")
