"""What the page asks of a live run: one small file, written whole, looked at a hundred times a
second.

Counters, not commands: "the third single step" stays true however often it is read, and none gets
lost.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vaeviz.checkpoints.files import read_json, write_atomic
from vaeviz.config import UserError, from_values

CONTROL, WATCH = "control.json", "watch"
LATELY = 3.0  # seconds after its last look for which a page counts as watching


@dataclass(frozen=True)
class Control:
    """`pace` is steps a second (0: full speed); `single`, `rewinds` and `plays` count what was ever
    asked.

    `beta`, `sigma2` and `learning_rate` are where the sliders stand; below 0 as the run's settings
    have them.
    """

    paused: bool = False
    pace: float = 0.0
    single: int = 0
    rewinds: int = 0
    plays: int = 0
    beta: float = -1.0
    sigma2: float = -1.0
    learning_rate: float = -1.0


def watched(folder: Path) -> bool:
    """Whether a page has looked at the run lately."""
    return time.time() - last_look(folder) < LATELY


def last_look(folder: Path) -> float:
    """When a page last looked at the run, in seconds of the wall clock; 0 if none ever did."""
    try:
        return (folder / WATCH).stat().st_mtime
    except OSError:
        return 0.0


def read(folder: Path) -> Control:
    """The newest wishes; the defaults where none was written. Raises UserError for a spoilt
    file.
    """
    path = folder / CONTROL
    return from_values(Control, read_json(path)) if path.is_file() else Control()


def write(folder: Path, control: Control) -> None:
    """Put `control` in place. Raises OSError."""
    write_atomic(
        folder / CONTROL, json.dumps(asdict(control), allow_nan=False).encode(), durable=False
    )


class Watch:
    """Reads the file again only when it has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, Control()
        self._stamp: Any = None

    def look(self) -> Control:
        """The newest wishes; a file that cannot be read leaves them as they were."""
        with contextlib.suppress(OSError, UserError):
            about = (self.folder / CONTROL).stat()
            stamp = (about.st_mtime_ns, about.st_ino, about.st_size)
            if stamp != self._stamp:
                self.now, self._stamp = read(self.folder), stamp
        return self.now
