"""The worker of a live run: it obeys between two steps, and repeats its steps to the bit."""

from __future__ import annotations

import dataclasses
import errno
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.runs.live_runs import advance, line, same_history, same_weights, session
from vaeviz.checkpoints import load
from vaeviz.runs.folder import control, frame_file
from vaeviz.runs.folder.control import Control
from vaeviz.runs.folder.frame_file import seal, unseal
from vaeviz.runs.folder.progress import CANCEL, PARK, PROGRESS, RUN, Progress, from_json
from vaeviz.runs.worker import live_worker, snapshots
from vaeviz.runs.worker import process as worker
from vaeviz.runs.worker.clock import Due, Pace
from vaeviz.runs.worker.live_worker import LiveWorker
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.twins import Line

PAUSED = Control(paused=True)


class Driven:
    """A worker in a thread of this process; the test is the page."""

    def __init__(self, folder: Path, which: Line | None = None, asked: Control = PAUSED) -> None:
        self.folder = folder
        if which is not None:
            (folder / RUN).write_text(json.dumps(which.to_json()))
            control.write(folder, asked)
        self.worker = LiveWorker(folder)
        self.thread = threading.Thread(target=self.worker.run, daemon=True)
        self.thread.start()

    def ask(self, **changes: Any) -> None:
        control.write(self.folder, dataclasses.replace(control.read(self.folder), **changes))

    def until(self, wanted: Callable[[Progress], bool], seconds: float = 30) -> Progress:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if wanted(result := from_json(json.loads((self.folder / PROGRESS).read_text()))):
                return result
            time.sleep(0.01)
        raise AssertionError(f"still {result}")

    def sees(self, wanted: Callable[[LiveWorker], bool], seconds: float = 30) -> None:
        """Waits for what the worker has come to, whatever it could write of it."""
        end = time.monotonic() + seconds
        while not wanted(self.worker):
            assert self.thread.is_alive(), "the worker has ended"
            assert time.monotonic() < end, "nothing happened"
            time.sleep(0.002)

    def end(self, name: str = PARK) -> Progress:
        (self.folder / name).touch()
        self.thread.join(30)
        assert not self.thread.is_alive()
        (self.folder / name).unlink()
        return self.worker.progress


def test_paused_it_takes_single_steps_and_shows_each(tmp_path: Path) -> None:
    run = Driven(tmp_path, line())
    run.until(lambda p: p.state == "paused")
    assert frame_file.read(tmp_path).step == 0
    for count in (1, 2, 3):
        run.ask(single=count)
        run.until(lambda p, n=count: p.step == n)
        assert frame_file.read(tmp_path).step == count
    time.sleep(0.1)
    assert run.end().step == 3
    assert same_weights(run.worker.session, session(steps=3))


def test_a_run_to_its_end_leaves_its_checkpoints(tmp_path: Path) -> None:
    pair = line({"beta": 4.0})
    run = Driven(tmp_path, pair, Control())
    run.thread.join(60)
    done = run.worker.progress
    assert (done.state, done.step) == ("done", 400)
    assert same_weights(run.worker.session, session(pair, 400))
    for name, beta in (("model", 1.0), ("twin", 4.0)):
        assert load(tmp_path / name).manifest.settings["beta"] == beta
    assert load(tmp_path / "model").manifest.held_out == done.held_out


def test_a_move_takes_effect_at_once_and_is_recorded(tmp_path: Path) -> None:
    run = Driven(tmp_path, line(steps=1_000_000), Control(pace=200.0))
    run.until(lambda p: p.step > 5)
    run.ask(beta=3.0)
    start = time.monotonic()
    while not run.worker.session.moves:
        time.sleep(0.002)
    assert time.monotonic() - start < 5  # the figure is the benchmark's
    run.ask(learning_rate=0.01)
    run.until(lambda p: len(run.worker.session.moves) == 2)
    run.end()
    moves = run.worker.session.moves
    assert [(m.name, m.value) for m in moves] == [("beta", 3.0), ("learning_rate", 0.01)]
    again = session(line(steps=1_000_000))
    again.replay(moves)
    advance(again, run.worker.session.step)
    assert same_weights(again, run.worker.session)


