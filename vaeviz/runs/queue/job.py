"""A run at a worker: watched while it is there, and what becomes of it when the worker has gone."""

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

GRACE = 30.0  # seconds from being asked to go to being made to
Ending = Literal["rest", "queue", "restart"]


class Process(Protocol):
    """A worker's process, as `subprocess.Popen` has it."""

    def poll(self) -> int | None:
        """None while it runs."""
        ...

    def kill(self) -> None:
        """Ends it at once."""
        ...


Launch = Callable[[Path, bool], Process]


class Mark(NamedTuple):
    """How far a run has come: its furthest step, and when its newest snapshot was written (ns)."""

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
    """A run at a worker; `before`: how far it had come when this worker began."""

    turn: Turn
    process: Process
    before: Mark
    cancelled: bool = False

    @property
    def folder(self) -> Path:
        return self.turn.ticket.folder

    def watch(self, now: float) -> None:
        """Notes a pause, and whether a page looks; ends a worker that was asked to go and does
        not.
        """
        turn = self.turn
        if turn.leaving is not None and now - turn.leaving > GRACE:
            self.process.kill()
        if turn.ticket.live:
            paused = runs.latest(self.folder).state == "paused"
            turn.paused = (now if turn.paused is None else turn.paused) if paused else None
            turn.watched = control.watched(self.folder)

    def park(self, now: float, again: bool) -> None:
        """Asks its worker to park it; `again`: it queues once more then."""
        runs.park(self.folder)
        self.turn.leaving, self.turn.again = now, again

    def cancel(self, now: float) -> None:
        """Asks its worker to stop; on a full disk, where that can't be asked, it is made to."""
        self.cancelled, self.turn.leaving, self.turn.again = True, now, False
        try:
            runs.cancel(self.folder)
        except OSError:
            self.process.kill()

    def ending(self) -> Ending:
        """What becomes of it now that its worker has gone; if it can't go on, it gets its last
        word.

        A worker that died without a word is replaced once, if the run came further since the last
        one began.
        """
        spoken = runs.latest(self.folder)
        if self.cancelled and not spoken.over:
            call_off(self.folder)
        if self.cancelled or spoken.over:
            return "rest"
        if spoken.state == "parked" or self.turn.leaving is not None:
            return "queue" if self.turn.again else "rest"
        progress = runs.last_word(self.folder)
        if progress.state == "interrupted" and self._moved(Mark.of(self.folder)):
            return "restart"
        runs.conclude(self.folder, "failed", progress.error)
        return "rest"

    def _moved(self, now: Mark) -> bool:
        return now.step > self.before.step or now.snapshot > self.before.snapshot


def call_off(folder: Path) -> None:
    """The last word on a run without a worker that is not wanted any more, unless it has one."""
    with contextlib.suppress(UserError):
        if runs.said(folder).over:
            return
    runs.conclude(folder, "stopped" if (folder / runs.RUN).is_file() else "cancelled")
