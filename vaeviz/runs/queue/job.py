"""A run at a worker, and what happens to it when the worker has ended."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from vaeviz.config import UserError
from vaeviz.runs.folder import control
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.fair_order import Turn

GRACE = 30.0  # seconds from the request to end until the worker is killed
Ending = Literal["rest", "queue", "restart"]


class Process(Protocol):
    """A worker's process, as `subprocess.Popen` has it."""

    def poll(self) -> int | None: ...

    def kill(self) -> None: ...


Launch = Callable[[Path, bool], Process]


class Mark(NamedTuple):
    """A run's furthest step, and when its newest snapshot was written (ns)."""

    step: int
    snapshot: int

    @classmethod
    def of(cls, folder: Path) -> Mark:
        newest = 0
        for path in folder.glob(runs.SNAPSHOTS):
            with contextlib.suppress(OSError):
                newest = max(newest, path.stat().st_mtime_ns)
        return cls(runs.latest(folder).step, newest)


@dataclass
class Job:
    """A run at a worker; `before` is its progress when this worker began."""

    turn: Turn
    process: Process
    before: Mark
    cancelled: bool = False

    @property
    def folder(self) -> Path:
        return self.turn.ticket.folder

    def watch(self, now: float) -> None:
        """Records a pause and whether a page watches; kills a worker that does not end in time."""
        turn = self.turn
        if turn.leaving is not None and now - turn.leaving > GRACE:
            self.process.kill()
        if turn.ticket.live:
            paused = runs.latest(self.folder).state == "paused"
            turn.paused = (now if turn.paused is None else turn.paused) if paused else None
            turn.watched = control.watched(self.folder)

    def park(self, now: float, again: bool) -> None:
        """Asks the worker to park the run; `again`: it then queues again."""
        runs.park(self.folder)
        self.turn.leaving, self.turn.again = now, again

    def cancel(self, now: float) -> None:
        """Asks the worker to stop; kills it where a full disk prevents the request."""
        self.cancelled, self.turn.leaving, self.turn.again = True, now, False
        try:
            runs.cancel(self.folder)
        except OSError:
            self.process.kill()

    def ending(self) -> Ending:
        """What happens now that the worker has ended; writes the final state if that is missing.

        A worker that crashed is replaced once, if the run progressed since the previous one began.
        """
        report = runs.latest(self.folder)
        if self.cancelled and not report.over:
            conclude_cancelled(self.folder)
        if self.cancelled or report.over:
            return "rest"
        if report.state == "parked" or self.turn.leaving is not None:
            return "queue" if self.turn.again else "rest"
        progress = runs.without_worker(self.folder)
        if progress.state == "interrupted" and self._moved(Mark.of(self.folder)):
            return "restart"
        runs.conclude(self.folder, "failed", progress.error)
        return "rest"

    def _moved(self, now: Mark) -> bool:
        return now.step > self.before.step or now.snapshot > self.before.snapshot


def conclude_cancelled(folder: Path) -> None:
    """Writes the final state of an unwanted run without a worker, unless it has one."""
    with contextlib.suppress(UserError):
        if runs.said(folder).over:
            return
    runs.conclude(folder, "stopped" if (folder / runs.RUN).is_file() else "cancelled")
