"""The stored run: a finished run that the page plays until there is one of the visitor's own.

It was trained by `python -m vaeviz stored`. Frames follow each other at most every PACE seconds,
one per question of the page, and stop at the last: a page at rest asks nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vaeviz.chapters.settings import Note, shown
from vaeviz.chapters.training.plan import Plan, read
from vaeviz.chapters.training.transport import Standing, transport
from vaeviz.checkpoints import SHIPPED
from vaeviz.config import UserError
from vaeviz.runs.folder import stored_run
from vaeviz.runs.folder.stored_run import StoredRun

PLAN = Plan()  # the settings with which the page opens
FILE = SHIPPED / "runs" / "mnist-5k.bin"
PACE = 0.18  # seconds between frames


@lru_cache
def load() -> StoredRun | None:
    """The stored run; None where its file is missing or damaged: the page can do without."""
    try:
        run = stored_run.read(FILE)
        read(run.plan).settings()
    except (UserError, OSError):
        return None
    return run if run.frames else None


def plan() -> Plan | None:
    """What the stored run was trained with."""
    run = load()
    return read(run.plan) if run else None


@dataclass(eq=False)
class Playback:
    """Where one tab's showing of `count` frames stands."""

    count: int
    at: int = 0
    playing: bool = True
    touched: bool = False  # whether the user has steered it
    clock: Callable[[], float] = time.monotonic
    _moved: float | None = None

    @property
    def ended(self) -> bool:
        return self.at >= self.count - 1

    def look(self, still: bool = False) -> int:
        """The frame to show now; `still`: the visitor wants no motion but what they ask for."""
        if still and not self.touched:
            self.at, self.playing = self.count - 1, False
        now = self.clock()
        if self._moved is None:
            self._moved = now
        elif self.playing and now - self._moved >= PACE:
            self.at, self._moved = min(self.at + 1, self.count - 1), now
        self.playing = self.playing and not self.ended
        return self.at

    def act(self, name: str, value: Any) -> list[Note]:
        """Play, pause, one frame, the first one, or the one at a share of the way."""
        if name not in _ACTS:
            return []
        self.touched = True
        _ACTS[name](self, value)
        return []

    def _play(self, value: Any) -> None:
        self.at = 0 if self.ended else self.at
        self.playing, self._moved = True, None

    def _pause(self, value: Any) -> None:
        self.playing = False

    def _step(self, value: Any) -> None:
        self.at, self.playing = min(self.at + 1, self.count - 1), False

    def _rewind(self, value: Any) -> None:
        self.at, self.playing = 0, False

    def _seek(self, value: Any) -> None:
        """Raises UserError for what is no share of the way."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise UserError(f"there is no frame at {shown(value)}: choose one between 0 and 1")
        self.at, self.playing = round(value * (self.count - 1)), False


_ACTS: dict[str, Callable[[Playback, Any], None]] = {
    "play": Playback._play,
    "pause": Playback._pause,
    "step": Playback._step,
    "rewind": Playback._rewind,
    "seek": Playback._seek,
}


def standing(run: StoredRun, playback: Playback, speed: str) -> dict[str, Any]:
    """The page's transport over the stored frames."""
    frame, ended = run.frames[playback.at], playback.ended
    words = "playing" if playback.playing else "its end" if ended else "paused"
    moves = ("pause",) if playback.playing else ("play",) if ended else ("play", "step")
    return {
        **transport(Standing(None, True, None, speed), 0, 0),
        "state": "stored",
        "text": f"Stored run, {words}",
        "can": ["start", *moves, "rewind", "seek"],
        "step": frame.step,
        "steps": frame.steps,
        "share": playback.at / max(playback.count - 1, 1),
    }


def wait(playback: Playback | None) -> int | None:
    """Milliseconds until the page asks for the next frame."""
    return round(PACE * 1000) if playback and playback.playing else None


def story(of: Plan, differs: bool) -> str:
    """What is stored, in a line; `differs`: the settings on the left are others by now."""
    about = f"{of.data}, d = {of.latent}"
    if differs:
        return f"The stored run stays: {about}. Start trains the settings at the left."
    return f"Stored run: {about}. Start trains anew."
