"""Readings of models that are known, and when a model's readings fit those of others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import ortho_group

from vaeviz import data
from vaeviz.measures import fidelity
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.fidelity import Comparison, procrustes
from vaeviz.records.fidelity import Reading
from vaeviz.theory import linear_vae, water_filling

DIGITS = data.load("digits")
SPECTRUM = linear_vae.spectrum(DIGITS.held_out)
PLAIN = Reading(0.1, 4, 1.0, 0.01, 10.0, 1.0, (4.0, 3.0, 2.0, 1.0), 4, 0, 0.5, 1.0, 0.1, 0.01, 0.9)


@pytest.mark.parametrize(("tau", "d"), [(0.02, 8), (0.3, 4), (3.0, 4)])
def test_the_linear_codec_is_read_as_its_closed_form(tau: float, d: int) -> None:
    codec: Any = LinearCodec(SPECTRUM, 16)
    found, exact = fidelity.reading(codec, tau, d, DIGITS), linear_vae.solve(SPECTRUM, 1.0, tau, d)
    values = SPECTRUM.eigenvalues
    optimum = 0.5 * water_filling.squared_error(values, tau, d) + tau * exact.rate
    assert found.objective == pytest.approx(float(optimum), rel=0.01)
    assert found.rate == pytest.approx(exact.rate, rel=1e-3, abs=1e-6)
    np.testing.assert_allclose(found.kl, np.sort(exact.kl)[::-1], rtol=1e-3, atol=1e-6)
    assert found.active == exact.active
    assert found.collapsed == (exact.kl < 0.1).sum()
    assert found.variance == pytest.approx(exact.variances.mean(), rel=1e-4)
    if tau == 3.0:  # every sample is the mean image
        assert found.aggregate == pytest.approx(0, abs=1e-9)


def test_procrustes_sees_through_a_rotation_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(500, 6))
    turned = codes @ ortho_group.rvs(6, random_state=1) + 3
    assert procrustes(codes, turned) == pytest.approx(0, abs=1e-7)
    assert procrustes(codes, 2 * turned) == pytest.approx(np.sqrt(1 / 5), abs=1e-7)
    assert procrustes(codes, rng.normal(size=(500, 6))) > 0.9
    assert procrustes(np.zeros((5, 2)), np.zeros((5, 2))) == 0


def beside(multi: Reading, *seeds: Reading) -> Comparison:
    return Comparison(multi, seeds)


def test_the_excess_is_over_the_mean_of_the_seeds() -> None:
    low, high = replace(PLAIN, objective=0.9), replace(PLAIN, objective=1.1)
    assert beside(replace(PLAIN, objective=1.03), low, high).excess == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("rate", "seeds", "fits"),
    [
        (10.49, (10, 10), True),
        (10.51, (10, 10), False),
        (9.4, (10, 10), False),
        (11.3, (9.5, 10.5), True),  # two standard deviations are 1.41
        (11.5, (9.5, 10.5), False),
        (0.01, (0, 0), True),
        (0.03, (0, 0), False),
    ],
)
def test_the_rate_fits_within_five_percent_or_two_deviations(
    rate: float, seeds: tuple[float, ...], fits: bool
) -> None:
    found = beside(replace(PLAIN, rate=rate), *(replace(PLAIN, rate=r) for r in seeds))
    assert found.rate_fits is fits


@pytest.mark.parametrize(("count", "fits"), [(2, False), (3, True), (7, True), (8, False)])
def test_a_count_fits_within_one_of_the_range(count: int, fits: bool) -> None:
    seeds = replace(PLAIN, active=4), replace(PLAIN, active=6)
    assert beside(replace(PLAIN, active=count), *seeds).count_fits("active") is fits


def test_a_spectrum_fits_by_a_tenth_of_the_rate_or_the_seeds_own_difference() -> None:
    moved = replace(PLAIN, kl=(4.5, 3.5, 2.0, 1.0))
    assert beside(moved, PLAIN, PLAIN).spectrum == pytest.approx(1.0)
    assert beside(moved, PLAIN).spectrum_fits
    far = replace(PLAIN, kl=(4.6, 3.5, 2.0, 1.0))
    assert not beside(far, PLAIN, PLAIN).spectrum_fits
    apart = replace(PLAIN, kl=(5.0, 3.0, 2.0, 0.0))
    assert beside(far, PLAIN, apart).spectrum_fits  # the two seeds are 2 apart


@pytest.mark.parametrize(
    ("energy", "mean", "fits"),
    [(0.19, 0.1, True), (0.21, 0.1, False), (0.049, 0.1, False), (0.5, 0.02, True)],
)
def test_an_energy_distance_fits_within_a_factor_of_two(
    energy: float, mean: float, fits: bool
) -> None:
    found = beside(replace(PLAIN, energy=energy), replace(PLAIN, energy=mean))
    assert found.energy_fits is fits


def test_a_reading_between_two_seeds_fits() -> None:
    """Also where the optima of both starts are far apart, and their mean is far from both."""
    seeds = [replace(PLAIN, rate=r, energy=r / 100) for r in (10.0, 10.0, 10.0, 10.0, 14.0)]
    for rate, fits in ((13.9, True), (14.7, False)):
        assert beside(replace(PLAIN, rate=rate), *seeds).rate_fits is fits
    far = [replace(PLAIN, energy=e) for e in (0.1, 0.1, 0.1, 0.9)]
    assert beside(replace(PLAIN, energy=0.8), *far).energy_fits
    assert not beside(replace(PLAIN, energy=0.95), *far).energy_fits
