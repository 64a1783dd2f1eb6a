"""A guided lecture: steps through the app's pages, each with words and something to do.

It is a TOML file. `title`, `about` (one line for the list of lectures), and for every step a
`[[steps]]`; the fields of `Step` say what stands in it. docs/lecture.md has an example.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from vaeviz.checked import checked
from vaeviz.config import UserError
from vaeviz.learning import condition
from vaeviz.learning.condition import Condition

SHIPPED = Path(__file__).parent / "lectures"
LARGEST = 128 * 1024  # bytes of a file
MOST = 100  # steps
LONGEST = 4000  # characters of a step's words, or notes
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
Value = bool | int | float | str


@dataclass(frozen=True)
class Step:
    """One step: a page and its tool, the settings there as in a URL, the panels to `light`.

    `words` and `notes` (for the lecturer alone) are markdown with $formulas$. `do` is what the user
    is to do, `done` the condition by which the app knows it (condition.py), and `move` settings
    that bring it about; `after` is markdown that is shown once it is done. `prediction` names one
    of the tool's. `controls` are the settings whose controls stay open before an audience, besides
    those that `done` and `move` name; "scenes" is the bar with the scenes.
    """

    title: str
    words: str
    minutes: float
    page: str
    tool: str = ""
    settings: dict[str, Value] = field(default_factory=dict)
    light: tuple[str, ...] = ()
    do: str = ""
    done: str = ""
    move: dict[str, Value] = field(default_factory=dict)
    after: str = ""
    prediction: str = ""
    controls: tuple[str, ...] = ()
    notes: str = ""

    @cached_property
    def condition(self) -> Condition | None:
        return condition.parse(self.done) if self.done else None

    @property
    def place(self) -> dict[str, Value]:
        """The settings, and with them the tool, as an address has them."""
        return {**({"tool": self.tool} if self.tool else {}), **self.settings}

    @property
    def needed(self) -> tuple[str, ...]:
        """The settings that the user may have to move."""
        parts = self.condition.parts if self.condition else ()
        compared = [part for part in parts if isinstance(part, condition.Comparison)]
        settings = (part.name for part in compared if not part.of_readout)
        return tuple(dict.fromkeys([*self.controls, *settings, *self.move]))


@dataclass(frozen=True)
class Lecture:
    """A title, a line on it, and its steps."""

    title: str
    steps: tuple[Step, ...]
    about: str = ""
    name: str = ""

    @property
    def minutes(self) -> float:
        return self.left(0)

    def left(self, step: int) -> float:
        """The minutes that are planned from this step on."""
        return sum(each.minutes for each in self.steps[step:])


def read(text: str, name: str) -> Lecture:
    """The lecture that a file's text says; UserError, one line, with the cause and the cure."""
    if len(text.encode(errors="replace")) > LARGEST:
        raise UserError(f"the lecture has over {LARGEST // 1024} KiB: split it in two")
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = " ".join(str(error).split())[:120] or "it is nested too deeply"
        raise UserError(f"the lecture is no TOML ({why}): mend that line") from None
    lecture = checked(Lecture, {**values, "name": name})
    if not 0 < len(lecture.steps) <= MOST:
        raise UserError(
            f"the lecture has {len(lecture.steps)} steps: give it between 1 and {MOST}, each under"
            " [[steps]]"
        )
    for number, step in enumerate(lecture.steps, 1):
        with_step(number, _fault(step))
    return lecture


def with_step(number: int, fault: str) -> None:
    """Raises a UserError that names the step, unless the fault is ""."""
    if fault:
        raise UserError(f"step {number}: {fault}")


def _fault(step: Step) -> str:
    """What is wrong with a step by itself, and its cure."""
    if not step.title.strip() or not step.words.strip():
        return "its title or its words are empty: write them"
    if max(len(step.words), len(step.notes), len(step.do), len(step.after)) > LONGEST:
        return f"its words, notes or task have over {LONGEST} characters: make two steps of it"
    if not 0 < step.minutes <= 120:
        return f"{step.minutes:g} minutes are not possible: give between 0 and 120"
    if step.done and not step.do.strip():
        return "it has a condition, and nothing to do: write it under `do`"
    try:
        _ = step.condition
    except UserError as error:
        return str(error)
    return ""


def open_file(path: Path) -> Lecture:
    """The lecture of a file, under the file's name; UserError, one line."""
    if not NAME.fullmatch(path.stem):
        raise UserError(
            f"a lecture cannot be called {path.stem[:40]!r}: use small letters, digits and hyphens"
        )
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(f"{path.name} has over {LARGEST // 1024} KiB: split it in two")
        return read(path.read_text(encoding="utf-8"), path.stem)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read ({error.strerror}): check it") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is no text in UTF-8: save it as such") from None
