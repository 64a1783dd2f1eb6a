"""Twenty kills without warning, of workers and of servers: every run ends with an unkilled run's
weights.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest

from tests.runs.live_runs import line, same_history, same_weights, session
from tests.runs.nursery import SPEED, beside
from vaeviz.records import Move
from vaeviz.runs.folder import control
from vaeviz.runs.folder.control import Control
from vaeviz.runs.folder.progress import PROGRESS, RUN, Progress, from_json, locked
from vaeviz.runs.worker import live_worker, snapshots
from vaeviz.runs.worker.live_worker import LiveWorker
from vaeviz.runs.worker.twins import Line

KILLS, PACE = 20, 40.0  # steps per second of the workers' clock
LINES = [
    line({"variational": False}, steps=2400, schedule="cyclical", warmup=200),
    line(steps=2400),
]


class Nursery:
    """Where servers and their workers come from; the one server of the moment."""

    def __init__(self) -> None:
        root = Path(live_worker.__file__).parents[3]
        command = [sys.executable, "-m", "tests.runs.nursery"]
        self.process = subprocess.Popen(
            command, cwd=root, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True, bufsize=1
        )
        self.server = 0

    def serve(self, folders: list[Path]) -> None:
        """A server that takes up whatever is not over; workers of a killed one must have left
        first.
        """
        until(lambda: not any(locked(folder) for folder in folders))
        left = [str(folder) for folder in folders if progress(folder).state != "done"]
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\t".join(left) + "\n")
        self.server = int(self.process.stdout.readline())

    def kill(self, victim: Path | None, folders: list[Path]) -> None:
        """kill -9 of a run's worker, or of the server; then another server goes on from there."""
        number = worker_of(victim) if victim else None
        os.kill(number or self.server, signal.SIGKILL)
        if number is None:
            until(lambda: not alive(self.server))
            self.serve(folders)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.server, signal.SIGKILL)
        self.process.communicate()


def progress(folder: Path) -> Progress:
    return (
        from_json(json.loads((folder / PROGRESS).read_text()))
        if (folder / PROGRESS).exists()
        else Progress()
    )


def until(wanted: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.01)


def alive(number: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False


def worker_of(folder: Path) -> int | None:
    """The process id of the worker at a run."""
    number = json.loads(beside(folder).read_text())["pid"] if beside(folder).exists() else 0
    return number if alive(number) else None


def wait_for_a_step(folders: list[Path]) -> None:
    before = [progress(folder).step for folder in folders]
    until(lambda: any(progress(f).step > step for f, step in zip(folders, before, strict=True)))


def check(folder: Path, which: Line) -> None:
    """The run is done, and its weights and curve are those of an unkilled run."""
    assert progress(folder).state == "done", progress(folder)
    moves = folder / snapshots.MOVES
    unkilled = session(which)
    unkilled.replay(
        [Move(**move) for move in json.loads(moves.read_text())["moves"]] if moves.exists() else []
    )
    while not unkilled.over:
        unkilled.advance()
    ended = LiveWorker(folder).session  # from its last snapshot
    assert ended.step == which.settings.steps
    assert same_weights(ended, unkilled)
    assert same_history(ended, unkilled)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="forks, and looks into /proc")
def test_twenty_kills(tmp_path: Path) -> None:
    folders = [(tmp_path / f"run{k}").resolve() for k in range(len(LINES))]
    for folder, which in zip(folders, LINES, strict=True):
        folder.mkdir()
        (folder / RUN).write_text(json.dumps(which.to_json()))
        control.write(folder, Control(pace=PACE))
    nursery, chance = Nursery(), random.Random(20)
    try:
        nursery.serve(folders)
        for victim in chance.sample([None, *folders] * KILLS, KILLS):
            wait_for_a_step(folders)
            time.sleep(chance.uniform(0.0, 0.8 / SPEED))
            if victim == folders[1]:  # a move just before the end
                control.write(victim, Control(pace=PACE, beta=chance.choice([2.0, 4.0])))
                time.sleep(0.05 / SPEED)
            nursery.kill(victim, folders)
        for folder in folders:
            control.write(folder, dataclasses.replace(control.read(folder), pace=0.0))
        until(lambda: all(progress(folder).state == "done" for folder in folders), seconds=300)
    finally:
        nursery.close()
    for folder, which in zip(folders, LINES, strict=True):
        check(folder, which)