def test_parked_and_resumed_it_is_the_run_that_never_stopped(tmp_path: Path) -> None:
    pair = line({"variational": False})
    run = Driven(tmp_path, pair, Control(pace=500.0))
    run.until(lambda p: p.step > 20)
    parked = run.end(PARK)
    assert parked.state == "parked"
    assert 20 < parked.step < 400
    again = Driven(tmp_path)
    again.ask(pace=0.0)
    again.thread.join(60)
    assert again.worker.progress.state == "done"
    assert same_weights(again.worker.session, session(pair, 400))
    assert same_history(again.worker.session, session(pair, 400))


def test_stopped_it_keeps_what_it_has(tmp_path: Path) -> None:
    run = Driven(tmp_path, line(steps=1_000_000), Control())
    run.until(lambda p: p.step > 50)
    stopped = run.end(CANCEL)
    assert stopped.state == "stopped"
    assert stopped.held_out is not None
    assert load(tmp_path / "model").manifest.steps == stopped.step


def test_rewound_it_starts_over_without_the_moves(tmp_path: Path) -> None:
    run = Driven(tmp_path, line(), Control(paused=True, single=1, beta=2.0))
    run.until(lambda p: p.step == 0)
    run.ask(single=31)
    run.until(lambda p: p.step >= 30)
    assert run.worker.session.moves
    run.ask(rewinds=1, beta=-1.0)
    run.until(lambda p: p.step == 0)
    assert run.worker.session.moves == []
    run.ask(paused=False)
    run.thread.join(60)
    assert same_weights(run.worker.session, session(steps=400))


def test_a_divergence_goes_back_and_waits_for_the_user(tmp_path: Path) -> None:
    run = Driven(tmp_path, line(steps=1_000_000), Control())
    run.until(lambda p: p.step > 300)
    run.ask(learning_rate=1e30)
    held = run.until(lambda p: "diverged" in p.error)
    assert held.state == "paused"
    assert "learning rate below 1e+30" in held.error
    assert "press play" in held.error
    back = run.worker.session.step
    time.sleep(0.2)
    assert run.worker.session.step == back
    run.worker.session.members[0].trainer.check_weights()
    run.ask(learning_rate=0.001, plays=1)
    run.until(lambda p: p.step > back + 50 and not p.error)
    run.end()


def test_a_divergence_from_the_first_step_on_goes_back_to_the_start(tmp_path: Path) -> None:
    run = Driven(tmp_path, line(learning_rate=1e30), Control())
    held = run.until(lambda p: "diverged" in p.error)
    assert (held.state, run.worker.session.step) == ("paused", 0)
    assert run.end().state == "parked"


WIDE = {"data": "digits", "widths": (64, 64), "sigma2": 0.02}  # its J stays finite at any rate


@pytest.mark.parametrize("rate", [0.3, 1.0, 10.0])
def test_a_finite_divergence_from_the_start_goes_back_to_it(tmp_path: Path, rate: float) -> None:
    run = Driven(tmp_path, line(learning_rate=rate, steps=100_000, **WIDE), Control())
    held = run.until(lambda p: "diverged" in p.error)
    assert f"learning rate below {rate:g}" in held.error
    assert (held.state, run.worker.session.step) == ("paused", 0)
    assert run.end().state == "parked"


@pytest.mark.parametrize("rate", [0.3, 1.0, 10.0])
def test_a_finite_divergence_goes_back_to_a_good_step(tmp_path: Path, rate: float) -> None:
    run = Driven(tmp_path, line(learning_rate=3e-3, steps=1_000_000, **WIDE), Control())
    run.until(lambda p: p.step > 400)
    run.ask(learning_rate=rate)
    held = run.until(lambda p: "diverged" in p.error)
    assert held.state == "paused"
    assert f"learning rate below {rate:g}" in held.error
    session, back = run.worker.session, run.worker.session.step
    assert session.frame().learners[0].distortion < 1000
    assert not session.astray
    run.ask(learning_rate=0.003, plays=1)
    run.until(lambda p: p.step > back + 20 and not p.error)
    run.end()


