"""The linear VAEs that the laboratory trains: one where the hand rests, in a process of its own.

All sessions share what is trained: a class that follows along asks for the same settings.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from vaeviz.checkpoints import RUNS
from vaeviz.checkpoints.files import write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.launch import Progress
from vaeviz.runs.queue.registry import Registry
from vaeviz.ui.runs import first, registry, session

FOLDER = RUNS / "linear"
KEPT = 5_000_000  # bytes of runs on disk
REST = 0.6  # seconds that a setting stays before it is trained
_DESK = "collapse-linear-desk"
_FOLDERS: dict[RunSettings, Path] = {}  # of all sessions


@dataclass
class Desk:
    """One session's wish; `clock` counts seconds."""

    registry: Registry
    session: str
    first: bool
    folder: Path = FOLDER
    clock: Callable[[], float] = time.monotonic
    shared: dict[RunSettings, Path] = field(default_factory=dict)
    wish: RunSettings | None = None
    since: float = 0.0
    mine: Path | None = None  # the run that this session started last
    refused: Progress | None = None  # what became of the last try, if nothing

    def look(self, wanted: RunSettings) -> Progress | None:
        """Where the run stands, and None before there is one: it starts once `wanted` has stayed a
        while.

        A refused one is asked for again after another rest, with the refusal in view; where nothing
        can be written, not before another is wanted.
        """
        if wanted != self.wish:
            self.wish, self.since, self.refused = wanted, self.clock(), None
            self._leave(self.shared.get(wanted))
        known = self._known(wanted)
        if known is not None:
            return known
        if self.clock() - self.since < REST or (self.refused and self.refused.over):
            return self.refused
        return self._start(wanted)

    def leave(self) -> None:
        """Nothing is wanted any more: what still trains for this session is stopped."""
        self.wish = None
        self._leave(None)

    def _known(self, wanted: RunSettings) -> Progress | None:
        """None where there is no run, or where it was cancelled or its folder has gone."""
        folder = self.shared.get(wanted)
        if folder is None:
            return None
        try:
            progress = self.registry.status(folder)
        except UserError:
            progress = Progress(state="cancelled")
        if progress.state != "cancelled":
            return progress
        del self.shared[wanted]
        return None

    def _leave(self, other: Path | None) -> None:
        mine, self.mine = self.mine, None
        if mine is None or mine == other:
            self.mine = mine
        elif self.registry.status(mine).going:
            self.registry.cancel(mine)

    def _start(self, wanted: RunSettings) -> Progress:
        """Into the queue; a run that is refused leaves nothing behind, and says why."""
        folder, self.refused = self.folder / uuid.uuid4().hex[:12], None
        try:
            self.registry.prune(self.folder, KEPT)
            write_json(folder / runs.SETTINGS, wanted.to_json())
            (folder / runs.LINEAR).touch()
            self.registry.submit(folder, self.session, first=self.first, until_flat=True)
        except (UserError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            self.since = self.clock()
            self.refused = self._why(error)
            return self.refused
        self.shared[wanted] = self.mine = folder
        return self.registry.status(folder)

    def _why(self, error: Exception) -> Progress:
        if isinstance(error, OSError):
            where, why = f"{self.folder.parent.name}/{self.folder.name}", error.strerror or error
            words = f"Nothing is trained: the folder {where} can't be written ({why})"
            return Progress(state="failed", error=words)
        return Progress(state="queued", error=str(error))


def desk() -> Desk:
    """This session's desk."""
    if _DESK not in st.session_state:
        st.session_state[_DESK] = Desk(registry(), session(), first(), shared=_FOLDERS)
    return st.session_state[_DESK]
