"""How a prediction is answered and graded: a direction, a number, dimensions, one of several, or a
place on a plane.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Moves = tuple[tuple[str, str, str], ...]  # label, value before and after
UP, DOWN, STAYS = "It rises", "It falls", "It stays"


@dataclass(frozen=True)
class Verdict:
    """`right`, the line with the model's numbers, and the settings that were moved."""

    right: bool
    line: str
    moves: Moves = ()


class Kind(Protocol):
    """How a question is answered and graded; `now` is the measure before the move, for a form that
    `needs_now`.
    """

    @property
    def needs_now(self) -> bool: ...

    def form(self, now: Any) -> Mapping[str, Any]:
        """What the browser draws: `kind` ("one", "many", "number", "place") and its fields."""
        ...

    def read(self, answer: object) -> Any:
        """The untrusted answer; None where it is none."""
        ...

    def truth(self, before: Any, after: Any) -> str:
        """The line with the model's numbers, whatever was answered."""
        ...

    def grade(self, answer: Any, before: Any, after: Any) -> Verdict: ...


@dataclass(frozen=True)
class Direction:
    """Whether a number rises, falls or stays; it stays within this share of its size before."""

    of: str
    unit: str = ""
    stays: float = 0.01
    needs_now = False

    def form(self, now: object) -> Mapping[str, Any]:
        return {"kind": "one", "options": (UP, DOWN, STAYS)}

    def read(self, answer: object) -> str | None:
        return answer if isinstance(answer, str) and answer in (UP, DOWN, STAYS) else None

    def truth(self, before: float, after: float) -> str:
        line = f"{self.of}: {number(before)} → {number(after)}{self.unit and ' ' + self.unit}."
        return f"{self._way(before, after)}. {line}"

    def grade(self, answer: str, before: float, after: float) -> Verdict:
        return Verdict(answer == self._way(before, after), self.truth(before, after))

    def _way(self, before: float, after: float) -> str:
        still = abs(after - before) <= self.stays * abs(before)
        return STAYS if still else UP if after > before else DOWN


@dataclass(frozen=True)
class Number:
    """A number after the move, or at the `end` of a run; right within this share of it, or within
    `least`.
    """

    of: str
    unit: str = ""
    within: float = 0.25
    least: float = 0.0
    end: bool = False
    needs_now = False

    def form(self, now: object) -> Mapping[str, Any]:
        label = self.of if self.end else f"{self.of} after the move"
        return {"kind": "number", "unit": self.unit, "label": label}

    def read(self, answer: object) -> float | None:
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return None
        return float(answer) if math.isfinite(answer) else None

    def truth(self, before: float, after: float) -> str:
        change = number(after) if self.end else f"{number(before)} → {number(after)}"
        return f"{self.of}: {change}{self.unit and ' ' + self.unit}."

    def grade(self, answer: float, before: float, after: float) -> Verdict:
        margin = max(self.within * abs(after), self.least)
        line = f"{self.truth(before, after)[:-1]}; you said {number(answer)}."
        return Verdict(abs(answer - after) <= margin, f"{line} Right is ± {number(margin)}.")


@dataclass(frozen=True)
class Dimensions:
    """Which dimensions fall below so many nats; the measure is the KL of each, (d,)."""

    threshold: float = 0.1
    needs_now = True

    def form(self, now: np.ndarray) -> Mapping[str, Any]:
        alive = now >= self.threshold
        gone = ", ".join(f"z{k + 1}" for k in np.flatnonzero(~alive))
        note = f"Collapsed already: {gone}." if gone else ""
        options = tuple(f"z{k + 1}" for k in np.flatnonzero(alive))
        if not options:
            return {}  # none is left that could fall
        return {"kind": "many", "options": options, "note": note}

    def read(self, answer: object) -> frozenset[str] | None:
        if not isinstance(answer, list) or len(answer) > 512:
            return None
        return frozenset(name for name in answer if isinstance(name, str))

    def truth(self, before: np.ndarray, after: np.ndarray) -> str:
        names = ", ".join(self._dying(before, after)) or "none"
        return f"Newly below {self.threshold:g} nats: {names}."

    def grade(self, answer: frozenset[str], before: np.ndarray, after: np.ndarray) -> Verdict:
        dying = self._dying(before, after)
        hit = len(answer & set(dying))
        score = f"You named {hit} of {len(dying)}, and {len(answer) - hit} others."
        return Verdict(answer == frozenset(dying), f"{self.truth(before, after)} {score}")

    def _dying(self, before: np.ndarray, after: np.ndarray) -> list[str]:
        alive = before >= self.threshold
        return [f"z{k + 1}" for k in np.flatnonzero(alive & (after < self.threshold))]


@dataclass(frozen=True)
class Which:
    """One of several: the measure gives each name its number after the move, and the largest, or
    the `least`, is right. `options` are the names, where the measure is to come.
    """

    unit: str = ""
    least: bool = False
    options: tuple[str, ...] = ()

    @property
    def needs_now(self) -> bool:
        return not self.options

    def form(self, now: Mapping[str, float] | None) -> Mapping[str, Any]:
        return {"kind": "one", "options": self.options or tuple(now or ())}

    def read(self, answer: object) -> str | None:
        return answer if isinstance(answer, str) else None

    def truth(self, before: Mapping[str, float], after: Mapping[str, float]) -> str:
        unit = self.unit and " " + self.unit
        return "; ".join(f"{name}: {number(value)}{unit}" for name, value in after.items()) + "."

    def grade(
        self, answer: str, before: Mapping[str, float], after: Mapping[str, float]
    ) -> Verdict:
        best = (min if self.least else max)(after.values())
        return Verdict(after.get(answer) == best, self.truth(before, after))


@dataclass(frozen=True)
class Place:
    """A point on a plane; the measure is (x, y) with the ends of both axes, (4,). Right within this
    share of both axes.
    """

    x: str
    y: str
    within: float = 0.12
    needs_now = True

    def form(self, now: Sequence[float]) -> Mapping[str, Any]:
        names, ends = {"x": self.x, "y": self.y}, list(map(float, now[2:]))
        return {"kind": "place", **names, "now": list(map(float, now[:2])), "ends": ends}

    def read(self, answer: object) -> tuple[float, float] | None:
        if not isinstance(answer, list) or len(answer) != 2:
            return None
        x, y = (Number("").read(each) for each in answer)
        return None if x is None or y is None else (x, y)

    def truth(self, before: Sequence[float], after: Sequence[float]) -> str:
        return f"It went to {self.x} {number(after[0])}, {self.y} {number(after[1])}."

    def grade(
        self, answer: tuple[float, float], before: Sequence[float], after: Sequence[float]
    ) -> Verdict:
        off = [abs(answer[k] - after[k]) / before[2 + k] for k in (0, 1)]
        yours = f"you were {100 * off[0]:.0f} % and {100 * off[1]:.0f} % of the axes away"
        line = f"{self.truth(before, after)[:-1]}; {yours}."
        return Verdict(max(off) <= self.within, line)


def number(value: float) -> str:
    """To three digits, in plain figures."""
    if not math.isfinite(value):
        return str(value)
    digits = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return (f"{float(digits):g}" if "e" in digits else digits).replace("-", "−")
