"""When a live worker looks, rests, shows and saves: everything of it that depends on the time."""

from __future__ import annotations

import time

LOOK = 0.01  # seconds between looks at what the page asks, and of one rest
WINDOW = 1.0  # seconds over which the pace is measured
REPORT = 0.25  # seconds between reports


class Pace:
    """Steps per second: measured, and held where the page asks for slow motion."""

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
        """Whether LOOK seconds have passed since the last look."""
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
        """One step was taken."""
        now = time.monotonic()
        self._steps += 1
        if now - self._since > WINDOW:
            self.rate = self._steps / (now - self._since) if self._since else 0.0
            self._since, self._steps = now, 0

    def rest(self, paused: bool = False) -> None:
        """Nothing to do for a moment; a pause does not count as training time, slow motion does."""
        time.sleep(LOOK)
        self._since += LOOK if paused and self._since else 0.0


class Due:
    """Something that happens every now and then: no sooner than `fastest`, and taking its `share`
    of time.

    `with due:` measures what it costs; the pause that follows makes up for it, up to `slowest`
    seconds.
    """

    def __init__(self, fastest: float, slowest: float, share: float) -> None:
        self.fastest, self.slowest, self.share = fastest, slowest, share
        self.pause = fastest
        self._start = self._last = 0.0

    def now(self, at_least: float = 0.0) -> bool:
        """Whether it is time, `at_least` seconds after the last one."""
        return time.monotonic() - self._last >= max(self.pause, at_least)

    def __enter__(self) -> None:
        self._start = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._last = time.monotonic()
        self.pause = min(max((self._last - self._start) / self.share, self.fastest), self.slowest)
