"""What a check says, and what travels from the child to the parent: one JSON object per line."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vaeviz.checked import checked

TEXT = 400  # characters of a reason


@dataclass(frozen=True)
class Result:
    """One check: None in `passed` if it was not run, and in `numbers` for NaN and infinity.

    A passed check has no reason; any other names the likely mistake in one line.
    """

    name: str
    title: str
    passed: bool | None
    numbers: dict[str, float | None]
    reason: str
    read: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """What a check found: its numbers, and the likely mistake, or "" if all is well."""

    numbers: Mapping[str, float]
    mistake: str = ""


@dataclass(frozen=True)
class Limit:
    """One limit of the child: whether it holds on this platform."""

    name: str
    holds: bool


@dataclass(frozen=True)
class Message:
    """A line from the child: exactly one of its fields is set, except in the last one.

    `stage` is what begins now, `refused` an action that the guard refused, `stopped` why the code
    could not be judged, `missing` a function that it lacks; `done` comes last.
    """

    stage: str = ""
    limits: tuple[Limit, ...] = ()
    result: Result | None = None
    refused: str = ""
    stopped: str = ""
    missing: str = ""
    done: bool = False

    def line(self) -> bytes:
        return json.dumps(asdict(self), allow_nan=False).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Message:
        """The inverse of `line`. ValueError for anything else: the line is untrusted."""
        return checked(cls, json.loads(line), "message")


@dataclass(frozen=True)
class Report:
    """All that is known of a submission; `stopped` says why there are no more results."""

    results: tuple[Result, ...]
    stopped: str = ""
    refused: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()

    @property
    def green(self) -> bool:
        whole = bool(self.results) and not self.stopped
        return whole and all(result.passed for result in self.results)

    def to_json(self) -> dict[str, Any]:
        return {"green": self.green, **asdict(self)}


def finite(numbers: Mapping[str, float]) -> dict[str, float | None]:
    """Numbers that JSON can hold: five significant digits, None for NaN and infinity."""
    return {
        name: float(f"{value:.5g}") if math.isfinite(value) else None
        for name, value in numbers.items()
    }


def one_line(text: object) -> str:
    """Printable, in one line, at most TEXT characters."""
    joined = " ".join(str(text).split())
    return "".join(c if c.isprintable() else "?" for c in joined)[:TEXT]
