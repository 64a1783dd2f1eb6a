"""What a hand does to a run: each action in each state, sliders, and what is told when it can't be
done.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.ui.training.live_hand import PLAN, Desk, moved
from vaeviz import checkpoints
from vaeviz.config import UserError
from vaeviz.runs.folder import control
from vaeviz.runs.folder.control import Control
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.registry import Registry
from vaeviz.ui.training import live_runs
from vaeviz.ui.training.hand import _ACTIONS, Hand, Held, act, slid
from vaeviz.ui.training.live_runs import LiveRun
from vaeviz.ui.training.settings import SPEEDS, Plan
from vaeviz.ui.training.transport import _CAN

LIVE_STATES = [state for state in get_args(runs.State) if state != "starting"]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Runs and kept models in a folder of the test's, and one worker without a process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Registry, "_look_after", lambda self: None)
    monkeypatch.setattr("vaeviz.runs.queue.registry.TICK", 0.0)
    return Desk()


def wishes(run: LiveRun) -> Control:
    return control.read(run.folder)


def folders() -> set[str]:
    return {folder.name for folder in live_runs.FOLDER.glob("*")}


# every action in every state
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "name"), [(s, name) for s in get_args(runs.State) for name in _CAN[s]], ids=str
)
def test_what_the_board_offers_can_be_done(state: runs.State, name: str, desk: Desk) -> None:
    held = Held(desk.run(state), PLAN)
    after = act(desk.hand(), held, name, {"speed": "10", "keep": "mine"}.get(name))
    assert not after.note or after.note.startswith("Kept as mine")
    assert (after.run == held.run) == (name != "start")


@pytest.mark.parametrize("state", get_args(runs.State))
def test_whatever_is_asked_in_whatever_state_there_is_one_line_at_most(
    state: runs.State, desk: Desk
) -> None:
    held = Held(desk.run(state), PLAN)
    for name in (*_ACTIONS, "start", "jump", "__class__", ""):
        for value in (None, "", "full", 3, [], {"x": 1}, "a" * 500):
            held = act(desk.hand(), held, name, value)
            assert "\n" not in held.note
            assert len(held.note) < 250


@pytest.mark.parametrize("name", sorted(_ACTIONS))
def test_who_only_watches_changes_nothing_and_is_told(name: str, desk: Desk) -> None:
    run = desk.run("running")
    watcher, before = Held(LiveRun(run.folder), PLAN), sorted(run.folder.iterdir())
    after = act(desk.hand("you"), watcher, name, "10")
    assert "watching" in after.note
    assert (after.run, after.plan) == (watcher.run, watcher.plan)
    assert wishes(run) == Control()
    assert sorted(run.folder.iterdir()) == before


@pytest.mark.parametrize("name", sorted(_ACTIONS))
def test_without_a_run_there_is_nothing_to_do(name: str, desk: Desk) -> None:
    assert act(desk.hand(), Held(None, PLAN), name, "10") == Held(None, PLAN)
    assert folders() == set()


# start
# ------------------------------------------------------------------------------------------------


def test_start_makes_a_run_of_the_plan_and_puts_it_in_the_queue(desk: Desk) -> None:
    after = act(desk.hand(), Held(None, moved(PLAN, beta=3.0), "old note"), "start")
    assert after.run is not None
    assert (after.run.owner, after.note) == (True, "")
    assert live_runs.plan_of(after.run).beta == 3.0
    assert desk.launched == [after.run.folder]
    assert live_runs.find(after.run.key) == after.run


@pytest.mark.parametrize(("state", "asked"), [("running", runs.PARK), ("paused", runs.PARK)])
def test_a_new_start_lays_ones_own_run_aside(state: runs.State, asked: str, desk: Desk) -> None:
    before = desk.run(state)
    after = act(desk.hand(), Held(before, PLAN), "start")
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
    after = act(desk.hand(), Held(before, PLAN), "start")
    assert after.run is not None
    assert desk.registry.place(before.folder) is None
    assert desk.registry.place(after.run.folder) == 1


@pytest.mark.parametrize("state", ["done", "stopped", "failed", "parked"])
def test_a_new_start_leaves_what_rests_as_it_is(state: runs.State, desk: Desk) -> None:
    before = desk.run(state)
    kept = {file.name: file.read_bytes() for file in before.folder.iterdir()}
    act(desk.hand(), Held(before, PLAN), "start")
    assert {file.name: file.read_bytes() for file in before.folder.iterdir()} == kept


def test_who_watches_starts_a_run_beside_the_other_one(desk: Desk) -> None:
    theirs = desk.run("running", session="them")
    after = act(desk.hand(), Held(LiveRun(theirs.folder), PLAN), "start")
    assert after.run is not None
    assert after.run.owner
    assert desk.workers[theirs.folder].asked == ""
    assert desk.registry.place(after.run.folder) == 1


def test_the_lecturer_s_start_makes_room(desk: Desk) -> None:
    theirs = desk.busy()
    act(desk.hand(first=True), Held(None, PLAN), "start")
    assert desk.workers[theirs.folder].asked == runs.PARK


def test_start_again_and_again_never_meets_the_quota(desk: Desk) -> None:
    """Ones own runs are laid aside, and those no longer count."""
    desk = Desk(workers=4)
    held = Held(None, PLAN)
    for _ in range(6):
        held = act(desk.hand(), held, "start")
        assert held.note == ""


def test_a_start_that_is_refused_leaves_nothing_behind(desk: Desk) -> None:
    for _ in range(3):  # the Explorer's, say
        desk.registry.submit(live_runs.create(PLAN).folder, "me")
    held, before = Held(desk.run("done"), PLAN), folders()
    after = act(desk.hand(), held, "start")
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

    hand = Hand(Registry(1, launch=none), "me", False)
    after = act(hand, Held(None, PLAN), "start")
    assert (
        after.note == "the training worker cannot be started (No such file): install vaeviz again."
    )
    assert (after.run, folders()) == (None, set())


# play, pause, step, rewind, stop
# ------------------------------------------------------------------------------------------------


def test_pause_and_play(desk: Desk) -> None:
    held = Held(desk.run("running"), PLAN)
    assert held.run is not None
    act(desk.hand(), held, "pause")
    assert wishes(held.run) == Control(paused=True)
    act(desk.hand(), held, "play")
    assert wishes(held.run) == Control(paused=False, plays=1)
    assert len(desk.launched) == 1  # it has a worker


@pytest.mark.parametrize("state", ["parked", "interrupted", "stopped", "failed", "cancelled"])
def test_play_gives_a_resting_run_a_worker(state: runs.State, desk: Desk) -> None:
    run = desk.run(state)
    live_runs.ask(run, paused=True)
    assert act(desk.hand(), Held(run, PLAN), "play").note == ""
    assert desk.launched == [run.folder]
    assert not wishes(run).paused


def test_a_step_rests_and_counts(desk: Desk) -> None:
    run = desk.run("paused")
    for k in (1, 2):
        act(desk.hand(), Held(run, PLAN), "step")
        assert wishes(run) == Control(paused=True, single=k)
    assert len(desk.launched) == 1


def test_a_step_of_a_run_laid_aside_brings_it_back(desk: Desk) -> None:
    run = desk.run("parked")
    act(desk.hand(), Held(run, PLAN), "step")
    assert desk.launched == [run.folder]


def test_rewind_puts_the_run_and_the_sliders_back_and_nothing_else(desk: Desk) -> None:
    run = desk.run("running")
    live_runs.ask(run, beta=9.0, sigma2=0.5, learning_rate=0.1)
    later = moved(PLAN, beta=9.0, sigma2=0.5, learning_rate=0.1, latent=5, show="z", seed=3)
    after = act(desk.hand(), Held(run, later), "rewind")
    assert wishes(run) == Control(paused=True, rewinds=1)
    assert after.plan == moved(PLAN, latent=5, show="z", seed=3)
    assert live_runs.current_plan(run) == PLAN
    act(desk.hand(), after, "rewind")
    assert wishes(run).rewinds == 2


def test_rewind_of_a_finished_run_gives_it_a_worker(desk: Desk) -> None:
    run = desk.run("done")
    assert act(desk.hand(), Held(run, PLAN), "rewind").note == ""
    assert desk.launched == [run.folder]


def test_stop_reaches_the_worker(desk: Desk) -> None:
    run = desk.run("running")
    act(desk.hand(), Held(run, PLAN), "stop")
    assert desk.workers[run.folder].asked == runs.CANCEL


def test_stop_frees_the_place_in_the_queue(desk: Desk) -> None:
    run = desk.run("queued")
    behind = live_runs.create(PLAN)
    desk.registry.submit(behind.folder, "them")
    assert desk.registry.place(behind.folder) == 2
    act(desk.hand(), Held(run, PLAN), "stop")
    assert desk.registry.status(run.folder).state == "stopped"
    assert desk.registry.place(behind.folder) == 1


# speed, sliders, keep
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_speed_is_in_the_plan_and_before_the_worker(speed: str, desk: Desk) -> None:
    run = desk.run("running", moved(PLAN, speed="50"))
    after = act(desk.hand(), Held(run, moved(PLAN, speed="50")), "speed", speed)
    assert after.plan.speed == speed
    assert wishes(run).pace == after.plan.pace


@pytest.mark.parametrize("value", [None, "", "slow", 50, -1, [], {}, "9" * 99, True])
def test_a_speed_that_is_none_is_a_note(value: Any, desk: Desk) -> None:
    held = Held(desk.run("running"), PLAN)
    after = act(desk.hand(), held, "speed", value)
    assert "choose one of the list" in after.note
    assert (after.run, after.plan) == (held.run, held.plan)
    assert held.run is not None
    assert wishes(held.run) == Control()


def test_only_sliders_that_moved_move_the_run(desk: Desk) -> None:
    run = desk.run("running")
    still = Held(run, moved(PLAN, latent=9, show="z", steps=700))
    assert slid(still, PLAN) == still
    assert wishes(run) == Control()
    held = Held(run, moved(PLAN, beta=2.0))
    assert slid(held, PLAN) == held
    assert wishes(run) == Control(beta=2.0)
    slid(Held(run, moved(PLAN, beta=2.0, sigma2=0.3, learning_rate=0.01)), held.plan)
    assert wishes(run) == Control(beta=2.0, sigma2=0.3, learning_rate=0.01)
    slid(Held(run, PLAN), moved(PLAN, beta=2.0))  # back where it was is a move too
    assert wishes(run).beta == PLAN.beta


def test_sliders_of_who_only_watches_move_nothing(desk: Desk) -> None:
    run = desk.run("running")
    held = Held(LiveRun(run.folder), moved(PLAN, beta=9.0))
    assert slid(held, PLAN) == held
    assert slid(Held(None, held.plan), PLAN).note == ""
    assert wishes(run) == Control()


def test_sliders_that_do_not_reach_the_run_are_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.run("running")
    (run.folder / control.CONTROL).write_text("{")
    after = slid(Held(run, moved(PLAN, beta=9.0)), PLAN)
    assert after.note.startswith("The sliders did not reach the run")
    assert after.plan.beta == 9.0
    assert "\n" not in after.note


@pytest.mark.parametrize("state", ["running", "paused", "parked", "queued"])
def test_nothing_is_kept_before_there_is_a_model(state: runs.State, desk: Desk) -> None:
    after = act(desk.hand(), Held(desk.run(state), PLAN), "keep", "mine")
    assert "no model yet" in after.note
    assert not checkpoints.KEPT.exists()


def test_a_finished_run_is_kept_under_the_name_given(desk: Desk) -> None:
    held = Held(desk.run("done"), PLAN)
    after = act(desk.hand(), held, "keep", "  mine ")
    assert after.note == "Kept as mine: see the Explorer's list of models."
    loaded = checkpoints.load(checkpoints.KEPT / "mine")
    assert loaded.manifest.settings["latent"] == 2
    again = act(desk.hand(), after, "keep", "mine")
    assert "choose another name" in again.note


def test_twins_are_kept_side_by_side(desk: Desk) -> None:
    plan = moved(PLAN, twin="beta", other="4")
    after = act(desk.hand(), Held(desk.run("stopped", plan), plan), "keep", "pair")
    assert after.note.startswith("Kept as pair and pair-B:")
    betas = [
        checkpoints.load(checkpoints.KEPT / n).manifest.settings["beta"] for n in ("pair", "pair-B")
    ]
    assert betas == [1.0, 4.0]


def test_of_a_kept_masked_decoder_the_note_promises_no_place_in_the_explorer(desk: Desk) -> None:
    for plan in (moved(PLAN, decoder="masked"), moved(PLAN, twin="decoder", other="masked")):
        after = act(desk.hand(), Held(desk.run("done", plan), plan), "keep", f"strong-{plan.twin}")
        assert after.note.endswith("the Explorer lists only those whose decoder sees no pixels.")


def test_twins_are_kept_both_or_neither(desk: Desk) -> None:
    plan = moved(PLAN, twin="beta", other="4")
    act(desk.hand(), Held(desk.run("done"), PLAN), "keep", "pair-B")
    after = act(desk.hand(), Held(desk.run("done", plan), plan), "keep", "pair")
    assert "pair-B is there already" in after.note
    assert sorted(file.name for file in checkpoints.KEPT.iterdir()) == [
        "pair-B.json",
        "pair-B.safetensors",
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
    after = act(desk.hand(), Held(desk.run("done"), PLAN), "keep", name)
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
    held = Held(None, PLAN)
    after = act(desk.hand(), held, "start")
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

    held = Held(desk.run("paused"), PLAN)
    monkeypatch.setattr(control, "write", full)
    after = act(desk.hand(), held, name, "10")
    if name != "pause" or after.note:
        assert "No space left on device" in after.note
        assert "free some space" in after.note
    assert (after.run, after.plan) == (held.run, held.plan)


def test_a_run_that_is_gone_is_one_line(desk: Desk) -> None:
    held = Held(LiveRun(live_runs.FOLDER / "gone", "key-of-the-one-gone"), PLAN)
    for name in ("play", "step", "rewind"):
        after = act(desk.hand(), held, name)
        assert after.note
        assert "\n" not in after.note
    assert isinstance(held.plan, Plan)