def test_no_snapshot_is_taken_of_a_run_that_is_astray(tmp_path: Path) -> None:
    run = Driven(tmp_path, line())
    run.until(lambda p: p.state == "paused")
    run.end()
    before = [path.read_bytes() for path in sorted(tmp_path.glob("snapshot-*"))]
    run.worker.session.advance()
    run.worker.session.members[0].trainer._watch.since = 1
    run.worker._save()
    assert before == [path.read_bytes() for path in sorted(tmp_path.glob("snapshot-*"))]
    run.worker.session.members[0].trainer._watch.since = None
    run.worker._save()
    assert before != [path.read_bytes() for path in sorted(tmp_path.glob("snapshot-*"))]


def test_a_slider_out_of_range_is_one_line_and_nothing_moves(tmp_path: Path) -> None:
    run = Driven(tmp_path, line())
    run.ask(sigma2=0.0)
    told = run.until(lambda p: bool(p.error))
    assert "σ² = 0" in told.error
    assert run.worker.session.moves == []
    run.end()


# single steps
# ------------------------------------------------------------------------------------------------


def stepped(folder: Path, single: int) -> Driven:
    """A run at rest after so many single steps."""
    run = Driven(folder, line(), Control(paused=True, single=single))
    run.until(lambda p: p.step == single)
    return run


def resumed(folder: Path, **asked: Any) -> int:
    """Where the run comes to rest, asked these things while no worker was at it."""
    control.write(folder, dataclasses.replace(control.read(folder), **asked))
    again = Driven(folder)
    again.until(lambda p: p.state == "paused")
    again.sees(lambda w: w.taken >= w.request.single)
    time.sleep(0.1)
    return again.end().step


def without_snapshots(folder: Path) -> None:
    """As if the worker had been killed before it kept one."""
    for name in snapshots.NAMES:
        (folder / name).unlink(missing_ok=True)


@pytest.mark.parametrize("end", [PARK, CANCEL])
def test_a_single_step_asked_of_a_run_at_rest_is_taken_when_it_goes_on(
    tmp_path: Path, end: str
) -> None:
    assert stepped(tmp_path, 3).end(end).step == 3
    assert resumed(tmp_path) == 3
    assert resumed(tmp_path, single=4) == 4
    assert resumed(tmp_path, single=6) == 6


def test_single_steps_from_before_it_ran_on_are_not_taken_again(tmp_path: Path) -> None:
    run = stepped(tmp_path, 3)
    run.ask(paused=False, pace=200.0)
    run.until(lambda p: p.step > 10)
    parked = run.end().step
    assert resumed(tmp_path, paused=True, single=4) == parked + 1


def test_killed_it_takes_the_single_steps_again_that_no_snapshot_has(tmp_path: Path) -> None:
    stepped(tmp_path, 3).end()
    kept = {
        name: (tmp_path / name).read_bytes()
        for name in snapshots.NAMES
        if (tmp_path / name).exists()
    }
    assert resumed(tmp_path, single=5) == 5
    without_snapshots(tmp_path)
    for name, content in kept.items():
        (tmp_path / name).write_bytes(content)
    assert resumed(tmp_path) == 5
    without_snapshots(tmp_path)
    assert resumed(tmp_path) == 5


def test_rewound_it_takes_no_single_step_of_the_life_before(tmp_path: Path) -> None:
    run = stepped(tmp_path, 3)
    run.ask(rewinds=1)
    run.until(lambda p: p.step == 0)
    run.ask(single=5, beta=2.0)
    run.until(lambda p: p.step == 2)
    assert run.worker.session.moves
    run.end()
    without_snapshots(tmp_path)
    assert resumed(tmp_path) == 2
    without_snapshots(tmp_path)
    assert resumed(tmp_path, rewinds=2) == 0
    without_snapshots(tmp_path)
    assert resumed(tmp_path) == 0


def test_a_divergence_takes_no_single_step_again(tmp_path: Path) -> None:
    run = stepped(tmp_path, 3)
    run.ask(single=4, learning_rate=1e30)
    run.until(lambda p: "diverged" in p.error)
    back = run.worker.session.step
    time.sleep(0.2)
    assert run.worker.session.step == back < 4
    run.ask(single=5, learning_rate=0.001)
    run.until(lambda p: p.step == back + 1)
    assert run.end().step == back + 1


def test_a_snapshot_that_did_not_count_single_steps_still_counts(tmp_path: Path) -> None:
    stepped(tmp_path, 3).end()
    for name in snapshots.NAMES:
        if (tmp_path / name).exists():
            arrays, about = unseal(tmp_path / name)
            del about["taken"]
            (tmp_path / name).write_bytes(b"".join(seal(arrays, about)))
    assert resumed(tmp_path) == 3


