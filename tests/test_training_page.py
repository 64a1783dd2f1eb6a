"""The page "Training" as Streamlit runs it: it opens whatever the link says, and obeys each action
once.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests import app_page
from tests.app_page import TRAINING
from tests.chapters.training.desk import Desk
from tests.figures.learners import frame, learner
from vaeviz.chapters.training.plan import Plan
from vaeviz.live.message import unpack
from vaeviz.runs.folder import control, frame_file
from vaeviz.runs.queue import launch as runs
from vaeviz.serve import live_runs, probes
from vaeviz.serve.live_runs import LiveRun
from vaeviz.ui import page as ui_page

PLAN = Plan(data="digits", widths="64", latent=4, steps=3000)
PANELS = {"map", "loss", "rate", "heat", "grads", "recon", "samples"}


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A folder of the test's own, and a registry that starts no process."""
    monkeypatch.chdir(tmp_path)
    with app_page.apart(tmp_path, monkeypatch):
        yield Desk().serve(monkeypatch)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the browser says; it is read at every run of the page."""
    said: dict[str, Any] = {}
    monkeypatch.setattr(ui_page, "state", lambda chapter: dict(said))
    return said


page, shown = TRAINING.opened, TRAINING.shown


def framed(run: LiveRun, step: int = 100) -> LiveRun:
    """The run with a frame of its model."""
    frame_file.write(run.folder, frame(learner(count=359, step=step)))
    return run


def stored_examples() -> None:
    """Waits for those that the stored run is drawn of."""
    assert probes.probe("mnist-5k", patience=120)


# opening
# ------------------------------------------------------------------------------------------------


def test_it_opens_without_a_run_and_makes_none(tmp_path: Path, desk: Desk) -> None:
    stored_examples()
    header = shown(page())
    assert header["transport"]["state"] == "stored"
    assert "start" in header["transport"]["can"]
    assert (set(header["panels"]), header["notes"], header["empty"]) == (PANELS, [], "")
    assert header["again"] > 0
    assert (header["changed"], header["link"]) == ([], header["address"])
    assert "run=" not in header["link"]
    assert len(header["scenes"]) >= 4
    assert not (tmp_path / "runs").exists()
    assert desk.launched == []


def test_the_url_is_the_plan(desk: Desk) -> None:
    header = shown(page(data="moons", widths="64", beta="2.5", twin="beta", other="4", speed="10"))
    wanted = {
        "data": "moons",
        "widths": "64",
        "beta": 2.5,
        "twin": "beta",
        "other": "4",
        "speed": "10",
    }
    assert header["settings"].items() >= wanted.items()
    assert header["notes"] == []
    again = shown(page(**dict(part.split("=") for part in header["address"][1:].split("&"))))
    assert again["settings"] == header["settings"]


WILD: list[dict[str, str]] = [
    {
        "data": "<script>alert(1)</script>",
        "beta": "nan",
        "latent": "1e400",
        "seed": "\x00",
        "batch": "-1",
    },
    {
        "beta": "",
        "sigma2": "0",
        "learning_rate": "1e999",
        "steps": "٣",
        "warmup": "1.5",
        "free_bits": "-0",
    },
    {"architecture": "conv", "data": "three-gaussians", "widths": "16-32"},
    {"architecture": "conv", "widths": "64"},
    {"widths": "99999"},
    {"latent": "0", "i": "99", "j": "99"},
    {"twin": "sigma2", "likelihood": "bernoulli"},
    {"twin": "model", "other": "vae"},
    {"other": "x" * 5000},
    {"twin": "beta", "other": "nan"},
    {"twin": "__class__", "other": "`$[]"},
    {"speed": "1e9", "show": "💥"},
    {"model": "ae", "free_bits": "5", "schedule": "cyclical", "warmup": "200000", "steps": "100"},
    {"likelihood": "categorical", "data": "moons"},
    {"a": "99999999999999999999", "b": "-1"},
    {"unknown": "1", "run": ""},
    {"a" * 300: "b" * 300},
]


@pytest.mark.parametrize("query", WILD, ids=range(len(WILD)))
def test_it_opens_whatever_the_url_says(query: dict[str, str], desk: Desk) -> None:
    header = shown(page(**query))
    plan = Plan(**header["settings"])
    plan.settings()
    assert not [c for note in header["notes"] for c in "<>&`$[]" if c in note]
    assert all(len(note) < 300 for note in header["notes"])
    assert desk.launched == []


@pytest.mark.parametrize(
    "link",
    [
        "abcdefghijklmnopqrst",
        "",
        "../../etc/passwd",
        "x" * 5000,
        "ß" * 30,
        "<b>",
        "\x00",
        "a\nb",
        "%00",
    ],
    ids=range(9),
)
def test_a_link_to_no_run_is_a_line_and_the_plan_stays(link: str) -> None:
    header = shown(page(run=link, beta="2"))
    assert header["settings"]["beta"] == 2.0
    (note,) = header["notes"]
    assert "no run behind this link" in note
    assert "stored run is shown" in note
    assert header["transport"]["state"] == "stored"
    assert "beta" in header["changed"]
    assert "run=" not in header["address"]


# a run
# ------------------------------------------------------------------------------------------------


def test_the_key_opens_the_run_to_steer_and_the_name_to_watch(desk: Desk) -> None:
    run = framed(desk.run("running", PLAN))
    owner, watcher, stranger = shown(page(run=run.key)), shown(page(run=run.link)), shown(page())
    for header in (owner, watcher):
        assert set(header["panels"]) == PANELS
        assert header["transport"]["state"] == "running"
        assert header["link"] == f"?run={run.link}"
        assert header["again"]
    assert (owner["transport"]["owner"], watcher["transport"]["owner"]) == (True, False)
    assert (owner["address"], watcher["address"]) == (f"?run={run.key}", f"?run={run.link}")
    assert run.key not in str(watcher)
    assert run.link not in str(stranger)


def test_a_run_is_found_with_its_sliders_where_they_stood(desk: Desk) -> None:
    run = desk.run("paused", PLAN)
    control.move(run.folder, beta=0.5)
    control.set_pace(run.folder, 10.0)
    header = shown(page(run=run.key))
    assert header["settings"] == {**header["settings"], "beta": 0.5, "latent": 4, "speed": "10"}
    assert header["changed"] == []
    assert (header["empty"], header["panels"]) != ("", None)


def test_a_frame_that_the_browser_holds_is_not_sent_again(
    desk: Desk, browser: dict[str, Any]
) -> None:
    run, held = framed(desk.run("running", PLAN)), dict[str, Any]()
    app = page(run=run.key)
    first = shown(app, held)
    browser.update(seq=1, settings=first["settings"], held=list(held))
    (proto,) = TRAINING.mounted(app)
    whole = len(proto.bytes)
    again = shown(app.run(), held)
    (proto,) = TRAINING.mounted(app)
    assert len(proto.bytes) < whole / 5
    assert (set(again["panels"]), again["frame"]) == (PANELS, first["frame"])
    framed(run, step=101)
    newer = shown(app.run(), held)
    assert (set(newer["panels"]), newer["frame"] == first["frame"]) == (PANELS, False)


def test_a_look_reads_the_run_s_plan_once(
    desk: Desk, browser: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(run=framed(desk.run("running", PLAN)).key)
    browser.update(seq=1, settings=shown(app)["settings"])
    read, files = live_runs.read_json, list[str]()
    monkeypatch.setattr(
        live_runs, "read_json", lambda path: (files.append(path.name), read(path))[1]
    )
    shown(app.run())
    assert files == [runs.RUN]


def test_an_action_is_done_once_however_often_it_is_read(
    desk: Desk, browser: dict[str, Any]
) -> None:
    app = page(run=desk.run("paused", PLAN).key)
    folder = desk.launched[-1]
    browser.update(seq=1, actions=[{"id": 1, "name": "step"}])
    for _ in range(3):
        assert shown(app.run())["done"] == 1
    assert control.read(folder).single == 1
    browser.update(seq=2, actions=[{"id": 1, "name": "step"}, {"id": 2, "name": "step"}])
    assert shown(app.run())["done"] == 2
    assert control.read(folder).single == 2


def test_start_gives_the_session_a_run_and_an_address_that_nobody_else_sees(
    desk: Desk, browser: dict[str, Any]
) -> None:
    app = page(widths="64", latent="4")
    browser.update(seq=1, settings=shown(app)["settings"], actions=[{"id": 1, "name": "start"}])
    header = shown(app.run())
    assert header["transport"]["state"] == "running"
    assert header["transport"]["owner"]
    (folder,) = desk.launched
    found = live_runs.find(header["address"].removeprefix("?run="))
    assert found is not None
    assert (found.folder, found.owner) == (folder, True)
    browser.clear()
    assert shown(page())["transport"]["state"] == "stored"


def test_a_slider_moves_the_run_and_a_setting_waits_for_the_next(
    desk: Desk, browser: dict[str, Any]
) -> None:
    run = framed(desk.run("running", PLAN))
    app = page(run=run.key)
    browser.update(seq=1, settings={**shown(app)["settings"], "beta": 7.0, "latent": 9})
    header = shown(app.run())
    assert control.read(run.folder).beta == 7.0
    assert header["changed"] == ["latent"]
    assert live_runs.plan_of(run)["latent"] == 4


def test_a_message_asks_once_however_often_it_is_read(desk: Desk, browser: dict[str, Any]) -> None:
    """Streamlit runs the page again with the old message, when its theme changes, say."""
    run = framed(desk.run("running", PLAN))
    app = page(run=run.key)
    browser.update(seq=1, settings={**shown(app)["settings"], "beta": 7.0, "widths": "64-64"})
    shown(app.run())
    browser.update(seq=2, actions=[{"id": 1, "name": "rewind"}])
    for _ in range(3):
        header = shown(app.run())
        assert (header["settings"]["beta"], header["settings"]["widths"]) == (1.0, "64-64")
        assert control.read(run.folder).beta is None
    browser.update(seq=3)
    assert shown(app.run())["settings"]["beta"] == 7.0


def test_who_only_watches_moves_nothing(desk: Desk, browser: dict[str, Any]) -> None:
    run = framed(desk.run("running", PLAN))
    before = control.read(run.folder)
    app = page(run=run.link)
    names = ("pause", "step", "rewind", "stop", "keep", "speed")
    actions = [{"id": k, "name": name, "value": "10"} for k, name in enumerate(names, 1)]
    browser.update(seq=1, settings={**shown(app)["settings"], "beta": 7.0}, actions=actions)
    header = shown(app.run())
    assert "watching" in " ".join(header["notes"])
    assert control.read(run.folder) == before
    assert desk.workers[run.folder].asked == ""


@pytest.mark.parametrize(
    "said",
    [
        {
            "seq": "<b>",
            "settings": {"beta": float("nan"), "latent": [1], "data": {"x": 1}, "steps": 10**400},
        },
        {"seq": None, "settings": "text", "actions": "start", "frame": 3, "theme": "pink"},
        {
            "settings": [1, 2],
            "actions": [1, None, "x", {}, {"id": "1", "name": "start"}, {"id": 2}],
        },
        {
            "actions": [{"id": 10**30, "name": ["start"]}, {"id": True, "name": None}],
            "frame": [1, 30],
        },
        {
            "actions": [
                {"id": k, "name": name, "value": [{}]} for k, name in enumerate(("keep", "speed"))
            ]
        },
    ],
    ids=range(5),
)
def test_whatever_the_browser_sends_the_page_goes_on(
    said: dict[str, Any], desk: Desk, browser: dict[str, Any]
) -> None:
    run = framed(desk.run("running", PLAN))
    for query in ({}, {"run": run.key}):
        app = page(**query)
        browser.update(said)
        assert shown(app.run())["settings"]["beta"] == 1.0
        browser.clear()


def test_a_page_that_finds_another_server_finds_its_run(
    desk: Desk, browser: dict[str, Any]
) -> None:
    """Its address is that of the run which it started, whatever it was opened with."""
    app = page(beta="2", latent="4")
    browser.update(seq=1, settings=shown(app)["settings"], actions=[{"id": 1, "name": "start"}])
    first = shown(app.run())
    assert first["address"] == f"?run={app.query_params['run']}"
    browser.update(seq=9, settings={**first["settings"], "latent": 7})
    other = shown(page(run=app.query_params["run"]))
    assert other["address"] == first["address"] + "&latent=7"  # which waits for the next start
    assert other["transport"]["owner"]
    assert (other["settings"]["beta"], other["changed"]) == (2.0, ["latent"])
    assert (other["done"], len(desk.launched)) == (1, 1)  # nothing is done twice


def test_what_was_said_of_an_action_goes_with_the_next(desk: Desk, browser: dict[str, Any]) -> None:
    app = page(run=desk.run("running", PLAN).link)
    settings = shown(app)["settings"]
    browser.update(seq=1, settings=settings, actions=[{"id": 1, "name": "pause"}])
    assert "watching" in one_line(app.run())
    browser.update(seq=2, actions=[{"id": 2, "name": "start"}])
    assert shown(app.run())["notes"] == []


def test_the_runs_that_a_tab_saw_are_remembered_newest_first(desk: Desk) -> None:
    links = [desk.run("done", PLAN).link for _ in range(2)]
    app = page(run=links[0])
    app.query_params["run"] = links[1]
    app.run()
    assert app.session_state["vaeviz-visitor"].runs == links[::-1]


# trouble
# ------------------------------------------------------------------------------------------------


def one_line(app: AppTest) -> str:
    """All that the page says, in its notes or as an error; it must be no exception."""
    assert not app.exception
    notes = [note for proto in TRAINING.mounted(app) for note in unpack(proto.bytes)["notes"]]
    said = [*notes, *(error.value for error in app.error)]
    assert len(said) == 1
    assert "\n" not in said[0]
    return said[0]


@pytest.mark.parametrize("name", [runs.RUN, control.CONTROL, runs.PROGRESS])
@pytest.mark.parametrize("content", ["", "{", "[]", '{"state": "x"}'])
def test_a_spoilt_file_of_the_run_is_one_line(name: str, content: str, desk: Desk) -> None:
    run = framed(desk.run("done", PLAN))
    (run.folder / name).write_text(content)
    assert one_line(page(run=run.key))


def test_a_run_that_goes_while_it_is_watched_is_one_line_and_a_new_one_can_start(
    desk: Desk, browser: dict[str, Any]
) -> None:
    stored_examples()
    run = framed(desk.run("done", PLAN))
    app = page(run=run.key)
    browser.update(seq=1, settings=shown(app)["settings"])
    shutil.rmtree(run.folder)
    assert "This run is gone" in one_line(app.run())
    header = shown(app)
    assert (header["transport"]["state"], header["settings"]["latent"]) == ("stored", 4)
    assert set(header["panels"]) == PANELS
    browser.update(seq=2, actions=[{"id": 1, "name": "start"}])
    assert shown(app.run())["transport"]["state"] == "running"


@pytest.mark.parametrize("content", [b"", b"frame", b"\x80\x04pickle"])
def test_a_spoilt_frame_is_no_frame(content: bytes, desk: Desk) -> None:
    stored_examples()
    run = desk.run("running", PLAN)
    (run.folder / frame_file.FRAME).write_bytes(content)
    header = shown(page(run=run.key))
    assert (header["empty"], header["readouts"]) == ("Training.", [])
    assert set(header["panels"]) == PANELS  # of the stored run, faded


def test_a_failed_run_says_why(desk: Desk) -> None:
    run = desk.run("failed", PLAN)
    runs.conclude(run.folder, "failed", "data set mnist could not be downloaded: choose another")
    assert one_line(page(run=run.key)) == "data set mnist could not be downloaded: choose another."


def test_a_disk_that_cannot_be_written_is_one_line(tmp_path: Path, browser: dict[str, Any]) -> None:
    (tmp_path / "runs").write_text("a file is in the way")
    app = page()
    browser.update(seq=1, actions=[{"id": 1, "name": "start"}])
    line = one_line(app.run())
    assert "cannot be written" in line
    assert shown(app)["transport"]["state"] == "stored"


def test_without_a_network_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    app_page.offline(monkeypatch)
    assert "could not be downloaded" in one_line(page(data="mnist"))
