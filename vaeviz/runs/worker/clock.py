"""The timing of a live worker: requests, pace, frames, snapshots and reports."""

from __future__ import annotations

import time

LOOK = 0.01  # seconds between reads of the page's requests, and of one rest
WINDOW = 1.0  # seconds over which the speed is measured
REPORT = 0.25  # seconds between reports


class Pace:
    """Steps per second: measured, and limited where the page asks for slow motion."""

    def __init__(self) -> None:
        self.rate = 0.0
        self._looked = self._reported = self._since = self._next = 0.0
        self._steps = 0

    def time_to_look(self) -> bool:
        """True once every LOOK seconds."""
        if not self.look_due:
            return False
        self._looked = time.monotonic()
        return True

    @property
    def look_due(self) -> bool:
        return time.monotonic() - self._looked >= LOOK

    def time_to_report(self) -> bool:
        """True once every REPORT seconds."""
        now = time.monotonic()
        if now - self._reported < REPORT:
            return False
        self._reported = now
        return True

    def due(self, limit: float) -> bool:
        """Whether the next step may be taken at `limit` steps per second; 0 is no limit."""
        now = time.monotonic()
        if limit <= 0 or now >= self._next:
            self._next = now + (1 / limit if limit > 0 else 0.0)
            return True
        return False

    def stepped(self) -> None:
        """Counts a step."""
        now = time.monotonic()
        self._steps += 1
        if now - self._since > WINDOW:
            self.rate = self._steps / (now - self._since) if self._since else 0.0
            self._since, self._steps = now, 0

    def rest(self, paused: bool = False) -> None:
        """Sleeps for LOOK seconds; a pause does not count as training time, slow motion does."""
        time.sleep(LOOK)
        self._since += LOOK if paused and self._since else 0.0


class Due:
    """A repeated task that takes at most its `share` of time, every `fastest` to `slowest` seconds.

    `with due:` measures its cost, which sets the pause that follows.
    """

    def __init__(self, fastest: float, slowest: float, share: float) -> None:
        self.fastest, self.slowest, self.share = fastest, slowest, share
        self.pause = fastest
        self._start = self._last = 0.0

    def now(self, at_least: float = 0.0) -> bool:
        """Whether it is due, `at_least` seconds after the last one."""
        return time.monotonic() - self._last >= max(self.pause, at_least)

    def __enter__(self) -> None:
        self._start = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._last = time.monotonic()
        self.pause = min(max((self._last - self._start) / self.share, self.fastest), self.slowest)
