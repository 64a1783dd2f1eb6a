"""The stored run: what it is, how the page plays it, and that it gives way to a run of one's
own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest

from tests.chapters.session import Session
from tests.chapters.training.desk import Desk
from tests.figures.learners import frame
from vaeviz.chapters.model.examples import paired
from vaeviz.chapters.training import stored
from vaeviz.chapters.training.chapter import CHAPTER
from vaeviz.chapters.training.plan import Plan
from vaeviz.chapters.training.session import of
from vaeviz.chapters.training.stored import FILE, PACE, PLAN, Playback
from vaeviz.commands.stored import moments
from vaeviz.config import UserError
from vaeviz.records import Learner
from vaeviz.runs.folder import frame_file, stored_run
from vaeviz.runs.folder.stored_run import StoredRun
from vaeviz.runs.worker.session import Session as Training
from vaeviz.runs.worker.twins import Line
from vaeviz.serve import probes
from vaeviz.serve.probes import Probe


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    assert probes.probe(PLAN.data, patience=120)  # on a slow machine too, it is there at once
    return Desk().serve(monkeypatch)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the time of all playbacks."""
    now = [100.0]
    monkeypatch.setattr(Playback, "__init__", _with(Playback.__init__, lambda: now[0]))

    def waits(seconds: float) -> None:
        now[0] += seconds

    return waits


def _with(init: Callable[..., None], clock: Callable[[], float]) -> Callable[..., None]:
    return lambda self, count: init(self, count, clock=clock)


def film() -> StoredRun:
    run = stored.load()
    assert run is not None
    return run


# the file
# ------------------------------------------------------------------------------------------------


def test_it_is_small_and_of_the_recipe() -> None:
    assert FILE.stat().st_size <= 2_000_000
    assert stored.plan() == PLAN
    assert [f.step for f in film().frames] == moments(PLAN.steps)
    assert film().frames[-1].step == PLAN.steps


def test_its_first_frames_are_those_of_a_run_of_its_settings(probe: Callable[[str], Probe]) -> None:
    """Trained here once more, for a few steps. The arrays are of 16 bits."""
    live = Training(Line(*PLAN.settings()), probe(PLAN.data).data)
    for kept in film().frames[:3]:
        while live.step < kept.step:
            live.advance()
        (own,), (seen,) = live.frame().learners, kept.learners
        for field in dataclasses.fields(Learner):
            if field.name in ("history", "origin", "label"):
                continue
            one, other = getattr(seen, field.name), getattr(own, field.name)
            np.testing.assert_allclose(one, other, rtol=5e-3, atol=5e-3, err_msg=field.name)
        np.testing.assert_allclose(seen.history.distortion, own.history.distortion, rtol=1e-3)
        np.testing.assert_array_equal(seen.history.step, own.history.step)


def test_a_round_trip_keeps_the_frames(tmp_path: Path) -> None:
    run = StoredRun({"beta": 2.0}, tuple(dataclasses.replace(f, moves=()) for f in (frame(),) * 2))
    stored_run.write(tmp_path / "run.bin", run)
    again = stored_run.read(tmp_path / "run.bin")
    assert again.plan == run.plan
    (seen,), (own,) = again.frames[1].learners, run.frames[1].learners
    np.testing.assert_allclose(seen.recon, own.recon, atol=1e-3)
    np.testing.assert_array_equal(seen.history.distortion, own.history.distortion)
    assert (seen.step, seen.rate, seen.origin) == (own.step, own.rate, stored_run.ORIGIN)


