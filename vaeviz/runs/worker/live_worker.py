"""The process of one live run: it trains, writes frames and snapshots, and obeys the page.

The worker reads the page's requests between any two steps (at most 100 times per second). It writes
a frame several times per second while a page watches and one per second otherwise, and a snapshot
every few seconds. At a divergence it restores a good snapshot and waits for the user. It writes
moves to the disk before they act, so that a killed run repeats them at the same steps. It reports a
full or read-only disk and goes on training: what could not be written follows later.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

from vaeviz import checkpoints, data, families
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import UserError
from vaeviz.runs.folder import control, frame_file
from vaeviz.runs.folder.progress import CANCEL, MODEL, PARK, PROGRESS, RUN, TWIN, Progress, to_json
from vaeviz.runs.worker.clock import Due, Pace
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.snapshots import Attempt, Snapshots
from vaeviz.runs.worker.twins import Line
from vaeviz.training.divergence import Diverged
from vaeviz.training.results import numbers

UNWATCHED = 1.0  # seconds between frames while no page watches


class LiveWorker:
    """One live run in `folder`; it parks once `parent` is not its parent process (0: never)."""

    def __init__(self, folder: Path, parent: int = 0) -> None:
        self.folder, self.parent = folder, parent
        self.progress = Progress()
        self.notice = ""  # what the user has to change
        self.disk_error = ""  # the disk's error, until everything is written again
        line = Line.from_json(read_json(folder / RUN))
        self._report(steps=line.settings.steps)
        self.session = Session(line, data.load(line.settings.data, self._downloading))
        self.attempt = Attempt.read(folder)
        self.snapshots = Snapshots(folder, self.attempt.rewinds)
        self.watch = control.Watch(folder)
        self.request = self.watch.look()
        self.taken = self._resume()  # single steps
        self.held_at: int | None = None  # after a divergence: the worker waits for more plays
        self.pace, self.frames, self.saves = Pace(), Due(0.1, 0.2, 0.06), Due(2.0, 10.0, 0.02)
        self.shown = self.saved = -1  # steps
        self.looked = 0.0  # when a page last read a frame

    def _resume(self) -> int:
        """Restores the newest snapshot and newer moves; returns the single steps taken by then."""
        restored = self.snapshots.newest(self.session)
        self.session.replay(list(self.attempt.moves))
        if not restored:
            return self.attempt.singles
        return self.request.single if self.snapshots.taken is None else self.snapshots.taken

    def run(self) -> Progress:
        """Trains until the last step, a request to stop, or the end of the server: takes steps
        until the next read of requests, or rests; then writes what is due.
        """
        self._report(state="running", step=self.session.step, steps=self.session.steps, error="")
        while True:
            try:
                end = self._end()
                if end:
                    return self._finish(end)
                if self._step_due() and not self.session.over:
                    self._advance()
                else:
                    self.pace.rest(self.resting)
                with self._disk_errors_reported():
                    self._publish()
            except Diverged as error:
                with self._disk_errors_reported():
                    self._roll_back(error)

    @contextlib.contextmanager
    def _disk_errors_reported(self) -> Iterator[None]:
        """Reports an error of the disk and marks everything to be written again."""
        try:
            yield
        except OSError as error:
            self.disk_error = f"cannot write {self.folder.name} ({error.strerror}): free some space"
            self.shown = self.saved = -1

    def _end(self) -> str:
        """The final state, "" while the run goes on; obeys the page's other requests."""
        if not self.pace.time_to_look():
            return ""
        self.request = self.watch.look()
        if (self.folder / CANCEL).exists():
            return "stopped"
        if (self.folder / PARK).exists() or (self.parent > 0 and os.getppid() != self.parent):
            return "parked"
        with self._disk_errors_reported():
            self._obey()
        return "done" if self.session.over else ""

    def _obey(self) -> None:
        if self.request.rewinds > self.attempt.rewinds:
            self._rewind()
        for name in control.MOVABLE:
            wanted = getattr(self.request, name)
            if wanted is not None and wanted != self.session.value(name):
                self._move(name, wanted)
        if self.held_at is not None and self.request.plays > self.held_at:
            self.held_at, self.notice = None, ""

    @property
    def resting(self) -> bool:
        """Paused by the user, or held after a divergence."""
        return self.request.paused or self.held_at is not None

    def _advance(self) -> None:
        """Takes one step; at full speed, as many as fit between two reads of requests."""
        counted = self.resting or self.request.pace > 0
        while True:
            self.session.advance()
            self.pace.stepped()
            if counted or self.session.over or self.pace.look_due:
                return

    def _step_due(self) -> bool:
        if not self.resting:
            self.taken = self.request.single
            return self.pace.due(self.request.pace)
        if self.request.single > self.taken:
            self.taken += 1
            return True
        return False

    def _publish(self) -> None:
        at_once = self.resting and not self.disk_error
        if self.session.step != self.shown and (at_once or self._frame_due()):
            self._show()
        if self.session.step != self.saved and self.saves.now():
            self._save()
        if min(self.shown, self.saved) >= 0:
            self.disk_error = ""
        state = "paused" if self.resting else "running"
        if self.pace.time_to_report() or state != self.progress.state:
            error = ". ".join(filter(None, (self.notice, self.disk_error)))
            rate = 0.0 if self.resting else self.pace.rate
            self._report(state=state, step=self.session.step, rate_of_steps=rate, error=error)

    def _frame_due(self) -> bool:
        """One frame per read of a page, and one per second where none reads."""
        if not self.frames.now():
            return False
        looked = control.last_look(self.folder)
        fresh, self.looked = looked != self.looked, looked
        return fresh or self.frames.now(UNWATCHED)

    def _show(self) -> None:
        with self.frames:
            frame_file.write(
                self.folder,
                self.session.frame(self.pace.rate, graded=self.resting or self.request.pace > 0),
            )
        self.shown = self.session.step

    def _save(self, durable: bool = False) -> None:
        """Saves a snapshot of finite weights; only the last one needs the disk flushed.

        Before the last, none while J is far above coding nothing: it may be about to diverge.
        """
        if self.session.astray and not durable:
            return
        with self.saves:
            for member in self.session.members:
                member.trainer.check_weights()
            if self.disk_error:
                self._write_moves()
            self.snapshots.save(self.session, self.taken, durable)
        self.saved = self.session.step

    def _move(self, name: str, value: float) -> None:
        """Makes a move, in force from the next step on, and writes it to the disk."""
        try:
            dataclasses.replace(self.session.line.settings, **{name: value})
        except UserError as error:
            self.notice = str(error)
            return
        self.session.move(name, value)
        self._write_moves()

    def _rewind(self) -> None:
        """Goes back to step 0 and the run's first settings; removes older snapshots."""
        self.attempt = Attempt(self.request.rewinds, self.request.single)
        self.snapshots.rewinds = self.attempt.rewinds
        self.session.rewind()
        self.taken, self.held_at, self.notice = self.request.single, None, ""
        self._write_moves()
        self.snapshots.clear()
        self._show()

    def _roll_back(self, error: Diverged) -> None:
        """Restores the older snapshot (the newest may diverge already); waits for the user."""
        if not self.snapshots.oldest(self.session):
            self.session.rewind()
        self.held_at = self.request.plays
        self.notice = f"{error}. Back at step {self.session.step}: change it, then press play"
        self._write_moves()
        self._show()

    def _finish(self, state: str) -> Progress:
        """Writes the last snapshot and frame; unless parked, also the models and their numbers."""
        self._save(durable=True)
        self._show()
        held_out = None if state == "parked" else self._save_models()
        return self._report(
            state=state,
            step=self.session.step,
            rate_of_steps=0.0,
            held_out=held_out,
            error=self.notice,
        )

    def _save_models(self) -> dict[str, float]:
        """Saves every member as a checkpoint; returns the held-out numbers of the first."""
        dataset, held_out = data.load(self.session.line.settings.data), []
        for member, name in zip(self.session.members, (MODEL, TWIN), strict=False):
            member.trainer.finish()
            settings = member.trainer.settings
            family = families.of(settings)
            result, manifest = family.judge(member.model, settings, dataset, name)
            draft = dataclasses.replace(manifest, steps=self.session.step)
            checkpoints.save(member.model, self.folder, draft)
            held_out.append(numbers(result))
        return held_out[0]

    def _downloading(self, progress: data.Progress) -> None:
        self._report(error=f"{progress.stage}, {progress.received / 1e6:.1f} MB")

    def _write_moves(self) -> None:
        dataclasses.replace(self.attempt, moves=tuple(self.session.planned)).write(self.folder)

    def _report(self, **changes: object) -> Progress:
        self.progress = dataclasses.replace(self.progress, **changes)  # type: ignore[arg-type]
        write_json(self.folder / PROGRESS, to_json(self.progress), durable=not self.progress.going)
        return self.progress
