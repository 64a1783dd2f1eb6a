"""The table of cures: a saved study, and one line without one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.chapters.collapse import frames
from tests.figures.cure_records import STUDY
from tests.figures.test_free_bits import PULL
from vaeviz.chapters.chapter import Frame
from vaeviz.chapters.collapse.cures import TOOL
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.settings import parse
from vaeviz.chapters.training.plan import Plan
from vaeviz.checkpoints import studies
from vaeviz.config import UserError
from vaeviz.live.message import pack
from vaeviz.records import Table
from vaeviz.records.cures import NONE
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(studies, "path_of", lambda data: tmp_path / f"cures-{data}.json")
    monkeypatch.setattr(studies, "pull_path", lambda data: tmp_path / f"free-bits-{data}.json")
    return tmp_path


def shown(probe: Probe, data: str = "digits") -> Frame:
    return frames.now(TOOL, CollapseView(data=data), probe)


def table(part: Frame) -> Table:
    return frames.table(part, "cures")


def test_a_saved_study_is_shown_row_by_row(folder: Path, probe: Probes) -> None:
    studies.save(folder / "cures-digits.json", STUDY)
    part = shown(probe("digits"))
    assert table(part).title == "A decoder that sees earlier pixels collapses in 2 of 2 seeds"
    none, good, dear = table(part).rows
    assert (none[0], none[-1]) == ("0 no cure", "collapsed in 2 of 2")
    assert (good[0], good[1], good[4], good[5], good[-1]) == (
        "1 a good one",
        "3.00",
        "−0.48",
        "2 4",
        "cures",
    )
    assert dear[-1] == "revives, costs up to 3.0 nats"
    assert [row[1] for row in part.readouts] == ["2 of 2", "1 of 2"]
    pack(part.panels)


def test_the_pull_of_free_bits_is_shown_where_it_was_measured(folder: Path, probe: Probes) -> None:
    studies.save(folder / "cures-digits.json", STUDY)
    assert set(shown(probe("digits")).panels) == {"cures", "plane"}
    studies.save_pull(folder / "free-bits-digits.json", PULL)
    part = shown(probe("digits"))
    named = {name for areas, _ in part.rows for name in areas.split()}
    assert named == set(part.panels) == {"cures", "plane", "pull"}
    pack(part.panels)


def test_another_data_set_gets_the_digits_study_and_a_note(folder: Path, probe: Probes) -> None:
    studies.save(folder / "cures-digits.json", STUDY)
    notes = shown(probe("digits"), "sprites").notes
    assert notes[0] == "There is no study of sprites: this is one of digits."
    assert notes[1:] == shown(probe("digits")).notes


def test_a_study_that_is_made_again_is_read_again(folder: Path, probe: Probes) -> None:
    studies.save(folder / "cures-digits.json", STUDY)
    shown(probe("digits"))
    studies.save(folder / "cures-digits.json", dataclasses.replace(STUDY, date="2030-01-01"))
    assert "2030-01-01" in table(shown(probe("digits"))).source


def test_without_a_study_one_line_says_how_to_make_one(folder: Path, probe: Probes) -> None:
    with pytest.raises(UserError, match="vaeviz cures digits"):
        shown(probe("digits"))


def test_a_broken_study_is_one_line(folder: Path, probe: Probes) -> None:
    (folder / "cures-digits.json").write_text("{}")
    with pytest.raises(UserError, match="no study of cures"):
        shown(probe("digits"))


def test_every_cure_of_the_shipped_study_leads_to_its_live_twins(probe: Probes) -> None:
    part = frames.whole(TOOL, CollapseView(), probe("digits"))
    links, study = table(part).links, studies.load(studies.path_of("digits"))
    assert len(links) == len(study.cures)
    for link, cure in zip(links, study.cures, strict=True):
        page, _, query = link.partition("?")
        plan, notes = parse(dict(parse_qsl(query)), Plan())
        assert (page, notes) == ("training", [])
        run, *twins = plan.settings()
        assert run.decoder == "masked"
        assert plan.seed == study.seeds[0]
        assert len(twins) == (cure.name != NONE)
        for twin in twins:
            assert all(getattr(twin, name) == value for name, value in cure.changes.items())