# trouble
# ------------------------------------------------------------------------------------------------


class Disk:
    """What the worker writes to: all of it, or some files, may be full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = ""  # "frame", "snapshot", "json", or several of them
        for module, name, what in (
            (live_worker.frame_file, "write", "frame"),
            (snapshots, "write_atomic", "snapshot"),
            (live_worker, "write_json", "json"),
            (snapshots, "write_json", "json"),
        ):
            monkeypatch.setattr(module, name, self._checked(getattr(module, name), what))

    def _checked(self, write: Callable[..., None], what: str) -> Callable[..., None]:
        def checked(*given: Any, **options: Any) -> None:
            if what in self.full:
                raise OSError(errno.ENOSPC, "No space left on device")
            write(*given, **options)

        return checked


EVERYTHING = "frame, snapshot, json"


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.mark.parametrize("what", ["frame", "snapshot", EVERYTHING])
@pytest.mark.parametrize("asked", [Control(), PAUSED])
def test_a_full_disk_is_one_line_until_it_recovers_and_the_training_goes_on(
    what: str, asked: Control, tmp_path: Path, disk: Disk
) -> None:
    run = Driven(tmp_path, line(steps=1_000_000), asked)
    run.until(lambda p: p.state in ("running", "paused"))
    run.worker.saves.slowest = run.worker.saves.fastest = run.worker.saves.pause = 0.1
    disk.full = what
    run.ask(single=1)
    run.sees(lambda w: bool(w.disk_error) and w.session.step > 0)
    if what != EVERYTHING:
        told = run.until(lambda p: bool(p.error))
        assert (
            told.error == f"cannot write {tmp_path.name} (No space left on device): free some space"
        )
    before = run.worker.session.step
    run.ask(single=2)
    run.sees(lambda w: w.session.step > before)
    disk.full = ""
    run.until(lambda p: p.step > before and not p.error)
    assert run.end().error == ""
    assert frame_file.read(tmp_path).step == run.worker.session.step


def test_a_move_on_a_full_disk_acts_and_is_written_later(tmp_path: Path, disk: Disk) -> None:
    run = Driven(tmp_path, line(steps=1_000_000), Control(pace=200.0))
    run.until(lambda p: p.step > 5)
    disk.full = EVERYTHING
    run.ask(beta=3.0)
    run.sees(lambda w: bool(w.session.moves) and w.session.step > w.session.moves[0].step)
    disk.full = "frame, snapshot"
    moves = tmp_path / snapshots.MOVES
    run.sees(lambda w: moves.exists())
    assert json.loads(moves.read_text())["moves"] == [
        vars(move) for move in run.worker.session.moves
    ]
    disk.full = ""
    run.end()


def test_rewound_on_a_full_disk_the_life_before_does_not_come_back(
    tmp_path: Path, disk: Disk
) -> None:
    run = Driven(tmp_path, line(steps=1_000_000), Control(beta=2.0))
    run.until(lambda p: p.step > 50)
    disk.full = EVERYTHING
    run.ask(paused=True, rewinds=1, beta=-1.0)
    run.sees(lambda w: w.session.step == 0 and bool(w.disk_error))
    assert run.worker.resting
    disk.full = ""
    assert run.end().step == 0
    again = LiveWorker(tmp_path)
    assert (again.session.step, again.session.planned, again.attempt.rewinds) == (0, [], 1)


def test_a_divergence_on_a_full_disk_waits_for_the_user_too(tmp_path: Path, disk: Disk) -> None:
    run = Driven(tmp_path, line(steps=1_000_000), Control())
    run.until(lambda p: p.step > 50)
    disk.full = EVERYTHING
    run.ask(learning_rate=1e30)
    run.sees(lambda w: w.held_at is not None and bool(w.disk_error))
    run.ask(learning_rate=0.001)
    disk.full = ""
    held = run.until(lambda p: "diverged" in p.error)
    assert held.state == "paused"
    run.end()
    assert LiveWorker(tmp_path).session.planned == run.worker.session.planned


def test_an_end_that_is_written_whole_has_no_trouble_to_tell(tmp_path: Path, disk: Disk) -> None:
    run = Driven(tmp_path, line(steps=1_000_000), Control())
    run.until(lambda p: p.step > 0)
    saves = run.worker.saves
    saves.fastest = saves.slowest = saves.pause = 1e9  # seconds
    disk.full = "frame"
    run.until(lambda p: "No space left" in p.error)
    disk.full = ""
    assert run.end().error == ""


def test_an_end_that_cannot_be_written_is_a_failure(tmp_path: Path, disk: Disk) -> None:
    (tmp_path / RUN).write_text(json.dumps(line().to_json()))
    disk.full = "snapshot"
    assert worker.main([str(tmp_path)]) == 1
    told = from_json(json.loads((tmp_path / PROGRESS).read_text()))
    assert (told.state, told.error) == (
        "failed",
        f"cannot write {tmp_path.name} (No space left on device): free some space and start again",
    )


def test_spoilt_wishes_change_nothing(tmp_path: Path) -> None:
    run = Driven(tmp_path, line())
    for text in ("", "[]", '{"paused": 1}', '{"x": 2}'):
        (tmp_path / control.CONTROL).write_text(text)
        time.sleep(0.05)
    assert run.thread.is_alive()
    control.write(tmp_path, Control(paused=True, single=2))
    run.until(lambda p: p.step == 2)
    run.end()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "no settings"),
        ({"settings": {"data": "cats"}}, "unknown data set"),
        ({"settings": {"data": "three-gaussians", "architecture": "conv"}}, "does not fit data"),
    ],
)
def test_a_run_that_cannot_start_says_why(tmp_path: Path, values: dict, message: str) -> None:
    (tmp_path / RUN).write_text(json.dumps(values))
    assert worker.main([str(tmp_path)]) == 1
    told = from_json(json.loads((tmp_path / PROGRESS).read_text()))
    assert told.state == "failed"
    assert message in told.error


def test_slow_motion_keeps_its_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    pace, taken = Pace(), 0
    for tick in range(1000):
        clock[0] = 10 + tick / 100
        taken += pace.due(10.0)
    assert taken == pytest.approx(100, abs=10)
    assert all(pace.due(0) for _ in range(5))


def test_what_costs_much_comes_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    due = Due(0.1, 5.0, 0.05)
    for cost, pause in ((0.001, 0.1), (0.05, 1.0), (9.0, 5.0)):
        with due:
            clock[0] += cost
        assert due.pause == pytest.approx(pause)
        clock[0] += pause - 0.01
        assert not due.now()
        clock[0] += 0.02
        assert due.now()
        assert not due.now(at_least=pause + 1)


def test_a_move_before_those_that_are_still_to_be_repeated_comes_before_them(
    tmp_path: Path,
) -> None:
    """Killed once more, the worker makes both at their steps."""
    (tmp_path / RUN).write_text(json.dumps(line().to_json()))
    later = {"step": 20, "name": "learning_rate", "value": 0.01}
    (tmp_path / snapshots.MOVES).write_text(json.dumps({"rewinds": 0, "moves": [later]}))
    control.write(tmp_path, Control(paused=True, beta=2.0, learning_rate=0.01))
    run = Driven(tmp_path)
    run.sees(lambda w: bool(w.session.moves))
    run.end()
    without_snapshots(tmp_path)
    control.write(tmp_path, Control(beta=2.0, learning_rate=0.01))
    again = LiveWorker(tmp_path)
    again.run()
    reference = session(steps=0)
    reference.move("beta", 2.0)
    advance(reference, 20)
    reference.move("learning_rate", 0.01)
    advance(reference, 380)
    assert same_weights(again.session, reference)


def test_sessions_are_the_worker_s_only_truth(tmp_path: Path) -> None:
    """A worker that finds moves on the disk which its snapshot has not seen repeats them at their
    steps.
    """
    (tmp_path / RUN).write_text(json.dumps(line().to_json()))
    reference = session(steps=40)
    reference.move("beta", 2.0)
    advance(reference, 360)
    moves = {"rewinds": 0, "moves": [vars(move) for move in reference.moves]}
    (tmp_path / snapshots.MOVES).write_text(json.dumps(moves))
    control.write(tmp_path, Control(beta=2.0))
    result = LiveWorker(tmp_path)
    assert result.run().state == "done"
    assert isinstance(result.session, Session)
    assert same_weights(result.session, reference)
