"""A command's output: results on stdout (text, or one JSON object), progress on stderr."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TextIO

WIDTH = 28  # characters of a progress bar
PAUSE = 0.1  # seconds between redraws


@dataclass(frozen=True)
class Output:
    """A command's output; with `json` its one result is an object on one line."""

    out: TextIO
    err: TextIO
    json: bool = False

    def result(self, values: dict[str, Any], text: str) -> None:
        """The outcome: `values` for machines, `text` for people."""
        self.out.write((json.dumps(values, allow_nan=False) if self.json else text) + "\n")
        self.out.flush()

    def note(self, text: str) -> None:
        """A line on stderr, not part of the result."""
        self.err.write(text + "\n")
        self.err.flush()

    def bar(self, total: int, label: str) -> Bar:
        return Bar(self.err, total, label)


class Bar:
    """A progress bar in one terminal line; silent where stderr is no terminal."""

    def __init__(self, stream: TextIO, total: int, label: str) -> None:
        self.stream, self.total, self.label = stream, total, label
        self.start, self.drawn, self.length = time.monotonic(), 0.0, 0

    def show(self, done: int, remark: str = "") -> None:
        now = time.monotonic()
        if not self.stream.isatty() or (now - self.drawn < PAUSE and done < self.total):
            return
        self.drawn = now
        self._draw(bar_line(self.label, done, self.total, now - self.start, remark))

    def say(self, text: str) -> None:
        """A remark in place of the bar, while there is nothing to count."""
        if self.stream.isatty():
            self._draw(f"{self.label}: {text}"[:110])

    def close(self) -> None:
        """Clear the bar, so that the result stands alone."""
        if self.length:
            self._draw("")
            self.stream.write("\r")
            self.stream.flush()
            self.length = 0

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _draw(self, line: str) -> None:
        self.stream.write("\r" + line.ljust(self.length))
        self.stream.flush()
        self.length = len(line)


def bar_line(label: str, done: int, total: int, seconds: float, remark: str) -> str:
    """'train [#####.....] 50 %  1,000/2,000  512/s  remark', in at most 110 characters."""
    part = min(1.0, done / max(total, 1))
    filled = "#" * round(WIDTH * part)
    speed = done / seconds if seconds > 0 else 0.0
    line = f"{label} [{filled:.<{WIDTH}}] {part:4.0%}  {done:,}/{total:,}  {speed:,.0f}/s  {remark}"
    return line[:110]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Columns under their titles, two spaces apart; those in `left` are left-aligned."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    sides = ["<" if column in left else ">" for column in range(len(header))]
    form = "  ".join(f"{{:{side}{width}}}" for side, width in zip(sides, widths, strict=True))
    return "\n".join(form.format(*row).rstrip() for row in (header, *rows))
