"""Twenty kills without warning, of workers and of servers: every run ends with an unkilled run's weights."""

from __future__ import annotations

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

import pytest

from tests.training.live_runs import line, same_history, same_weights, session
from vaeviz.records import Move
from vaeviz.training import control, live_worker, snapshots
from vaeviz.training.control import Control
from vaeviz.training.live_worker import LiveWorker
from vaeviz.training.progress import PROGRESS, RUN, Progress, from_json, locked
from vaeviz.training.twins import Line

KILLS = 20
LINES = [line({"variational": False}, steps=2400, schedule="cyclical", warmup=200), line(steps=2400)]
SERVER = """
import contextlib, sys, time
from pathlib import Path
from vaeviz.training.registry import Registry
registry = Registry(workers=2)
while True:  # a server, and a hand that presses play wherever a run has come to a halt
    for folder in map(Path, sys.argv[1:]):
        with contextlib.suppress(ValueError):
            if registry.status(folder).state not in ("queued", "starting", "running", "done"):
                registry.submit(folder, "test")
    time.sleep(0.1)
"""


def progress(folder: Path) -> Progress:
    return (
        from_json(json.loads((folder / PROGRESS).read_text())) if (folder / PROGRESS).exists() else Progress()
    )


def until(wanted: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def serve(folders: list[Path]) -> subprocess.Popen:
    """A server that takes up whatever is not over; workers of a killed one must have left first."""
    until(lambda: not any(locked(folder) for folder in folders))
    left = [str(folder) for folder in folders if progress(folder).state != "done"]
    root = Path(live_worker.__file__).parents[2]
    return subprocess.Popen([sys.executable, "-c", SERVER, *left], cwd=root, stderr=subprocess.DEVNULL)


def worker_of(folder: Path) -> int | None:
    """The process id of the worker at a run."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"vaeviz.training.worker" in words and os.fsencode(folder) in words:
            return int(process.name)
    return None


def wait_for_a_step(folders: list[Path]) -> None:
    before = [progress(folder).step for folder in folders]
    until(lambda: any(progress(f).step > step for f, step in zip(folders, before, strict=True)))


def kill(victim: Path | None, server: subprocess.Popen, folders: list[Path]) -> subprocess.Popen:
    """kill -9 of a run's worker, or of the server; the server that goes on from there."""
    number = worker_of(victim) if victim else server.pid
    os.kill(number or server.pid, signal.SIGKILL)
    if number not in (None, server.pid):
        return server
    server.wait()
    return serve(folders)


def check(folder: Path, which: Line) -> None:
    """The run is done, and its weights and curve are those of a run that nobody killed."""
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


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="finds the workers in /proc")
def test_twenty_kills(tmp_path: Path) -> None:
    folders = [(tmp_path / f"run{k}").resolve() for k in range(len(LINES))]
    for folder, which in zip(folders, LINES, strict=True):
        folder.mkdir()
        (folder / RUN).write_text(json.dumps(which.to_json()))
        control.write(folder, Control(pace=150.0))
    server, chance = serve(folders), random.Random(20)
    try:
        for victim in chance.sample([None, *folders] * KILLS, KILLS):
            wait_for_a_step(folders)
            time.sleep(chance.uniform(0.0, 0.8))
            if victim == folders[1]:  # a move just before the end
                control.write(victim, Control(pace=150.0, beta=chance.choice([2.0, 4.0])))
                time.sleep(0.05)
            server = kill(victim, server, folders)
        for folder in folders:
            control.write(folder, dataclasses.replace(control.read(folder), pace=0.0))
        until(lambda: all(progress(folder).state == "done" for folder in folders))
    finally:
        server.kill()
        server.wait()
    for folder, which in zip(folders, LINES, strict=True):
        check(folder, which)
