"""The planes of the collapse map: measured once per model in the background."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.chapters.collapse import frames
from tests.chapters.collapse.stand_in import Trained, dedicated
from vaeviz.chapters.collapse import planes
from vaeviz.measures.collapse import collapse_map
from vaeviz.records import ACTIVE
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    frames.patience(monkeypatch, 60)


def test_over_tau_it_is_what_the_measure_finds(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    codec = Trained(p)
    cells, pending = planes.plane("tau", 4, p, codec, True)
    assert not pending
    assert cells.counts.shape == (4, planes.COLUMNS)
    np.testing.assert_allclose(cells.across[[0, -1]], codec.tau_range)
    there = collapse_map.sweep(codec, p.x, 3, cells.across[20:21]).active[0]
    assert cells.counts[2, 20] == there
    assert "multi-rate model test" in cells.source


def test_over_beta_it_has_the_sliders_ends_and_the_gaps_of_the_model(
    probe: Callable[[str], Probe],
) -> None:
    p = probe("digits")
    cells, _ = planes.plane("beta", 3, p, Trained(p), True)
    assert cells.names == ("β", "σ²")
    np.testing.assert_allclose(cells.across[[0, -1]], [1e-3, 100])
    np.testing.assert_allclose(cells.up[[0, -1]], [1e-4, 10])
    products = np.multiply.outer(cells.up, cells.across)
    covered = (products > 0.99e-2) & (products < 1.01)
    np.testing.assert_array_equal(np.isfinite(cells.counts), covered)


def test_a_model_is_measured_once_for_all_places_on_the_map(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    codec = Trained(p)
    first, _ = planes.plane("tau", 4, p, codec, True)
    count = len(codec.asked)
    for d in (1, 2, 4):
        assert planes.plane("tau", d, p, codec, True)[0] is first
    assert len(codec.asked) == count == 4 * planes.COLUMNS
    another, _ = planes.plane("tau", 4, p, Trained(p), True)
    assert another is not first


def test_until_it_is_measured_the_closed_form_is_shown(
    probe: Callable[[str], Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    p = probe("digits")
    frames.patience(monkeypatch, 0)
    for k in range(jobs.MEASURE.threads):
        jobs.get(("busy", k), lambda: time.sleep(0.3))
    codec = Trained(p)
    with jobs.awaited() as keys:
        cells, pending = planes.plane("tau", 4, p, codec, True)
    assert pending
    assert len(keys) == 1
    assert cells.source == "closed form: the linear VAE"
    frames.patience(monkeypatch, 60)
    measured, pending = planes.plane("tau", 4, p, codec, True)
    assert not pending
    np.testing.assert_array_equal(cells.across, measured.across)
    np.testing.assert_array_equal(cells.counts, measured.predicted)


@pytest.mark.parametrize("name", ["tau", "beta"])
def test_the_closed_form_is_the_measures_prediction(
    name: str, probe: Callable[[str], Probe]
) -> None:
    p = probe("digits")
    measured, _ = planes.plane(name, 3, p, Trained(p), True)
    cells = planes._closed_form(name == "beta", 3, p, Trained(p), True)
    np.testing.assert_array_equal(cells.counts, measured.predicted)
    np.testing.assert_array_equal(cells.lines, measured.lines)
    assert cells.names == measured.names


def test_without_a_trained_model_nothing_is_measured(probe: Callable[[str], Probe]) -> None:
    p = probe("moons")
    cells, pending = planes.plane("tau", 2, p, p.linear, True)
    assert not pending
    assert cells.examples == 0
    assert cells.counts.max() == 2
    assert planes.deaths(2, p, p.linear, True) is None
    assert not planes.swept(p, p.linear)


def test_a_model_of_one_place_covers_no_cell_and_is_not_swept(
    probe: Callable[[str], Probe],
) -> None:
    p = probe("digits")
    codec = dedicated(p)
    cells, pending = planes.plane("tau", 4, p, codec, True)
    assert not pending
    assert np.isnan(cells.counts).all()
    assert cells.source == codec.source
    assert planes.deaths(4, p, codec, True) is None
    assert not planes.swept(p, codec)
    assert codec.asked == []


def test_a_decoder_without_a_variance_has_no_plane_of_it_and_no_prediction(
    probe: Callable[[str], Probe],
) -> None:
    p = probe("digits")
    codec = Trained(p, likelihood="bernoulli")
    cells, _ = planes.plane("beta", 4, p, codec, False)
    assert cells.names == ("τ", "d")
    assert len(cells.lines) == 0
    dying = planes.deaths(4, p, codec, False)
    assert dying is not None
    assert np.isnan(dying.correlation)


def test_dimensions_of_the_closed_form_die_where_theory_says(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    dying = planes.deaths(4, p, Trained(p), True)
    assert dying is not None
    np.testing.assert_allclose(dying.predicted, p.linear.eigenvalues[:4] * np.exp(-0.2))
    np.testing.assert_allclose(
        dying.measured, dying.predicted, rtol=0.15
    )  # held-out, and between two levels
    assert dying.pairs == 4


def test_a_dimension_of_the_closed_form_is_active_below_99_percent_of_its_eigenvalue(
    probe: Callable[[str], Probe],
) -> None:
    p = probe("digits")
    cells = planes._closed_form(False, 4, p, Trained(p), True)
    alone = cells.across[cells.counts[0] == 1].max()
    step = cells.across[1] / cells.across[0]
    edge = p.linear.eigenvalues[0] * (1 - ACTIVE)
    assert alone < edge < alone * step