@pytest.mark.parametrize("damage", [b"", b"run", b"\x80\x04pickle"])
def test_a_damaged_file_is_one_line_and_no_film(
    damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run.bin").write_bytes(damage)
    with pytest.raises(UserError):
        stored_run.read(tmp_path / "run.bin")
    monkeypatch.setattr(stored, "FILE", tmp_path / "run.bin")
    stored.load.cache_clear()
    try:
        assert stored.load() is None
    finally:
        stored.load.cache_clear()


# the page
# ------------------------------------------------------------------------------------------------


def test_it_plays_to_its_end_and_rests(desk: Desk, clock: Callable[[float], None]) -> None:
    page = Session(CHAPTER)
    steps = [page.opens()["transport"]["step"]]
    for _ in range(len(film().frames)):
        assert page.header["again"] == round(1000 * PACE)
        assert page.header["transport"]["can"] == ["start", "pause", "rewind", "seek"]
        clock(PACE)
        steps.append(page.says()["transport"]["step"])
        if page.header["again"] is None:
            break
    assert steps == [f.step for f in film().frames]
    assert page.header["transport"]["can"] == ["start", "play", "rewind", "seek"]
    sources = [_about(panel)["source"] for panel in page.header["panels"].values()]
    assert all(source.startswith("stored run") for source in sources)
    assert desk.launched == []


def test_questions_without_time_between_them_move_nothing(
    desk: Desk, clock: Callable[[float], None]
) -> None:
    """A drag of a slider sends many."""
    page = Session(CHAPTER)
    page.opens()
    for beta in (1.1, 1.2, 1.3):
        assert page.says(beta=beta)["transport"]["step"] == 0


def test_who_wants_less_motion_sees_the_last_frame(
    desk: Desk, clock: Callable[[float], None]
) -> None:
    page = Session(CHAPTER)
    page.opens()
    header = page.sends(settings=page.header["settings"], still=True)
    assert (header["transport"]["step"], header["again"]) == (PLAN.steps, None)
    actions = [{"id": 1, "name": "play", "value": None}]
    header = page.sends(settings=page.header["settings"], still=True, actions=actions)
    assert (header["transport"]["step"], header["again"] is None) == (0, False)


def test_it_is_paused_stepped_rewound_and_scrubbed(
    desk: Desk, clock: Callable[[float], None]
) -> None:
    frames, page = film().frames, Session(CHAPTER)
    page.opens()
    page.says((1, "pause", None))
    clock(1)
    assert page.says()["transport"]["step"] == 0
    assert page.says((2, "step", None))["transport"]["step"] == frames[1].step
    assert page.says((3, "seek", 0.5))["transport"]["step"] == frames[round(37 / 2)].step
    assert page.says((4, "rewind", None))["transport"]["step"] == 0
    for k, wild in enumerate((2, "x", None, float("nan"), True), 5):
        header = page.says((k, "seek", wild))
        assert (header["transport"]["step"], len(header["notes"])) == (0, 1)


def test_a_setting_that_moves_changes_no_frame_and_is_said(
    desk: Desk, clock: Callable[[float], None]
) -> None:
    page = Session(CHAPTER)
    before = page.opens()
    after = page.says((1, "pause", None), beta=5.0, latent=8)
    assert (before["changed"], set(after["changed"])) == ([], {"beta", "latent"})
    assert after["story"] != before["story"]
    assert "stays" in after["story"]
    assert after["readouts"] == before["readouts"]
    np.testing.assert_equal(after["panels"], before["panels"])


def test_the_address_of_the_stored_run_opens_it_with_its_settings(
    desk: Desk, probe: Callable[[str], Probe]
) -> None:
    own = paired(PLAN, probe(PLAN.data))
    page, other = Session(CHAPTER), Session(CHAPTER)
    first = page.opens()
    assert first["settings"] == dataclasses.asdict(own)
    again = other.opens(**dict(parse_qsl(first["address"][1:])))
    assert (again["settings"], again["changed"]) == (first["settings"], [])
    assert other.opens(beta="2")["settings"]["beta"] == 2.0
    assert other.header["changed"] == ["beta"]


@pytest.mark.parametrize("state", ["queued", "starting", "failed", "cancelled"])
def test_behind_a_run_without_a_frame_stands_the_stored_one_and_a_line_says_where_the_run_is(
    state: Any, desk: Desk
) -> None:
    run = desk.run(state, Plan(widths="64"))
    header = Session(CHAPTER).opens(run=run.key)
    assert header["panels"]
    assert header["empty"] == f"{header['transport']['text']}."
    assert header["transport"]["state"] == state
    assert (header["readouts"], header["story"]) == ([], "")


def test_start_takes_its_place_and_the_first_frame_that_of_the_stored_ones(desk: Desk) -> None:
    page = Session(CHAPTER)
    page.opens(widths="64", data="digits")
    page.says((1, "start", None))
    assert (page.header["empty"], page.header["story"]) == ("Training.", "")
    frame_file.write(desk.launched[-1], frame())
    header = page.says()
    assert (header["empty"], header["transport"]["state"]) == ("", "running")
    assert _about(header["panels"]["map"])["source"].startswith("live model")
    context: Any = type("Context", (), {"memory": page.memory.own})()
    assert of(context).playback is None


def _about(panel: dict[str, Any]) -> dict[str, Any]:
    return panel["figure"]["layout"]["meta"] if "figure" in panel else panel


def test_the_lists_of_dimensions_name_what_the_stored_runs_map_shows(desk: Desk) -> None:
    """It has two; z6 and z7 wait for a start, and the idle lists say so."""
    header = Session(CHAPTER).opens(latent="8", i="6", j="7")
    lists = {c["name"]: c for c in header["controls"] if c["name"] in ("i", "j")}
    axes = header["panels"]["map"]["figure"]["layout"]
    for name, axis, chosen in (("i", "xaxis", "6"), ("j", "yaxis", "7")):
        (value, words, off), *others = lists[name]["options"]
        assert (value, off, others) == (chosen, "", [])
        assert axes[axis]["title"]["text"].startswith(f"μ<sub>{words[1:]}</sub>")
        assert f"z{chosen}" in lists[name]["disabled"]
    fine = Session(CHAPTER).opens(latent="8", i="2", j="1")
    assert not any(c.get("disabled") for c in fine["controls"] if c["name"] in ("i", "j"))
