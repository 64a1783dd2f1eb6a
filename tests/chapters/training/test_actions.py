"""What the buttons and sliders do to a run: each action in each state, and what is said when it
can't be done.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.chapters.training.desk import PLAN, Desk, create, moved, tab
from vaeviz import checkpoints
from vaeviz.chapters.training import actions
from vaeviz.chapters.training.actions import ACTIONS
from vaeviz.chapters.training.plan import SPEEDS, Plan
from vaeviz.chapters.training.session import current
from vaeviz.chapters.training.transport import STATES
from vaeviz.checkpoints import KEPT
from vaeviz.config import UserError
from vaeviz.runs.folder import control
from vaeviz.runs.folder.control import Control
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.registry import Registry
from vaeviz.serve import live_runs
from vaeviz.serve import runs as served
from vaeviz.serve.live_runs import LiveRun

LIVE_STATES = [state for state in get_args(runs.State) if state != "starting"]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Runs and kept models in a folder of the test's, and one worker without a process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vaeviz.runs.queue.registry.TICK", 0.0)
    return Desk().serve(monkeypatch)


def wishes(run: LiveRun) -> Control:
    return control.read(run.folder)


def folders() -> set[str]:
    return {folder.name for folder in live_runs.FOLDER.glob("*")}


# the disk
# ------------------------------------------------------------------------------------------------


def taken() -> int:
    return sum(f.stat().st_size for f in live_runs.FOLDER.rglob("*") if f.is_file())


@pytest.mark.parametrize("ending", ["parked", "stopped"])
def test_a_hundred_starts_and_stops_in_a_row_keep_to_the_limit(
    ending: runs.State, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_runs, "LIMIT", 1_000_000)
    mine = tab()
    for _ in range(100):
        mine = mine.act("start")
        assert mine.run, mine.note
        (mine.run.folder / "snapshot-1.bin").write_bytes(bytes(100_000))
        mine.act("stop") if ending == "stopped" else desk.registry.park(mine.run.folder)
        runs.conclude(mine.run.folder, ending)
        desk.workers[mine.run.folder].code = 0
        desk.registry.tick()
        assert taken() <= live_runs.LIMIT
        assert mine.run.link in folders()  # the newest stays


def test_one_session_cannot_keep_all_the_models(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SHARE", 3)
    mine = tab(desk.run("done"), PLAN)
    for name in ("one", "two", "three"):
        assert mine.act("keep", name).note.startswith("Kept")
    assert not mine.act("keep", "four").note.startswith("Kept")
    assert tab(desk.run("done"), PLAN, "another").act("keep", "four").note.startswith("Kept")
    for end in (".json", ".safetensors"):
        (KEPT / f"two{end}").unlink()
    assert mine.act("keep", "five").note.startswith("Kept")


# every action in every state
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "name"), [(s, name) for s in get_args(runs.State) for name in STATES[s][1]], ids=str
)
def test_what_the_board_offers_can_be_done(state: runs.State, name: str, desk: Desk) -> None:
    held = tab(desk.run(state), PLAN)
    after = held.act(name, {"speed": "10", "keep": "mine"}.get(name))
    assert not after.note or after.note.startswith("Kept as mine")
    assert (after.run == held.run) == (name != "start")


@pytest.mark.parametrize("state", get_args(runs.State))
def test_whatever_is_asked_in_whatever_state_there_is_one_line_at_most(
    state: runs.State, desk: Desk
) -> None:
    held = tab(desk.run(state), PLAN)
    for name in (*ACTIONS, "start", "jump", "__class__", ""):
        for value in (None, "", "full", 3, [], {"x": 1}, "a" * 500):
            held = held.act(name, value)
            assert "\n" not in held.note
            assert len(held.note) < 250


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_who_only_watches_changes_nothing_and_is_told(name: str, desk: Desk) -> None:
    run = desk.run("running")
    watcher, before = tab(LiveRun(run.folder), session="you"), sorted(run.folder.iterdir())
    after = watcher.act(name, "10")
    assert "watching" in after.note
    assert (after.run, after.plan) == (watcher.run, watcher.plan)
    assert wishes(run) == Control()
    assert sorted(run.folder.iterdir()) == before


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_without_a_run_there_is_nothing_to_do(name: str, desk: Desk) -> None:
    after = tab().act(name, "10")
    assert (after.run, after.plan, after.note) == (None, PLAN, "")
    assert folders() == set()


# start
# ------------------------------------------------------------------------------------------------


def test_start_makes_a_run_of_the_plan_and_puts_it_in_the_queue(desk: Desk) -> None:
    after = tab(None, moved(PLAN, beta=3.0)).act("start")
    assert after.run is not None
    assert (after.run.owner, after.note) == (True, "")
    assert live_runs.plan_of(after.run)["beta"] == 3.0
    assert desk.launched == [after.run.folder]
    assert live_runs.find(after.run.key) == after.run


@pytest.mark.parametrize(("state", "asked"), [("running", runs.PARK), ("paused", runs.PARK)])
def test_a_new_start_parks_the_run_before(state: runs.State, asked: str, desk: Desk) -> None:
    before = desk.run(state)
    after = tab(before, PLAN).act("start")
    assert after.run not in (None, before)
    assert desk.workers[before.folder].asked == asked
    runs.conclude(before.folder, "parked")
    desk.workers[before.folder].code = 0
    desk.registry.tick()
    assert after.run is not None
    assert desk.registry.status(after.run.folder).state == "running"
    assert desk.registry.status(before.folder).state == "parked"


def test_a_new_start_takes_ones_own_run_out_of_the_queue(desk: Desk) -> None:
    before = desk.run("queued")
    after = tab(before, PLAN).act("start")
    assert after.run is not None
    assert desk.registry.place(before.folder) is None
    assert desk.registry.place(after.run.folder) == 1


@pytest.mark.parametrize("state", ["done", "stopped", "failed", "parked"])
def test_a_new_start_leaves_what_rests_as_it_is(state: runs.State, desk: Desk) -> None:
    before = desk.run(state)
    kept = {file.name: file.read_bytes() for file in before.folder.iterdir()}
    tab(before, PLAN).act("start")
    assert {file.name: file.read_bytes() for file in before.folder.iterdir()} == kept


def test_who_watches_starts_a_run_beside_the_other_one(desk: Desk) -> None:
    theirs = desk.run("running", session="them")
    after = tab(LiveRun(theirs.folder), PLAN).act("start")
    assert after.run is not None
    assert after.run.owner
    assert desk.workers[theirs.folder].asked == ""
    assert desk.registry.place(after.run.folder) == 1


def test_the_lecturer_s_start_makes_room(desk: Desk) -> None:
    theirs = desk.busy()
    tab(local=True).act("start")
    assert desk.workers[theirs.folder].asked == runs.PARK


def test_start_again_and_again_never_meets_the_quota(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The runs of a session are parked, and parked ones no longer count."""
    Desk(workers=4).serve(monkeypatch)
    held = tab(None, PLAN)
    for _ in range(6):
        held = held.act("start")
        assert held.note == ""


