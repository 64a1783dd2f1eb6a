"""Live runs by their links: a secret key steers a run, its public name lets others watch.

A run's folder is named by a digest of its key, so a link to watch does not give the key away.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaeviz.checkpoints import RUNS
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import UserError
from vaeviz.runs.folder import control
from vaeviz.runs.folder.control import MOVABLE, Control
from vaeviz.runs.folder.progress import RUN
from vaeviz.runs.worker.twins import Line

FOLDER = RUNS / "live"
LIMIT = 1_000_000_000  # bytes of all live runs together
_LINK = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class LiveRun:
    """A run's folder, and the key that steers it ("" for a user who only watches)."""

    folder: Path
    key: str = ""

    @property
    def owner(self) -> bool:
        return bool(self.key)

    @property
    def link(self) -> str:
        """The public name, which lets others watch."""
        return self.folder.name

    @property
    def address(self) -> str:
        """What opens the page again: the key for its owner."""
        return self.key or self.folder.name


def create(line: Line, plan: dict[str, Any], pace: float, folder: Path = FOLDER) -> LiveRun:
    """A new run that is not started yet, with the page's plan kept beside it. Raises OSError."""
    key = secrets.token_urlsafe(16)
    run = LiveRun((folder / _digest(key)).resolve(), key)
    write_json(run.folder / RUN, {**line.to_json(), "plan": plan})
    control.write(run.folder, Control(pace=pace))
    return run


def find(link: str, folder: Path = FOLDER) -> LiveRun | None:
    """The run that a link leads to: by its key to steer it, by its name to watch; None if there is
    none.
    """
    if not _LINK.fullmatch(link):
        return None
    for run in (LiveRun(folder / _digest(link), link), LiveRun(folder / link)):
        if (run.folder / RUN).is_file():
            return LiveRun(run.folder.resolve(), run.key)
    return None


def plan_of(run: LiveRun) -> dict[str, Any]:
    """The plan that was kept beside the run. Raises UserError where it can't be read."""
    kept = read_json(run.folder / RUN).get("plan")
    if not isinstance(kept, dict):
        raise UserError("this run's plan can't be read: start a new one")
    return kept


def watched(run: LiveRun) -> None:
    """Tells the worker that a page shows the run; a folder that can't be written hides nothing."""
    with contextlib.suppress(OSError):
        (run.folder / control.WATCH).touch()


def sliders(run: LiveRun) -> dict[str, float]:
    """Where the user has moved β, σ² and the learning rate. Raises UserError."""
    now = control.read(run.folder)
    return {name: value for name in MOVABLE if (value := getattr(now, name)) is not None}


def pace(run: LiveRun) -> float:
    """Steps per second, 0 for full speed. Raises UserError."""
    return control.read(run.folder).pace


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
