"""The process of one live run: it trains, shows, listens, keeps snapshots, and leaves nothing half
done.

It looks at what the page asks between any two steps (at most 100 times per second), writes a frame
several times per second while a page watches and one per second otherwise, and keeps a snapshot
every few seconds. At a divergence it goes back to a good snapshot and waits for the user. Moves are
on the disk before they act, so a run that was killed repeats them at their very steps. A disk that
is full or read-only is told, and the training goes on: what could not be written follows later.
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
from vaeviz.runs.worker.snapshots import Life, Snapshots
from vaeviz.runs.worker.twins import Line
from vaeviz.training.loop import Diverged
from vaeviz.training.results import numbers

UNWATCHED = 1.0  # seconds between frames that nobody watches


class LiveWorker:
    """One live run in `folder`; `parent` is the process id to outlive by a moment only, 0 for
    none.
    """

    def __init__(self, folder: Path, parent: int = 0) -> None:
        self.folder, self.parent = folder, parent
        self.progress = Progress()
        self.notice = ""  # what went wrong, until the user mends it
        self.unwritten = ""  # that the disk takes nothing, until it has taken all again
        line = Line.from_json(read_json(folder / RUN))
        self._say(steps=line.settings.steps)
        self.session = Session(line, data.load(line.settings.data, self._downloading))
        self.life = Life.read(folder)
        self.snapshots = Snapshots(folder, self.life.rewinds)
        self.watch = control.Watch(folder)
        self.asked = self.watch.look()
        self.taken = self._resume()  # single steps
        self.held_at: int | None = (
            None  # after a divergence: the count of plays that we wait to see exceeded
        )
        self.pace, self.frames, self.saves = Pace(), Due(0.1, 0.2, 0.06), Due(2.0, 10.0, 0.02)
        self.shown = self.saved = -1  # steps
        self.looked = 0.0  # when a page last asked

    def _resume(self) -> int:
        """The newest snapshot, and moves that it has not seen; the single steps taken by then."""
        found = self.snapshots.newest(self.session)
        self.session.replay(list(self.life.moves))
        if not found:
            return self.life.singles
        return self.asked.single if self.snapshots.taken is None else self.snapshots.taken

    def run(self) -> Progress:
        """Until the last step, or until somebody asks to stop or the server is gone: steps until
        the next look, or a short rest; then what is due of frames, snapshots and reports.
        """
        self._say(state="running", step=self.session.step, steps=self.session.steps, error="")
        while True:
            try:
                end = self._end()
                if end:
                    return self._finish(end)
                if self._step_due() and not self.session.over:
                    self._advance()
                else:
                    self.pace.rest(self.resting)
                with self._spared():
                    self._publish()
            except Diverged as error:
                with self._spared():
                    self._roll_back(error)

    @contextlib.contextmanager
    def _spared(self) -> Iterator[None]:
        """What cannot be written is told, and due again."""
        try:
            yield
        except OSError as error:
            self.unwritten = f"cannot write {self.folder.name} ({error.strerror}): free some space"
            self.shown = self.saved = -1

    def _end(self) -> str:
        """How the run ends now, "" if it goes on; obeys what else the page asks."""
        if not self.pace.time_to_look():
            return ""
        self.asked = self.watch.look()
        if (self.folder / CANCEL).exists():
            return "stopped"
        if (self.folder / PARK).exists() or (self.parent > 0 and os.getppid() != self.parent):
            return "parked"
        with self._spared():
            self._obey()
        return "done" if self.session.over else ""

    def _obey(self) -> None:
        """Rewinds, moves and plays that the page asks for."""
        if self.asked.rewinds > self.life.rewinds:
            self._rewind()
        for name in control.MOVABLE:
            wanted = getattr(self.asked, name)
            if wanted is not None and wanted != self.session.value(name):
                self._move(name, wanted)
        if self.held_at is not None and self.asked.plays > self.held_at:
            self.held_at, self.notice = None, ""

    @property
    def resting(self) -> bool:
        """Paused by the user, or held after a divergence."""
        return self.asked.paused or self.held_at is not None

    def _advance(self) -> None:
        """One step at least; where no pace is asked for, as many as fit between two looks."""
        counted = self.resting or self.asked.pace > 0
        while True:
            self.session.advance()
            self.pace.stepped()
            if counted or self.session.over or self.pace.look_due:
                return

    def _step_due(self) -> bool:
        if not self.resting:
            self.taken = self.asked.single
            return self.pace.due(self.asked.pace)
        if self.asked.single > self.taken:
            self.taken += 1
            return True
        return False

    def _publish(self) -> None:
        """What is due of frames, snapshots and reports."""
        at_once = self.resting and not self.unwritten
        if self.session.step != self.shown and (at_once or self._frame_due()):
            self._show()
        if self.session.step != self.saved and self.saves.now():
            self._save()
        if min(self.shown, self.saved) >= 0:
            self.unwritten = ""
        state = "paused" if self.resting else "running"
        if self.pace.time_to_report() or state != self.progress.state:
            error = ". ".join(filter(None, (self.notice, self.unwritten)))
            rate = 0.0 if self.resting else self.pace.rate
            self._say(state=state, step=self.session.step, rate_of_steps=rate, error=error)

    def _frame_due(self) -> bool:
        """One frame for each look of a page, and one per second where none looks."""
        if not self.frames.now():
            return False
        looked = control.last_look(self.folder)
        fresh, self.looked = looked != self.looked, looked
        return fresh or self.frames.now(UNWATCHED)

    def _show(self) -> None:
        with self.frames:
            frame_file.write(
                self.folder,
                self.session.frame(self.pace.rate, pressed=self.resting or self.asked.pace > 0),
            )
        self.shown = self.session.step

    def _save(self, durable: bool = False) -> None:
        """A snapshot, of finite weights only. A kill needs no flush to the disk; the last one gets
        it.
        """
        with self.saves:
            for member in self.session.members:
                member.trainer.check_weights()
            if self.unwritten:
                self._write_moves()
            self.snapshots.save(self.session, self.taken, durable)
        self.saved = self.session.step

    def _move(self, name: str, value: float) -> None:
        """On the disk, and in force from the next step on."""
        try:
            dataclasses.replace(self.session.line.settings, **{name: value})
        except UserError as error:
            self.notice = str(error)
            return
        self.session.move(name, value)
        self._write_moves()

    def _rewind(self) -> None:
        """Step 0, as the run began; older snapshots belong to the life before."""
        self.life = Life(self.asked.rewinds, self.asked.single)
        self.snapshots.rewinds = self.life.rewinds
        self.session.rewind()
        self.taken, self.held_at, self.notice = self.asked.single, None, ""
        self._write_moves()
        self.snapshots.clear()
        self._show()

    def _roll_back(self, error: Diverged) -> None:
        """To the older snapshot (the newest may carry the trouble already); wait for the user."""
        if not self.snapshots.oldest(self.session):
            self.session.rewind()
        self.held_at = self.asked.plays
        self.notice = f"{error}. Back at step {self.session.step}: change it, then press play"
        self._write_moves()
        self._show()

    def _finish(self, state: str) -> Progress:
        """The last snapshot and frame; unless parked, the models too, with their held-out
        numbers.
        """
        self._save(durable=True)
        self._show()
        held_out = None if state == "parked" else self._keep()
        return self._say(
            state=state,
            step=self.session.step,
            rate_of_steps=0.0,
            held_out=held_out,
            error=self.notice,
        )

    def _keep(self) -> dict[str, float]:
        """Saves every member as a checkpoint; the held-out numbers of the first."""
        dataset, found = data.load(self.session.line.settings.data), []
        for member, name in zip(self.session.members, (MODEL, TWIN), strict=False):
            member.trainer.finish()
            settings = member.trainer.settings
            family = families.of(settings)
            result, manifest = family.judge(member.model, settings, dataset, name)
            draft = dataclasses.replace(manifest, steps=self.session.step)
            checkpoints.save(member.model, self.folder, draft)
            found.append(numbers(result))
        return found[0]

    def _downloading(self, progress: data.Progress) -> None:
        self._say(error=f"{progress.stage}, {progress.received / 1e6:.1f} MB")

    def _write_moves(self) -> None:
        dataclasses.replace(self.life, moves=tuple(self.session.planned)).write(self.folder)

    def _say(self, **changes: object) -> Progress:
        self.progress = dataclasses.replace(self.progress, **changes)  # type: ignore[arg-type]
        write_json(self.folder / PROGRESS, to_json(self.progress), durable=not self.progress.going)
        return self.progress