def test_a_start_that_is_refused_leaves_nothing_behind(desk: Desk) -> None:
    for _ in range(3):  # the Explorer's, say
        desk.registry.submit(create().folder, "me")
    held, before = tab(desk.run("done"), PLAN), folders()
    after = held.act("start")
    assert "3 of your runs are unfinished" in after.note
    assert (after.run, after.plan) == (held.run, held.plan)
    assert folders() == before


def test_a_worker_that_cannot_be_had_is_one_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(folder: Path, until_flat: bool) -> Any:
        raise UserError(
            "the training worker cannot be started (No such file): install vaeviz again"
        )

    monkeypatch.setattr(served, "REGISTRY", Registry(1, launch=none))
    after = tab().act("start")
    assert (
        after.note == "the training worker cannot be started (No such file): install vaeviz again."
    )
    assert (after.run, folders()) == (None, set())


# play, pause, step, rewind, stop
# ------------------------------------------------------------------------------------------------


def test_pause_and_play(desk: Desk) -> None:
    held = tab(desk.run("running"), PLAN)
    assert held.run is not None
    held.act("pause")
    assert wishes(held.run) == Control(paused=True)
    held.act("play")
    assert wishes(held.run) == Control(paused=False, plays=1)
    assert len(desk.launched) == 1  # it has a worker


@pytest.mark.parametrize("state", ["parked", "interrupted", "stopped", "failed", "cancelled"])
def test_play_gives_a_resting_run_a_worker(state: runs.State, desk: Desk) -> None:
    run = desk.run(state)
    control.pause(run.folder)
    assert tab(run, PLAN).act("play").note == ""
    assert desk.launched == [run.folder]
    assert not wishes(run).paused


