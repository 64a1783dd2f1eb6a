"""Who watches which run, and the newest frame of each, read once for all who watch. Thread-safe."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from pathlib import Path

from vaeviz.config import UserError
from vaeviz.records import LiveFrame
from vaeviz.runs.folder import frame_file

LATELY = 3.0  # seconds after its last question for which a page counts as watching
KEPT = 32  # runs whose newest frame is in memory


class Watchers:
    """Pages by the time of their last question."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def count(self, who: str) -> int:
        """How many pages watch a run on this server, `who` among them."""
        now = time.monotonic()
        with self._lock:
            self._seen = {name: at for name, at in self._seen.items() if now - at < LATELY} | {
                who: now
            }
            return len(self._seen)


class Frames:
    """The newest frame of each run, and a name for it that changes with it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Path, tuple[str, LiveFrame]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, folder: Path) -> tuple[str, LiveFrame | None]:
        """("", None) before the first frame; a file that can't be read leaves the one before it in
        place.
        """
        stamp = "{}-{}".format(*frame_file.stamp(folder))
        with self._lock:
            kept = self._kept.get(folder)
        if kept and kept[0] == stamp:
            return kept
        try:
            found = stamp, frame_file.read(folder)
        except UserError:
            return kept or ("", None)
        with self._lock:
            self._kept[folder] = found
            self._kept.move_to_end(folder)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found


FRAMES, WATCHERS = Frames(), Watchers()
