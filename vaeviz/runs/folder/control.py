"""The page's requests to a live run: one small file, written whole, read up to 100 times per
second.

Counters, not commands: "the third single step" stays true however often the worker reads it, and no
click gets lost.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from vaeviz.checked import UserError, checked
from vaeviz.checkpoints.files import read_json, write_atomic

CONTROL, WATCH = "control.json", "watch"
MOVABLE = ("beta", "sigma2", "learning_rate")  # settings that move during a run
LATELY = 3.0  # seconds after its last read for which a page counts as watching


@dataclass(frozen=True)
class Control:
    """`pace` is steps per second (0: full speed); `single`, `rewinds` and `plays` count all clicks.

    `beta`, `sigma2` and `learning_rate` are the sliders' values; None: as in the run's settings.
    """

    paused: bool = False
    pace: float = 0.0
    single: int = 0
    rewinds: int = 0
    plays: int = 0
    beta: float | None = None
    sigma2: float | None = None
    learning_rate: float | None = None


def watched(folder: Path) -> bool:
    """Whether a page has read the run's frame in the last LATELY seconds."""
    return time.time() - last_look(folder) < LATELY


def last_look(folder: Path) -> float:
    """When a page last read the run's frame, in seconds of the wall clock; 0 if never."""
    try:
        return (folder / WATCH).stat().st_mtime
    except OSError:
        return 0.0


def read(folder: Path) -> Control:
    """The page's last request, or the defaults. Raises UserError for a spoilt file."""
    path = folder / CONTROL
    if not path.is_file():
        return Control()
    values = read_json(path)
    older = {name for name in MOVABLE if values.get(name) == -1.0}  # once written for None
    return checked(Control, {n: None if n in older else v for n, v in values.items()}, "request")


def write(folder: Path, control: Control) -> None:
    """Raises OSError."""
    write_atomic(
        folder / CONTROL, json.dumps(asdict(control), allow_nan=False).encode(), durable=False
    )


# Each of these raises UserError for a spoilt file and OSError for a full disk.


def play(folder: Path) -> None:
    """Continue, also after a divergence."""
    before = read(folder)
    _put(folder, before, replace(before, paused=False, plays=before.plays + 1))


def pause(folder: Path) -> None:
    before = read(folder)
    _put(folder, before, replace(before, paused=True))


def step(folder: Path) -> None:
    """Take one step, then pause."""
    before = read(folder)
    _put(folder, before, replace(before, paused=True, single=before.single + 1))


def rewind(folder: Path) -> None:
    """Go back to step 0 and the run's first settings, paused."""
    before = read(folder)
    begun = replace(before, beta=None, sigma2=None, learning_rate=None)
    _put(folder, before, replace(begun, paused=True, rewinds=before.rewinds + 1))


def set_pace(folder: Path, pace: float) -> None:
    """Set the steps per second, 0 for full speed."""
    before = read(folder)
    _put(folder, before, replace(before, pace=pace))


def move(
    folder: Path,
    *,
    beta: float | None = None,
    sigma2: float | None = None,
    learning_rate: float | None = None,
) -> None:
    """Move the given settings."""
    before = read(folder)
    _put(
        folder,
        before,
        replace(
            before,
            beta=before.beta if beta is None else beta,
            sigma2=before.sigma2 if sigma2 is None else sigma2,
            learning_rate=before.learning_rate if learning_rate is None else learning_rate,
        ),
    )


def _put(folder: Path, before: Control, after: Control) -> None:
    """Write only a change, so that the worker need not read the file again."""
    if after != before:
        write(folder, after)


class Watch:
    """Reads the control file only when it has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, Control()
        self._stamp: Any = None

    def look(self) -> Control:
        """The page's current request; an unreadable file changes nothing."""
        with contextlib.suppress(OSError, UserError):
            about = (self.folder / CONTROL).stat()
            stamp = (about.st_mtime_ns, about.st_ino, about.st_size)
            if stamp != self._stamp:
                self.now, self._stamp = read(self.folder), stamp
        return self.now