def test_a_step_rests_and_counts(desk: Desk) -> None:
    run = desk.run("paused")
    for k in (1, 2):
        tab(run, PLAN).act("step")
        assert wishes(run) == Control(paused=True, single=k)
    assert len(desk.launched) == 1


def test_a_step_of_a_run_parked_brings_it_back(desk: Desk) -> None:
    run = desk.run("parked")
    tab(run, PLAN).act("step")
    assert desk.launched == [run.folder]


def test_rewind_puts_the_run_and_the_sliders_back_and_nothing_else(desk: Desk) -> None:
    run = desk.run("running")
    control.move(run.folder, beta=9.0, sigma2=0.5, learning_rate=0.1)
    later = moved(PLAN, beta=9.0, sigma2=0.5, learning_rate=0.1, latent=5, show="z", seed=3)
    after = tab(run, later).act("rewind")
    assert wishes(run) == Control(paused=True, rewinds=1)
    assert after.plan == moved(PLAN, latent=5, show="z", seed=3)
    assert current(run) == PLAN
    after.act("rewind")
    assert wishes(run).rewinds == 2


def test_rewind_of_a_finished_run_gives_it_a_worker(desk: Desk) -> None:
    run = desk.run("done")
    assert tab(run, PLAN).act("rewind").note == ""
    assert desk.launched == [run.folder]


def test_stop_reaches_the_worker(desk: Desk) -> None:
    run = desk.run("running")
    tab(run, PLAN).act("stop")
    assert desk.workers[run.folder].asked == runs.CANCEL


def test_stop_frees_the_place_in_the_queue(desk: Desk) -> None:
    run = desk.run("queued")
    behind = create()
    desk.registry.submit(behind.folder, "them")
    assert desk.registry.place(behind.folder) == 2
    tab(run, PLAN).act("stop")
    assert desk.registry.status(run.folder).state == "stopped"
    assert desk.registry.place(behind.folder) == 1


# speed, sliders, keep
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_speed_is_in_the_plan_and_before_the_worker(speed: str, desk: Desk) -> None:
    run = desk.run("running", moved(PLAN, speed="50"))
    after = tab(run, moved(PLAN, speed="50")).act("speed", speed)
    assert after.plan.speed == speed
    assert wishes(run).pace == after.plan.pace


@pytest.mark.parametrize("value", [None, "", "slow", 50, -1, [], {}, "9" * 99, True])
def test_a_speed_that_is_none_is_a_note(value: Any, desk: Desk) -> None:
    held = tab(desk.run("running"), PLAN)
    after = held.act("speed", value)
    assert "choose one of the list" in after.note
    assert (after.run, after.plan) == (held.run, held.plan)
    assert held.run is not None
    assert wishes(held.run) == Control()


def test_only_sliders_that_moved_move_the_run(desk: Desk) -> None:
    run = desk.run("running")
    page = tab(run)
    assert page.look(moved(PLAN, latent=9, show="z", steps=700)).note == ""
    assert wishes(run) == Control()
    assert page.look(moved(PLAN, beta=2.0)).note == ""
    assert wishes(run) == Control(beta=2.0)
    page.look(moved(PLAN, beta=2.0, sigma2=0.3, learning_rate=0.01))
    assert wishes(run) == Control(beta=2.0, sigma2=0.3, learning_rate=0.01)
    page.look(moved(PLAN, sigma2=0.3, learning_rate=0.01))  # back where it was is a move too
    assert wishes(run).beta == PLAN.beta


def test_a_slider_that_a_rewind_put_back_is_no_move(desk: Desk) -> None:
    run = desk.run("running")
    page = tab(run).look(moved(PLAN, beta=2.0)).act("rewind")
    assert page.look(page.plan).plan.beta == PLAN.beta
    assert wishes(run) == Control(paused=True, rewinds=1)


def test_the_sliders_of_a_new_run_stand_where_it_began(desk: Desk) -> None:
    page = tab(desk.run("done"), moved(PLAN, beta=5.0)).act("start")
    page.look(page.plan)
    assert page.run is not None
    assert wishes(page.run) == Control()


def test_sliders_of_who_only_watches_move_nothing(desk: Desk) -> None:
    run = desk.run("running")
    for watcher in (tab(LiveRun(run.folder)), tab()):
        assert watcher.look(moved(PLAN, beta=9.0)).note == ""
    assert wishes(run) == Control()


