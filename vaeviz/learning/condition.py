"""What a lecture's step waits for, as a line of text: `beta >= 5`, `readout "collapsed" >= 3`.

A line is comparisons with `and` between them, and `or` between those: `and` binds first, and there
are no brackets. What is compared is a setting by its name in the URL, `tool`, or a read-out by its
label or its beginning; `predicted "name"` holds once the prediction of this name is answered.
Nothing is run: the line is split into words, and each is looked up.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vaeviz.config import UserError

LONGEST = 300  # characters
_WORD = re.compile(r'\s*(?:("[^"]*")|([<>]=?|[=!]=)|([-+]?[\d.][\w.+-]*)|(\w+)|(\S))')
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_TESTS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_OWN = ("readout", "predicted")  # words of the language
_EXAMPLE = 'write it as beta >= 5, tool == "holes", readout "collapsed" >= 3 or predicted "dying"'


@dataclass(frozen=True)
class State:
    """What a condition is held against: settings, the texts of read-outs by label, and the names of
    the predictions that are answered.
    """

    settings: Mapping[str, Any]
    readouts: Mapping[str, str] = field(default_factory=dict)
    predicted: frozenset[str] = frozenset()

    def readout(self, name: str) -> str:
        """The text of the read-out that has this label, or whose label begins with it."""
        text = self.readouts.get(name)
        if text is None:
            text = next((t for label, t in self.readouts.items() if label.startswith(name)), "")
        return text


@dataclass(frozen=True)
class Comparison:
    """A setting, or with `of_readout` a read-out, against a number or a word."""

    name: str
    test: str
    value: float | str
    of_readout: bool = False

    def holds(self, state: State) -> bool:
        now = state.readout(self.name) if self.of_readout else state.settings.get(self.name)
        if isinstance(self.value, str):
            return now is not None and _TESTS[self.test](str(now), self.value)
        if self.of_readout:
            now = _number(str(now))
        number = isinstance(now, int | float) and not isinstance(now, bool)
        return number and _TESTS[self.test](now, self.value)


@dataclass(frozen=True)
class Predicted:
    """Whether the prediction of this name is answered."""

    name: str

    def holds(self, state: State) -> bool:
        return self.name in state.predicted


Part = Comparison | Predicted


@dataclass(frozen=True)
class Condition:
    """One of several groups holds whose parts all hold."""

    groups: tuple[tuple[Part, ...], ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for group in self.groups for part in group)

    def holds(self, state: State) -> bool:
        return any(all(part.holds(state) for part in group) for group in self.groups)


def parse(text: str) -> Condition:
    """The condition that a line states; UserError, one line, for any other text."""
    if len(text) > LONGEST:
        raise UserError(f"the condition has over {LONGEST} characters: shorten it")
    words = [found[0].strip() for found in _WORD.finditer(text) if found[0].strip()]
    groups = [[_part(part, text) for part in _split(group, "and")] for group in _split(words, "or")]
    return Condition(tuple(map(tuple, groups)))


def _split(words: Sequence[str], at: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word == at:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _part(words: list[str], text: str) -> Part:
    quoted = [word[1:-1] if word.startswith('"') and len(word) > 1 else None for word in words]
    match words:
        case ["predicted", _] if quoted[1]:
            return Predicted(quoted[1])
        case ["readout", _, test, value] if quoted[1] and test in _TESTS:
            return Comparison(quoted[1], test, _value(value, test, text), of_readout=True)
        case [name, test, value] if name.isidentifier() and name not in _OWN and test in _TESTS:
            return Comparison(name, test, _value(value, test, text))
    raise UserError(f"the condition {_shown(text)} cannot be read: {_EXAMPLE}")


def _value(word: str, test: str, text: str) -> float | str:
    """A number, or a word in quotes, which is the same or is not."""
    if word.startswith('"') and len(word) > 1 and test in ("==", "!="):
        return word[1:-1]
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,2})?", word, re.ASCII):
        raise UserError(f"{_shown(word)} in the condition {_shown(text)} is no number: {_EXAMPLE}")
    return float(word)


def _number(text: str) -> float | None:
    """The first number of a read-out's text."""
    found = _NUMBER.search(text.replace("−", "-"))
    return float(found[0].replace(",", "")) if found else None


def _shown(text: str) -> str:
    return repr("".join(c for c in text if c.isprintable())[:60])
