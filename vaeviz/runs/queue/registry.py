"""One server's runs: a bounded number of workers and a fair queue before them.

Thread-safe. A daemon thread calls `tick` as long as there is work, and so does every query.
"""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from vaeviz.config import UserError
from vaeviz.runs.folder import pruning
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.fair_order import Ticket, Turn, to_park
from vaeviz.runs.queue.job import Job, Launch, Mark, conclude_cancelled
from vaeviz.runs.queue.launch import Progress
from vaeviz.runs.queue.waiting import Waiting

TICK = 0.1  # seconds between ticks
_LOG = logging.getLogger(__name__)
T = TypeVar("T")


class Registry:
    """At most `workers` runs at a time on this server, and `quota` unfinished per session."""

    def __init__(
        self,
        workers: int | None = None,
        quota: int = 3,
        launch: Launch = runs.launch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.workers = max(1, workers if workers is not None else (os.cpu_count() or 1) - 1)
        self.quota = quota
        self._launch, self._clock = launch, clock
        self._lock = threading.RLock()
        self._waiting = Waiting()
        self._jobs: dict[Path, Job] = {}
        self._limits: dict[Path, int] = {}  # bytes of all runs in a folder
        self._faults: dict[Path, str] = {}  # errors of the registry itself, by run
        self._thread: threading.Thread | None = None
        self._looked = -math.inf

    def submit(
        self, folder: Path, session: str, first: bool = False, until_flat: bool = False
    ) -> None:
        """Queue the run in `folder`, which holds its run.json or settings.json.

        `first`: before all others, and at once where another session's live run can be parked.
        UserError when it is already going, the session has its quota, or it cannot be started.
        """
        folder = folder.resolve()
        with self._lock:
            self.tick()
            self._refuse(folder, session)
            self._faults.pop(folder, None)
            if folder in self._jobs:  # it is parking
                self._jobs[folder].turn.again = True
                return
            self._waiting.add(Ticket(folder, session, first=first, live=not until_flat))
            self.tick()
            if folder in self._faults:
                raise UserError(self._faults[folder])
            self._look_after()

    def place(self, folder: Path) -> int | None:
        """The run's place in the queue, from 1; None when it does not wait."""
        folder = folder.resolve()
        with self._lock:
            if folder not in self._waiting:
                return None
            return [ticket.folder for ticket in self._waiting.order(self._turns())].index(
                folder
            ) + 1

    def status(self, folder: Path) -> Progress:
        """The run's state; "queued" while it waits for a worker."""
        folder = folder.resolve()
        if self._clock() - self._looked >= TICK:
            self.tick()
        with self._lock:
            job, fault = self._jobs.get(folder), self._faults.get(folder)
            if folder in self._waiting:
                return replace(runs.latest(folder), state="queued", error="")
        if job:
            progress = runs.latest(folder)
            waits = job.turn.again and not progress.going
            return replace(progress, state="queued") if waits else progress
        if fault and not runs.going(folder):
            return replace(runs.latest(folder), state="failed", error=fault)
        return runs.status(folder)

    def cancel(self, folder: Path) -> None:
        """Stop the run, or take it out of the queue."""
        folder = folder.resolve()
        with self._lock:
            self._faults.pop(folder, None)
            job = self._jobs.get(folder)
            if job:
                job.cancel(self._clock())
            elif not self._waiting.drop(folder) and runs.going(folder):
                self._contain(folder, lambda: runs.cancel(folder))
            else:
                self._contain(folder, lambda: conclude_cancelled(folder))

    def park(self, folder: Path) -> None:
        """Park the run, by its worker or out of the queue, until it is submitted again."""
        folder = folder.resolve()
        with self._lock:
            job = self._jobs.get(folder)
            if not self._waiting.drop(folder) and job and not job.cancelled:
                self._contain(folder, lambda: job.park(self._clock(), again=False))

    def prune(self, folder: Path, limit_bytes: int) -> list[Path]:
        """Removes the oldest unused runs in `folder` until they take at most `limit_bytes`, now and
        whenever one of them has ended: what a worker wrote last counts, too.
        """
        folder = folder.resolve()
        with self._lock:
            self._limits[folder] = limit_bytes
            return pruning.prune(
                folder, limit_bytes, lambda f: f in self._jobs or f in self._waiting
            )

    def tick(self) -> None:
        """Removes ended workers, parks runs for those that must not wait, starts the next ones."""
        with self._lock:
            self._looked = self._clock()
            for job in list(self._jobs.values()):
                self._contain(job.folder, lambda job=job: self._watch(job))
            self._park_for_waiting()
            while self._waiting and len(self._jobs) < self.workers:
                ticket = self._waiting.order(self._turns())[0]
                self._waiting.drop(ticket.folder)
                self._begin(Turn(ticket, self._looked))

    def _watch(self, job: Job) -> None:
        if job.process.poll() is None:
            return job.watch(self._looked)
        del self._jobs[job.folder]
        ending = job.ending()
        if ending == "queue":
            self._waiting.add(job.turn.ticket)
        elif ending == "restart":
            self._begin(Turn(job.turn.ticket, job.turn.since), job.before.step)
        elif (limit := self._limits.get(job.folder.parent)) is not None:
            self.prune(job.folder.parent, limit)
        return None

    def _park_for_waiting(self) -> None:
        turns, free = self._turns(), self.workers - len(self._jobs)
        waiting, books = self._waiting.order(turns), self._waiting.books(turns)
        for turn, again in to_park(turns, waiting, books, free, self._looked):
            job = self._jobs[turn.ticket.folder]
            self._contain(job.folder, lambda job=job, again=again: job.park(self._looked, again))

    def _begin(self, turn: Turn, furthest: int = 0) -> None:
        """Starts a worker for a run; a failure to start is recorded with that run alone."""
        ticket = turn.ticket
        before = Mark.of(ticket.folder)
        process = self._contain(ticket.folder, lambda: self._launch(ticket.folder, not ticket.live))
        if process is not None:
            before = before._replace(step=max(before.step, furthest))
            self._jobs[ticket.folder] = Job(turn, process, before)
            self._waiting.started(ticket.session)

    def _turns(self) -> list[Turn]:
        return [job.turn for job in self._jobs.values()]

    def _refuse(self, folder: Path, session: str) -> None:
        job = self._jobs.get(folder)
        if job and job.cancelled:
            raise UserError("this run is still stopping: try again in a moment")
        if folder in self._waiting or (job and (job.turn.leaving is None or job.turn.again)):
            raise UserError("this run is already going: there is nothing to start")
        if not job and runs.going(folder):
            raise UserError(
                "this run is going on another server of this machine: stop it there first"
            )
        if not any((folder / name).is_file() for name in (runs.RUN, runs.SETTINGS)):
            raise UserError(f"{folder.name} holds no settings to train with: make a new run")
        if self._unfinished(session) >= self.quota:
            raise UserError(
                f"{self.quota} of your runs are unfinished: stop one, or wait until one is done"
            )

    def _unfinished(self, session: str) -> int:
        going = [turn.ticket for turn in self._turns() if turn.leaving is None or turn.again]
        return sum(ticket.session == session for ticket in [*self._waiting.tickets(), *going])

    def _contain(self, folder: Path, act: Callable[[], T]) -> T | None:
        """Calls `act`; an error with one run, logged in one line, must not stop the others."""
        try:
            return act()
        except Exception as error:
            line = _line(error)
            _LOG.warning("%s: %s", folder.name, line)
            if folder not in self._jobs:
                self._faults[folder] = line
            return None

    def _look_after(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self._tick_while_busy, name="vaeviz-registry", daemon=True
            )
            self._thread.start()

    def _tick_while_busy(self) -> None:
        while True:
            time.sleep(TICK)
            with self._lock:
                self._contain(Path(), self.tick)
                if not (self._jobs or self._waiting):
                    self._thread = None
                    return


def _line(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, OSError):
        return (
            f"the run's folder cannot be written ({error.strerror}): free some space, or make it"
            " writable"
        )
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
