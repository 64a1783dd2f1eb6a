"""Live runs by their links: who may steer, who may watch, and what leads nowhere."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.config import UserError
from vaeviz.runs.folder import control
from vaeviz.runs.folder.control import Control
from vaeviz.runs.folder.progress import RUN
from vaeviz.runs.worker.twins import Line
from vaeviz.ui.training import live_runs
from vaeviz.ui.training.hand import AS_BEGUN
from vaeviz.ui.training.live_runs import LiveRun
from vaeviz.ui.training.settings import SPEEDS, Plan

PLAN = Plan(beta=2.0, speed="10", twin="beta", other="4")


@pytest.fixture
def run(tmp_path: Path) -> LiveRun:
    return live_runs.create(PLAN, tmp_path)


# links
# ------------------------------------------------------------------------------------------------


def test_a_new_run_holds_what_its_worker_needs(run: LiveRun) -> None:
    line = Line.from_json(json.loads((run.folder / RUN).read_text()))
    assert line == Line(PLAN.run_settings(), PLAN.twin_settings())
    assert control.read(run.folder) == Control(pace=10.0)
    assert live_runs.plan_of(run) == live_runs.current_plan(run) == PLAN


def test_the_key_steers_and_the_name_watches(run: LiveRun, tmp_path: Path) -> None:
    assert live_runs.find(run.address, tmp_path) == run
    watcher = live_runs.find(run.link, tmp_path)
    assert watcher == LiveRun(run.folder)
    assert (run.owner, watcher.owner) == (True, False)
    assert (watcher.link, watcher.address) == (run.link, run.link)


def test_a_link_to_watch_does_not_give_the_key_away(run: LiveRun, tmp_path: Path) -> None:
    assert run.link == hashlib.sha256(run.key.encode()).hexdigest()[:32]
    assert run.key not in run.link
    for file in run.folder.iterdir():
        assert run.key.encode() not in file.read_bytes(), file
    assert live_runs.create(PLAN, tmp_path).key != run.key


@pytest.mark.parametrize(
    "link",
    [
        "",
        ".",
        "..",
        "../" * 8 + "etc",
        "/etc/passwd-------",
        "x" * 16,
        "x" * 65,
        "x" * 10_000,
        "ß" * 20,
        "abcdefghijklmnop/..",
        "abcdefghijklmnop\x00",
        "abcdefghijklmnop\n",
        "%2e%2e%2f" * 3,
        "C:\\abcdefghijklmn",
        "٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧",
        "........................",
    ],
    ids=lambda link: link[:16].encode("unicode_escape").decode(),
)
def test_other_links_lead_nowhere(link: str, run: LiveRun, tmp_path: Path) -> None:
    assert live_runs.find(link, tmp_path) is None


def test_a_path_to_a_run_is_no_link(run: LiveRun, tmp_path: Path) -> None:
    inside = tmp_path / "abcdefghijklmnopq"
    inside.mkdir()
    for link in (
        f"../{tmp_path.name}/{run.link}",
        f"./{run.link}",
        str(run.folder),
        f"{run.link}/",
        f"{inside.name}/../{run.link}",
        f"{run.link}\n",
        f" {run.link}",
        run.link.upper(),
    ):
        assert live_runs.find(link, tmp_path) is None, link


def test_a_folder_that_is_no_run_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "abcdefghijklmnopqrst").mkdir()
    (tmp_path / "0123456789abcdefghij").write_text("")
    assert live_runs.find("abcdefghijklmnopqrst", tmp_path) is None
    assert live_runs.find("0123456789abcdefghij", tmp_path) is None
    assert live_runs.find("abcdefghijklmnopqrst", tmp_path / "missing") is None


@given(st.text(max_size=80))
def test_no_text_at_all_does_harm(link: str) -> None:
    assert live_runs.find(link, Path("nowhere")) is None


# wishes
# ------------------------------------------------------------------------------------------------


def test_a_plus_counts_one_more_and_the_rest_stays(run: LiveRun) -> None:
    for k in (1, 2, 3):
        assert live_runs.ask(run, paused=True, single="+").single == k
    live_runs.ask(run, rewinds="+", beta=0.5)
    wanted = Control(paused=True, pace=10.0, single=3, rewinds=1, beta=0.5)
    assert control.read(run.folder) == wanted


def test_a_wish_that_changes_nothing_is_not_written(run: LiveRun) -> None:
    file = run.folder / control.CONTROL
    live_runs.ask(run, paused=True)
    before = os.stat(file).st_ino, os.stat(file).st_mtime_ns
    live_runs.ask(run, paused=True)
    assert (os.stat(file).st_ino, os.stat(file).st_mtime_ns) == before
    live_runs.ask(run, single="+")
    assert (os.stat(file).st_ino, os.stat(file).st_mtime_ns) != before


def test_the_plan_follows_the_sliders_and_the_speed(run: LiveRun) -> None:
    live_runs.ask(run, beta=0.25, learning_rate=1e-4, pace=0.0)
    wanted = dataclasses.replace(PLAN, beta=0.25, learning_rate=1e-4, speed="full")
    assert live_runs.current_plan(run) == wanted
    assert live_runs.plan_of(run) == PLAN
    live_runs.ask(run, **AS_BEGUN)
    assert live_runs.current_plan(run) == dataclasses.replace(PLAN, speed="full")


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_speed_is_found_again(run: LiveRun, speed: str) -> None:
    live_runs.ask(run, pace=dataclasses.replace(PLAN, speed=speed).pace)
    assert live_runs.current_plan(run).speed == speed


def test_a_pace_that_is_none_of_the_list_is_the_first_one(run: LiveRun) -> None:
    live_runs.ask(run, pace=7.7)
    assert live_runs.current_plan(run).speed == "10"


# what is spoilt or gone
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "[]", "{", '{"plan": 3}', "{}", '{"plan": null}'])
def test_a_spoilt_plan_is_one_line(run: LiveRun, content: str) -> None:
    (run.folder / RUN).write_text(content)
    with pytest.raises(UserError) as told:
        live_runs.plan_of(run)
    assert "\n" not in str(told.value)


def test_values_that_no_plan_has_are_put_back(run: LiveRun) -> None:
    kept = json.loads((run.folder / RUN).read_text())
    kept["plan"] |= {"beta": -5, "data": "cats", "steps": 10**15, "unknown": 1}
    (run.folder / RUN).write_text(json.dumps(kept))
    found = live_runs.plan_of(run)
    assert (found.data, found.seed) == ("digits", PLAN.seed)
    found.run_settings()


def test_spoilt_wishes_are_one_line(run: LiveRun) -> None:
    (run.folder / control.CONTROL).write_text("{")
    for read in (live_runs.current_plan, lambda run: live_runs.ask(run, paused=True)):
        with pytest.raises(UserError) as told:
            read(run)
        assert "\n" not in str(told.value)


def test_a_look_at_a_run_that_is_gone_is_no_error(run: LiveRun, tmp_path: Path) -> None:
    live_runs.watched(run)
    assert (run.folder / control.WATCH).exists()
    live_runs.watched(LiveRun(tmp_path / "gone"))
    assert not (tmp_path / "gone").exists()


def test_a_plan_that_cannot_be_trained_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        live_runs.create(Plan(schedule="cyclical", warmup=0), tmp_path)
    assert list(tmp_path.iterdir()) == []
