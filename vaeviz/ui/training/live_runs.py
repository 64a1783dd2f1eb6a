"""Live runs by their links: a secret key steers a run, its public name lets others watch. No
Streamlit.

A run's folder is named by a digest of its key, so a link to watch does not give the key away.
"""

from __future__ import annotations

import dataclasses
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
from vaeviz.runs.folder.control import Control
from vaeviz.runs.folder.progress import RUN
from vaeviz.runs.worker.twins import Line
from vaeviz.ui.training.settings import LIVE, SPEEDS, Plan, parse

FOLDER = RUNS / "live"
LIMIT = 1_000_000_000  # bytes of all live runs together
_LINK = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class LiveRun:
    """A run's folder, and the key that steers it ("" for someone who only watches)."""

    folder: Path
    key: str = ""

    @property
    def owner(self) -> bool:
        return bool(self.key)

    @property
    def link(self) -> str:
        """What to give to others: it lets them watch."""
        return self.folder.name

    @property
    def address(self) -> str:
        """What brings this very page back: the key for who has it."""
        return self.key or self.folder.name


def create(plan: Plan, folder: Path = FOLDER) -> LiveRun:
    """A new run of this plan, not started yet; UserError for a plan that can't be trained. Raises
    OSError.
    """
    line = Line(plan.run_settings(), plan.twin_settings())
    key = secrets.token_urlsafe(16)
    run = LiveRun((folder / _digest(key)).resolve(), key)
    write_json(run.folder / RUN, {**line.to_json(), "plan": dataclasses.asdict(plan)})
    control.write(run.folder, Control(pace=plan.pace))
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


def plan_of(run: LiveRun) -> Plan:
    """The plan that the run was started with. Raises UserError where it can't be read."""
    kept = read_json(run.folder / RUN).get("plan")
    if not isinstance(kept, dict):
        raise UserError("this run's plan can't be read: start a new one")
    return parse(kept)[0]


def current_plan(run: LiveRun) -> Plan:
    """The plan with the sliders and the speed where they stand now."""
    begun, asked = plan_of(run), control.read(run.folder)
    moved = {name: value for name in LIVE if (value := getattr(asked, name)) >= 0}
    speed = next(
        (s for s in SPEEDS if dataclasses.replace(begun, speed=s).pace == asked.pace), begun.speed
    )
    return dataclasses.replace(begun, **moved, speed=speed)


def ask(run: LiveRun, **changes: Any) -> Control:
    """Put wishes before the worker: fields of Control; a value of "+" counts one more."""
    before = control.read(run.folder)
    values = {
        name: getattr(before, name) + 1 if value == "+" else value
        for name, value in changes.items()
    }
    wanted = dataclasses.replace(before, **values)
    if wanted != before:
        control.write(run.folder, wanted)
    return wanted


def watched(run: LiveRun) -> None:
    """Tell the worker that someone looks; a folder that can't be written is no reason to look
    away.
    """
    try:
        (run.folder / control.WATCH).touch()
    except OSError:
        return


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
