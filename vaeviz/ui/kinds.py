"""Kinds of settings, and the way from untrusted values to valid ones. Knows no Streamlit.

Values come from strangers (a URL, a browser): whatever arrives is put back to the nearest valid
one.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from vaeviz.checkpoints.manifest import NAME

T = TypeVar("T")


@dataclass(frozen=True)
class Log:
    """A positive number on a logarithmic slider, kept to six significant digits."""

    low: float
    high: float

    def repair(self, value: Any) -> float | None:
        return _nearest(value, self.low, self.high)


@dataclass(frozen=True)
class Real:
    """A number on a linear scale, kept to six significant digits."""

    low: float
    high: float

    def repair(self, value: Any) -> float | None:
        return _nearest(value, self.low, self.high)


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    low: int
    high: int

    def repair(self, value: Any) -> int | None:
        number = _number(value)
        if number is None or math.isnan(number):
            return None
        return int(min(max(round(min(max(number, -1e18), 1e18)), self.low), self.high))


@dataclass(frozen=True)
class OneOf:
    """One of a few names."""

    names: tuple[str, ...]

    def repair(self, value: Any) -> str | None:
        return value if value in self.names else None


@dataclass(frozen=True)
class Word:
    """A short word or number as text, whose meaning another setting decides; "" for none."""

    longest: int = 24

    def repair(self, value: Any) -> str | None:
        fine = isinstance(value, str) and len(value) <= self.longest
        return value if fine and re.fullmatch(r"[A-Za-z0-9.+-]*", value) else None


@dataclass(frozen=True)
class Text:
    """Any text, of several lines too; who uses it must expect anything."""

    longest: int

    def repair(self, value: Any) -> str | None:
        return value if isinstance(value, str) and len(value) <= self.longest else None


@dataclass(frozen=True)
class Name:
    """The name of a checkpoint, whether there is one of that name or not."""

    def repair(self, value: Any) -> str | None:
        return value if isinstance(value, str) and NAME.fullmatch(value) else None


@dataclass(frozen=True)
class Numbers:
    """A few numbers with commas between them, each within ± `reach`, to four digits; "" for
    none.
    """

    most: int
    reach: float

    def repair(self, value: Any) -> str | None:
        if not isinstance(value, str) or len(value) > 32 * self.most:
            return None
        parts = value.split(",") if value else []
        if len(parts) > self.most:
            return None
        numbers = [_nearest(part, -self.reach, self.reach) for part in parts]
        return None if None in numbers else ",".join(f"{number:.4g}" for number in numbers)


Kind = Log | Real | Whole | OneOf | Word | Text | Name | Numbers


def setting(default: Any, kind: Kind, words: str) -> Any:
    """A dataclass field that knows its kind and its name in words."""
    return field(default=default, metadata={"kind": kind, "words": words})


def fields(of: Any) -> tuple[dataclasses.Field[Any], ...]:
    """The settings of a settings class or of one of its values."""
    return dataclasses.fields(of)


def kinds(of: Any) -> dict[str, Kind]:
    """The kind of each setting of a class."""
    return {f.name: f.metadata["kind"] for f in fields(of)}


def words(of: Any) -> dict[str, str]:
    """What each setting is called."""
    return {f.name: f.metadata["words"] for f in fields(of)}


def parse(raw: Mapping[str, Any], base: T) -> tuple[T, list[str]]:
    """Valid settings from untrusted values, over `base`, and a note for each value that was put
    back.
    """
    values: dict[str, Any] = {}
    notes = []
    for f in fields(base):
        if f.name not in raw:
            continue
        repaired = f.metadata["kind"].repair(raw[f.name])
        values[f.name] = getattr(base, f.name) if repaired is None else repaired
        if repaired is None or not _same(raw[f.name], repaired):
            notes.append(put_back(f.metadata["words"], raw[f.name], values[f.name]))
    return dataclasses.replace(cast(Any, base), **values), notes


def put_back(words: str, raw: Any, used: Any) -> str:
    """The note for a value that was put back."""
    return f"{words} {shown(raw)} is not possible: {used} is used."


def query(settings: Any, always: tuple[str, ...] = ()) -> str:
    """The settings that differ from their defaults, or are `always` named, as "?a=1&b=2", or ""."""
    changed = {
        f.name: text(getattr(settings, f.name))
        for f in fields(settings)
        if f.name in always or getattr(settings, f.name) != f.default
    }
    return "?" + urlencode(changed) if changed else ""


def text(value: Any) -> str:
    """A setting's value as it stands in the URL."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def shown(raw: Any) -> str:
    """The beginning of an untrusted value, in quotes, without anything that a page could take for
    markup.
    """
    try:
        words = str(raw)[:1000]
    except (
        ValueError,
        RecursionError,
    ):  # a number of thousands of digits, or lists in lists in lists
        words = type(raw).__name__
    kept = "".join(c for c in words if c.isprintable() and c not in "<>&`$[]")
    return f"'{kept[:24]}{'…' if len(kept) > 24 else ''}'"


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _nearest(value: Any, low: float, high: float) -> float | None:
    number = _number(value)
    if number is None or math.isnan(number):
        return None
    return float(f"{min(max(number, low), high):.6g}")


def _same(raw: Any, repaired: Any) -> bool:
    if isinstance(repaired, str):
        return raw == repaired
    number = _number(raw)
    return number is not None and math.isclose(number, repaired, rel_tol=6e-3)
