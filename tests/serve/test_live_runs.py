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

from tests.chapters.training.desk import create
from vaeviz.chapters.training.plan import SPEEDS, Plan, read
from vaeviz.chapters.training.session import current
from vaeviz.config import UserError
from vaeviz.runs.folder import control
from vaeviz.runs.folder.control import Control
from vaeviz.runs.folder.progress import RUN
from vaeviz.runs.worker.twins import Line
from vaeviz.serve import live_runs
from vaeviz.serve.live_runs import LiveRun

PLAN = Plan(beta=2.0, speed="10", twin="beta", other="4")


@pytest.fixture
def run(tmp_path: Path) -> LiveRun:
    return create(PLAN, tmp_path)


# links
# ------------------------------------------------------------------------------------------------


def test_a_new_run_holds_what_its_worker_needs(run: LiveRun) -> None:
    line = Line.from_json(json.loads((run.folder / RUN).read_text()))
    assert line == Line(*PLAN.settings())
    assert control.read(run.folder) == Control(pace=10.0)
    assert read(live_runs.plan_of(run)) == current(run) == PLAN


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
    assert create(PLAN, tmp_path).key != run.key


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


# requests
# ------------------------------------------------------------------------------------------------


def test_clicks_are_counted_and_the_rest_stays(run: LiveRun) -> None:
    for k in (1, 2, 3):
        control.step(run.folder)
        assert control.read(run.folder).single == k
    control.move(run.folder, beta=0.5)
    control.move(run.folder, sigma2=0.0)
    control.set_pace(run.folder, 7.0)
    control.play(run.folder)
    wanted = Control(pace=7.0, single=3, plays=1, beta=0.5, sigma2=0.0)
    assert control.read(run.folder) == wanted
    control.rewind(run.folder)
    assert control.read(run.folder) == Control(True, 7.0, single=3, plays=1, rewinds=1)


def test_a_file_of_before_there_was_none_is_read(run: LiveRun) -> None:
    older = {"paused": True, "beta": -1.0, "sigma2": 0.5, "learning_rate": -1.0}
    (run.folder / control.CONTROL).write_text(json.dumps(older))
    assert control.read(run.folder) == Control(paused=True, sigma2=0.5)


def test_a_request_that_changes_nothing_is_not_written(run: LiveRun) -> None:
    file = run.folder / control.CONTROL
    control.pause(run.folder)
    before = os.stat(file).st_ino, os.stat(file).st_mtime_ns
    control.pause(run.folder)
    assert (os.stat(file).st_ino, os.stat(file).st_mtime_ns) == before
    control.step(run.folder)
    assert (os.stat(file).st_ino, os.stat(file).st_mtime_ns) != before


def test_the_plan_follows_the_sliders_and_the_speed(run: LiveRun) -> None:
    control.move(run.folder, beta=0.25, learning_rate=1e-4)
    control.set_pace(run.folder, 0.0)
    wanted = dataclasses.replace(PLAN, beta=0.25, learning_rate=1e-4, speed="full")
    assert current(run) == wanted
    assert read(live_runs.plan_of(run)) == PLAN
    control.rewind(run.folder)
    assert current(run) == dataclasses.replace(PLAN, speed="full")


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_speed_is_found_again(run: LiveRun, speed: str) -> None:
    control.set_pace(run.folder, dataclasses.replace(PLAN, speed=speed).pace)
    assert current(run).speed == speed


def test_a_pace_that_is_none_of_the_list_is_the_first_one(run: LiveRun) -> None:
    control.set_pace(run.folder, 7.7)
    assert current(run).speed == "10"


# what is spoilt or gone
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "[]", "{", '{"plan": 3}', "{}", '{"plan": null}'])
def test_a_spoilt_plan_is_one_line(run: LiveRun, content: str) -> None:
    (run.folder / RUN).write_text(content)
    with pytest.raises(UserError) as told:
        live_runs.plan_of(run)
    assert "\n" not in str(told.value)


def test_values_that_no_plan_has_are_repaired(run: LiveRun) -> None:
    kept = json.loads((run.folder / RUN).read_text())
    kept["plan"] |= {"beta": -5, "data": "cats", "steps": 10**15, "unknown": 1}
    (run.folder / RUN).write_text(json.dumps(kept))
    plan = read(live_runs.plan_of(run))
    assert (plan.data, plan.seed) == ("mnist-5k", PLAN.seed)
    plan.settings()


def test_a_spoilt_control_file_is_one_line(run: LiveRun) -> None:
    (run.folder / control.CONTROL).write_text("{")
    for request in (current, lambda run: control.pause(run.folder)):
        with pytest.raises(UserError) as told:
            request(run)
        assert "\n" not in str(told.value)


def test_a_look_at_a_run_that_is_gone_is_no_error(run: LiveRun, tmp_path: Path) -> None:
    live_runs.watched(run)
    assert (run.folder / control.WATCH).exists()
    live_runs.watched(LiveRun(tmp_path / "gone"))
    assert not (tmp_path / "gone").exists()


def test_a_plan_that_cannot_be_trained_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        create(Plan(schedule="cyclical", warmup=0), tmp_path)
    assert list(tmp_path.iterdir()) == []
