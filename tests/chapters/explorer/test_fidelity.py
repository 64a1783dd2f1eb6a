"""The tool How true?: which measured models stand beside the one shown, and what fits."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.chapters.session import at
from vaeviz.chapters.chapter import Frame
from vaeviz.chapters.explorer import fidelity
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model import answer
from vaeviz.checkpoints import studies
from vaeviz.config import UserError
from vaeviz.records.fidelity import Dedicated, FidelityStudy, nearest
from vaeviz.serve import models
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
SHIPPED = studies.load_fidelity(studies.fidelity_path("digits"))


def shown(view: ExplorerView, probe: Probe) -> Frame:
    """The frame once the model is there and measured."""
    context = at(probe, fidelity.TOOL)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        prepared = answer.prepare(view, context)
        frame = fidelity.show(prepared.shown, context)
        if not prepared.pending and all(row[0] != "…" for row in cells(frame).values()):
            return frame
        time.sleep(0.02)
    raise AssertionError("never measured")


def cells(frame: Frame) -> dict[str, tuple[str, ...]]:
    table: Any = frame.panels["readings"]
    return {row[0]: row[1:] for row in table.rows}


def test_the_shipped_study_has_three_seeds_in_every_cell() -> None:
    assert len(SHIPPED.places) == 32
    for place in SHIPPED.places:
        seeds = [one.seed for one in SHIPPED.at(place) if not one.warm]
        assert sorted(seeds) == [0, 1, 2]
    assert SHIPPED.widths == models.widths("digits", "gaussian")


@pytest.mark.parametrize(
    ("tau", "d", "place"),
    [(0.05, 8, (0.03, 8)), (0.06, 8, (0.1, 8)), (1e-3, 1, (1e-3, 2)), (10.0, 11, (3.0, 8)),
     (0.3, 12, (0.3, 16))],
)  # fmt: skip
def test_the_nearest_measured_place(tau: float, d: int, place: tuple[float, int]) -> None:
    assert nearest(tau, d, SHIPPED.places) == place


def test_the_models_reading_stands_beside_the_seeds_range(probe: Probes) -> None:
    frame = shown(ExplorerView(data="digits", beta=1.0, sigma2=0.11, d=8), probe("digits"))
    rates = [one.reading.rate for one in SHIPPED.at((0.1, 8))]
    own, dedicated, _ = cells(frame)["rate R (nats)"]
    assert dedicated == f"{min(rates):.2f} … {max(rates):.2f}"
    assert float(own) == pytest.approx(np.mean(rates), rel=0.3)
    assert frame.readouts[0][1] == "τ = 0.1, d = 8"
    spectrum: Any = frame.panels["spectra"]
    assert len(spectrum.data[0]["y"]) == 8
    assert len(spectrum.data[1]["y"]) == 8 * len(rates)
    apart = cells(frame)["KL spectrum, nats apart"][0]
    assert spectrum.layout["meta"]["title"] == f"{apart} nats apart"  # one number for both panels


def test_without_measured_models_the_models_own_readings_stand_alone(
    probe: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studies, "fidelity_path", lambda name: tmp_path / f"{name}.json")
    frame = shown(ExplorerView(data="moons", d=2), probe("moons"))
    assert set(frame.panels) == {"readings"}
    assert {row[1] for row in cells(frame).values()} == {"not measured"}
    assert float(cells(frame)["rate R (nats)"][0]) > 0
    assert frame.notes != [""]


def test_a_drag_without_measured_models_asks_for_few_readings(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading takes a core for a second: not one per move."""
    asked = set()
    monkeypatch.setattr(fidelity.jobs, "get", lambda key, *rest: asked.add(key))
    context = at(probe("moons"), fidelity.TOOL)
    for sigma2 in np.geomspace(1e-3, 10, 200):
        fidelity.show(ExplorerView(data="moons", d=2, sigma2=float(sigma2)), context)
    assert 4 <= len(asked) <= 8


def test_a_study_of_other_data_is_refused(
    probe: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = studies.fidelity_path("digits", tmp_path)
    studies.save_fidelity(path, dataclasses.replace(SHIPPED, digest="0" * 16))
    monkeypatch.setattr(studies, "fidelity_path", lambda name: path)
    with pytest.raises(UserError, match="other data"):
        shown(ExplorerView(data="digits"), probe("digits"))


def test_a_study_goes_through_its_file_and_a_damaged_one_is_one_line(tmp_path: Path) -> None:
    path = studies.fidelity_path("x", tmp_path)
    studies.save_fidelity(path, SHIPPED)
    assert studies.load_fidelity(path) == SHIPPED
    first = SHIPPED.models[0]
    short = dataclasses.replace(first.reading, kl=(1.0,), d=2)
    for seeds in ((), (Dedicated(0, False, short),)):
        broken: FidelityStudy = dataclasses.replace(SHIPPED, models=seeds)
        studies.save_fidelity(path, broken)
        with pytest.raises(UserError, match="no study of fidelity"):
            studies.load_fidelity(path)
