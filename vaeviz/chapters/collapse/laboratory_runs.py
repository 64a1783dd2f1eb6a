"""The linear VAEs that the laboratory trains: one when the sliders rest, in another process.

All sessions share these runs: a class with the same settings trains one model.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vaeviz.chapters.chapter import Context
from vaeviz.checkpoints import RUNS
from vaeviz.checkpoints.files import write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.runs.folder.progress import LINEAR, SETTINGS, Progress
from vaeviz.runs.queue.registry import Registry
from vaeviz.serve import runs

FOLDER = RUNS / "linear"
KEPT = 5_000_000  # bytes of runs on disk
REST = 0.6  # seconds that a setting must rest before it is trained
_FOLDERS: dict[RunSettings, Path] = {}  # of all sessions


@dataclass
class Trainer:
    """One session's training: the wanted settings, since when, and the run it started.

    `shared` are the folders of all sessions' runs; `clock` counts seconds; `refusal` is why the
    last run was refused.
    """

    registry: Registry
    session: str
    first: bool
    folder: Path = FOLDER
    clock: Callable[[], float] = time.monotonic
    shared: dict[RunSettings, Path] = field(default_factory=dict)
    settings: RunSettings | None = None
    since: float = 0.0
    started: Path | None = None
    refusal: Progress | None = None

    def progress(self, settings: RunSettings) -> Progress | None:
        """The state of the run of these settings; None until they have rested and it starts.

        A refused run is tried again after another rest, with the refusal shown; where nothing can
        be written, only after the settings change.
        """
        if settings != self.settings:
            self.settings, self.since, self.refusal = settings, self.clock(), None
            self._cancel(unless=self.shared.get(settings))
        progress = self._shared(settings)
        if progress is not None:
            return progress
        if self.clock() - self.since < REST or (self.refusal and self.refusal.over):
            return self.refusal
        return self._start(settings)

    def stop(self) -> None:
        """Cancels the run that this session started."""
        self.settings = None
        self._cancel()

    def _shared(self, settings: RunSettings) -> Progress | None:
        """The run's state; None without a run, or if it was cancelled or its folder is missing."""
        folder = self.shared.get(settings)
        if folder is None:
            return None
        try:
            progress = self.registry.status(folder)
        except UserError:
            progress = Progress(state="cancelled")
        if progress.state != "cancelled":
            return progress
        del self.shared[settings]
        return None

    def _cancel(self, unless: Path | None = None) -> None:
        folder = self.started
        if folder is None or folder == unless:
            return
        self.started = None
        if self.registry.status(folder).going:
            self.registry.cancel(folder)

    def _start(self, settings: RunSettings) -> Progress:
        """Queues the run; a refused one leaves no folder, and its reason is kept."""
        folder, self.refusal = self.folder / uuid.uuid4().hex[:12], None
        try:
            self.registry.prune(self.folder, KEPT)
            write_json(folder / SETTINGS, settings.to_json())
            (folder / LINEAR).touch()
            self.registry.submit(folder, self.session, first=self.first, until_flat=True)
        except (UserError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            self.since = self.clock()
            self.refusal = self._refused(error)
            return self.refusal
        self.shared[settings] = self.started = folder
        return self.registry.status(folder)

    def _refused(self, error: Exception) -> Progress:
        if isinstance(error, OSError):
            where, why = f"{self.folder.parent.name}/{self.folder.name}", error.strerror or error
            words = f"Nothing is trained: the folder {where} can't be written ({why})"
            return Progress(state="failed", error=words)
        return Progress(state="queued", error=str(error))


def trainer(context: Context) -> Trainer:
    """This session's training."""
    if "trainer" not in context.memory:
        who = context.visitor
        context.memory["trainer"] = Trainer(runs.REGISTRY, who.session, who.local, shared=_FOLDERS)
    return context.memory["trainer"]
