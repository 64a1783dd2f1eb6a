"""Settings, each declared once: name in the URL, range, repair, control and words.

Values come from a URL or a browser and are untrusted: whatever arrives becomes the nearest valid
value, with a note.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from vaeviz.checkpoints.manifest import NAME

T = TypeVar("T")
Option = tuple[str, str, str]  # value, title, why it can't be chosen or ""


@dataclass(frozen=True)
class Real:
    """A number, kept to six significant digits."""

    low: float
    high: float

    def repair(self, value: Any) -> float | None:
        number = _number(value)
        if number is None or math.isnan(number):
            return None
        return float(f"{min(max(number, self.low), self.high):.6g}")


class Log(Real):
    """A positive number on a logarithmic slider, kept to six significant digits."""


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
    """A few numbers with commas between them, each within ± `reach`; "" for none."""

    most: int
    reach: float

    def repair(self, value: Any) -> str | None:
        if not isinstance(value, str) or len(value) > 32 * self.most:
            return None
        parts = value.split(",") if value else []
        if len(parts) > self.most:
            return None
        numbers = [Real(-self.reach, self.reach).repair(part) for part in parts]
        return None if None in numbers else ",".join(f"{number:.4g}" for number in numbers)


FORMS = ("", "choice", "exact", "int", "linear", "log", "number", "paste")
Kind = Real | Whole | OneOf | Word | Text | Name | Numbers


@dataclass(frozen=True)
class Declared:
    """All that is said of a setting: `words` in a note, `label` and `help` at its control.

    `spoken` is its name for a screen reader (the label, where there is none), `colour` a role of
    the theme, `titles` are those of a choice's values. A Log is a slider, a Whole or Real a number
    box; `form` makes it another control: a slider of whole numbers ("int") or of even steps
    ("linear"), one with a box ("exact"), "number", "choice". `step` and `high` are a number box's
    or a slider's, `group` where the control stands, `aliases` are older names in URLs. `last` names
    the setting that keeps what a paste box took last. What is not `linked` stands in no link. What
    is `shared` under one name has one value on all pages. A `private` setting is not sent to the
    browser, which has its own account of it.
    """

    kind: Kind
    words: str
    label: str = ""
    help: str = ""
    spoken: str = ""
    colour: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    step: float = 1
    high: float | None = None
    group: str = ""
    placeholder: str = ""
    aliases: tuple[str, ...] = ()
    last: str = ""
    linked: bool = True
    shared: str = ""
    private: bool = False

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(
                f"{self.words}: no control is called {self.form!r}; use one of {FORMS}"
            )


def setting(
    default: Any, kind: Kind, words: str, label: str = "", help: str = "", **more: Any
) -> Any:
    """A dataclass field with its `Declared`."""
    about = Declared(kind, words, label, help, **more)
    return field(default=default, metadata={"declared": about})


def with_default(of: type, name: str, default: Any) -> Any:
    """The setting `name` of a settings class, declared again with another default."""
    return field(default=default, metadata={"declared": declared(of)[name]})


def declared(of: Any) -> dict[str, Declared]:
    """The declaration of each setting of a settings class or of one of its values, by name."""
    return {f.name: f.metadata["declared"] for f in dataclasses.fields(of)}


def check_declared(of: type) -> dict[str, Declared]:
    """The same; a TypeError names the field of a settings class that is not a `setting`."""
    for f in dataclasses.fields(of):
        if "declared" not in f.metadata:
            raise TypeError(f"{of.__name__}.{f.name}: declare it with setting(...)")
    return declared(of)


def defaults(of: Any) -> dict[str, Any]:
    """The default of each setting by name."""
    return {f.name: f.default for f in dataclasses.fields(of)}


@dataclass(frozen=True)
class Note:
    """A line that stays until one of the settings `about` which it is changes; () for any."""

    text: str
    about: tuple[str, ...] = ()

    def stays(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        names = self.about or tuple(after)
        return all(before.get(name) == after.get(name) for name in names)


def parse(raw: Mapping[str, Any], base: T) -> tuple[T, list[Note]]:
    """Valid settings from untrusted values, over `base`, and a note for each that was repaired."""
    values: dict[str, Any] = {}
    notes = []
    for name, about in declared(base).items():
        given = [own for own in (name, *about.aliases) if own in raw]
        if not given:
            continue
        sent = raw[given[0]]
        repaired = about.kind.repair(sent)
        values[name] = getattr(base, name) if repaired is None else repaired
        if repaired is None or not _same(sent, repaired):
            # text is read once, and does not stay as a setting that may change
            names = () if isinstance(about.kind, Text) else (name,)
            notes.append(Note(_repair_line(about, sent, values[name]), names))
    return dataclasses.replace(cast(Any, base), **values), notes


def instead(words: str, raw: Any, used: Any) -> str:
    """The line for a value that can't be, and the one that is used instead."""
    return f"{words} {shown(raw)} is not possible: {'none' if used == '' else used} is used."


def _repair_line(about: Declared, raw: Any, used: Any) -> str:
    if isinstance(about.kind, Text):
        words = f"{about.words[:1].upper()}{about.words[1:]}"
        return (
            f"{words} was not read: it must be text of at most {about.kind.longest:,} characters."
        )
    return instead(about.words, raw, used)


def query(
    settings: Any, always: Iterable[str] = (), usual: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """The settings that differ from their defaults, or from what is `usual` here, or are `always`
    named: "?a=1&b=2", or "".
    """
    plain, about = defaults(settings), declared(settings)
    changed = {
        name: text(getattr(settings, name))
        for name, default in plain.items()
        if about[name].linked
        and (name in always or getattr(settings, name) not in (default, usual.get(name, default)))
    }
    return "?" + urlencode(changed) if changed else ""


def text(value: Any) -> str:
    """A setting's value as it stands in the URL."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def shown(raw: Any) -> str:
    """The beginning of an untrusted value, in quotes, without what a page could take for markup."""
    try:
        words = str(raw)[:1000]
    except (ValueError, RecursionError):  # a number of thousands of digits, or endless nesting
        words = type(raw).__name__
    kept = "".join(c for c in words if c.isprintable() and c not in "<>&`$[]")
    return f"'{kept[:24]}{'…' if len(kept) > 24 else ''}'"


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _same(raw: Any, repaired: Any) -> bool:
    if isinstance(repaired, str):
        return raw == repaired
    number = _number(raw)
    return number is not None and math.isclose(number, repaired, rel_tol=6e-3)
