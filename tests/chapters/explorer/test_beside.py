"""What the Explorer says of dedicated models at the nearest measured place."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chapters.session import at
from vaeviz import checkpoints
from vaeviz.chapters.explorer import beside, explore
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model import answer
from vaeviz.checkpoints import SHIPPED, studies
from vaeviz.measures.fidelity import comparison
from vaeviz.records.fidelity import FidelityStudy
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
STUDY = studies.load_fidelity(studies.fidelity_path("digits"))


def said(probe: Probe, sigma2: float, d: int) -> list[str]:
    """The remark once the multi-rate model is there."""
    view = ExplorerView(data=probe.data.name, beta=1.0, sigma2=sigma2, d=d)
    context = at(probe, explore.TOOL)
    until = time.monotonic() + 60
    while (prepared := answer.prepare(view, context)).pending:
        assert time.monotonic() < until
        time.sleep(0.02)
    return beside.remark(prepared.shown, context)


def with_study(study: FidelityStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = studies.fidelity_path("digits", tmp_path)
    studies.save_fidelity(path, study)
    monkeypatch.setattr(studies, "fidelity_path", lambda name: path)


@pytest.mark.parametrize("name", [p.stem[9:] for p in sorted(studies.FOLDER.glob("fidelity-*"))])
def test_the_shipped_studies_are_of_the_shipped_models(name: str) -> None:
    study = studies.load_fidelity(studies.fidelity_path(name))
    assert study.sha256 == checkpoints.load(name, (SHIPPED,)).manifest.sha256
    assert {(one.tau, one.d) for one in study.multi} == study.places


def test_a_place_where_all_fits_has_no_remark(probe: Probes) -> None:
    fitting = (1.0, 8)
    own = STUDY.multi_at(fitting)
    assert own is not None
    assert comparison(own, STUDY.at(fitting)).rate_fits
    assert said(probe("digits"), sigma2=1.0, d=8) == []


def test_a_reading_that_differs_is_said_with_the_range(
    probe: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    multi = tuple(dataclasses.replace(one, rate=99.25, active=0) for one in STUDY.multi)
    with_study(dataclasses.replace(STUDY, multi=multi), tmp_path, monkeypatch)
    (line,) = said(probe("digits"), sigma2=0.11, d=7)
    rates = [one.reading.rate for one in STUDY.at((0.1, 8))]
    units = [one.reading.active for one in STUDY.at((0.1, 8))]
    assert "τ = 0.1, d = 8" in line
    low, high = (f"−{100 * (1 - rate / 99.25):.0f}" for rate in (min(rates), max(rates)))
    assert f"R {low} to {high} %" in line
    assert f"{min(units)} … {max(units)} active" in line
    assert "collapsed" not in line


def test_a_model_trained_again_is_not_taken_for_the_measured_one(
    probe: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = tuple(dataclasses.replace(one, rate=99.0) for one in STUDY.multi)
    with_study(dataclasses.replace(STUDY, multi=rates, sha256="0" * 64), tmp_path, monkeypatch)
    assert said(probe("digits"), sigma2=0.1, d=8) == []


def test_a_damaged_study_costs_the_explorer_nothing(
    probe: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fidelity-digits.json"
    path.write_text("{")
    monkeypatch.setattr(studies, "fidelity_path", lambda name: path)
    assert said(probe("digits"), sigma2=0.1, d=8) == []