def test_sliders_that_do_not_reach_the_run_are_told(desk: Desk) -> None:
    run = desk.run("running")
    (run.folder / control.CONTROL).write_text("{")
    after = tab(run).look(moved(PLAN, beta=9.0))
    assert after.note.startswith("The sliders did not reach the run")
    assert after.plan.beta == 9.0
    assert "\n" not in after.note


@pytest.mark.parametrize("state", ["running", "paused", "parked", "queued"])
def test_nothing_is_kept_before_there_is_a_model(state: runs.State, desk: Desk) -> None:
    after = tab(desk.run(state), PLAN).act("keep", "mine")
    assert "no model yet" in after.note
    assert not checkpoints.KEPT.exists()


def test_a_finished_run_is_kept_under_the_name_given(desk: Desk) -> None:
    held = tab(desk.run("done"), PLAN)
    after = held.act("keep", "  mine ")
    assert after.note == "Kept as mine: see the Explorer's list of models."
    loaded = checkpoints.load(checkpoints.KEPT / "mine")
    assert loaded.manifest.settings["latent"] == 2
    again = after.act("keep", "mine")
    assert "choose another name" in again.note


def test_twins_are_kept_side_by_side(desk: Desk) -> None:
    plan = moved(PLAN, twin="beta", other="4")
    after = tab(desk.run("stopped", plan), plan).act("keep", "pair")
    assert after.note.startswith("Kept as pair and pair-2:")
    betas = [
        checkpoints.load(checkpoints.KEPT / n).manifest.settings["beta"] for n in ("pair", "pair-2")
    ]
    assert betas == [1.0, 4.0]


def test_of_a_kept_masked_decoder_the_note_promises_no_place_in_the_explorer(desk: Desk) -> None:
    for plan in (moved(PLAN, decoder="masked"), moved(PLAN, twin="decoder", other="masked")):
        after = tab(desk.run("done", plan), plan).act("keep", f"strong-{plan.twin}")
        assert after.note.endswith("the Explorer lists only those whose decoder sees no pixels.")


def test_twins_are_kept_both_or_neither(desk: Desk) -> None:
    plan = moved(PLAN, twin="beta", other="4")
    tab(desk.run("done"), PLAN).act("keep", "pair-2")
    after = tab(desk.run("done", plan), plan).act("keep", "pair")
    assert "pair-2 is there already" in after.note
    assert sorted(file.name for file in checkpoints.KEPT.iterdir()) == [
        "pair-2.json",
        "pair-2.safetensors",
    ]


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "   ",
        "..",
        "../mine",
        "/tmp/mine",
        "a/b",
        "mine.pt",
        "x" * 300,
        "a\nb",
        7.5,
        ["mine"],
    ],
)
def test_a_name_that_cannot_be_is_a_note(name: Any, desk: Desk, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if "live" not in path.parts}
    after = tab(desk.run("done"), PLAN).act("keep", name)
    if name == 7.5:  # a name like any other, once it is text
        assert after.note.startswith("Kept as 7.5")
        return
    assert after.note
    assert "Kept as" not in after.note
    assert "\n" not in after.note
    assert {p for p in tmp_path.rglob("*.json") if "live" not in p.parts} <= before


# a disk that is full, a folder that can't be written
# -------------------------------------------------------


def test_a_folder_in_the_way_is_one_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    held = tab(None, PLAN)
    after = held.act("start")
    assert after.note.startswith("Runs cannot be written")
    assert "make their folder writable" in after.note
    assert "\n" not in after.note
    assert (after.run, after.plan) == (None, PLAN)


@pytest.mark.parametrize("name", ["play", "pause", "step", "rewind", "speed"])
def test_a_full_disk_is_one_line_and_changes_nothing(
    name: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    held = tab(desk.run("paused"), PLAN)
    monkeypatch.setattr(control, "write", full)
    after = held.act(name, "10")
    if name != "pause" or after.note:
        assert "No space left on device" in after.note
        assert "free some space" in after.note
    assert (after.run, after.plan) == (held.run, held.plan)


def test_a_run_that_is_gone_is_one_line(desk: Desk) -> None:
    held = tab(LiveRun(live_runs.FOLDER / "gone", "key-of-the-one-gone"), PLAN)
    for name in ("play", "step", "rewind"):
        after = held.act(name)
        assert after.note
        assert "\n" not in after.note
    assert isinstance(held.plan, Plan)
