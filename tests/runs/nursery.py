"""Servers and workers that are there at once, to be killed often: forked from one process that
knows torch.

`python -m tests.runs.nursery` reads a line of run folders, forks a server that takes them up,
and says its process id; the id of each worker stands beside its run's folder. The workers' clock
runs SPEED times as fast: looks, steps, reports and snapshots come the sooner. All else is what a
server and a worker are.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

from tests.runs.live_runs import line, session
from vaeviz.checkpoints.files import write_json
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.registry import Registry
from vaeviz.runs.worker import clock, live_worker
from vaeviz.runs.worker import process as worker

SPEED = 4


class Forked:
    """What a server needs to know of a process: as much of a Popen as that."""

    def __init__(self, pid: int) -> None:
        self.pid, self.code = pid, None

    def poll(self) -> int | None:
        if self.code is None:
            result, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if result else None
        return self.code

    def wait(self, timeout: float) -> int:
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("worker", timeout)
            time.sleep(0.005)
        return code

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def beside(folder: Path) -> Path:
    """Where the process id of the run's newest worker stands."""
    return folder.with_suffix(".pid")


def spawn(folder: Path, until_flat: bool, log: Any) -> Forked:
    """In place of `runs._spawn`: a worker that has no Python to start and nothing to import."""
    server, pid = os.getpid(), os.fork()
    if pid == 0:
        code = 1
        try:
            os.dup2(log.fileno(), 2)
            os.chdir(folder)
            code = worker.main([str(folder), "--parent", str(server)])
        finally:
            os._exit(code)
    write_json(beside(folder), {"pid": pid}, durable=False)
    return Forked(pid)


def serve(folders: list[Path]) -> NoReturn:
    """A server, and a hand that presses play wherever a run has come to a halt; as long as the
    nursery.
    """
    registry, nursery = Registry(workers=2), os.getppid()
    while os.getppid() == nursery:
        for folder in folders:
            with contextlib.suppress(ValueError):
                if registry.status(folder).state not in ("queued", "starting", "running", "done"):
                    registry.submit(folder, "test")
        time.sleep(0.02)
    os._exit(0)


def main() -> None:
    runs._spawn = spawn  # type: ignore[assignment]
    clock.time = SimpleNamespace(  # type: ignore[assignment]
        monotonic=lambda: SPEED * time.monotonic(),
        sleep=lambda seconds: time.sleep(seconds / SPEED),
    )
    assert live_worker.LiveWorker  # imported, as by a worker
    session(line(), steps=1)  # and all that torch imports at its first step
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a server that was killed leaves nothing behind
    for names in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serve([Path(name) for name in names.rstrip("\n").split("\t")])
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
