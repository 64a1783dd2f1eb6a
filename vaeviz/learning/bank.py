"""The question bank: one TOML file per section in `questions/`, read once and checked.

A question has an id, a concept of concepts.py, a kind, a difficulty from 1 to 3, a stem, an
explanation, and if the app shows it, a link. Formulas are TeX between dollars. By kind:

    choice      options, one of them `right`, each of the others with a `why`
    truefalse   answer = true or false; `why` for who chose the other
    short       answer, the model answer; rubric, 2 to 4 points to grade oneself by
    number      generator, a name in numbers.py; [[name]] in texts stands for a drawn value
    prediction  prediction, the name of one of the tool that the link opens: its model answers

`lists` are the ready quizzes that it belongs to. A BankError names the file and the question.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from vaeviz.learning.concepts import CONCEPTS, LISTS, SECTIONS
from vaeviz.learning.numbers import GENERATORS, draw

FOLDER = Path(__file__).parent / "questions"
KINDS = ("choice", "truefalse", "short", "number", "prediction")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACE = re.compile(r"\[\[(\w+)\]\]")
_PAGE = re.compile(r"[a-z]+")


class BankError(ValueError):
    """A question that breaks the rules above."""


@dataclass(frozen=True)
class Option:
    """An answer to choose; `why` it is wrong, or ""."""

    text: str
    right: bool = False
    why: str = ""


@dataclass(frozen=True)
class Link:
    """A view of the app: its page, the query of its address ("" or "?…"), and what it is called."""

    page: str
    query: str
    label: str

    @property
    def settings(self) -> dict[str, str]:
        return dict(parse_qsl(self.query[1:], strict_parsing=True)) if self.query else {}


@dataclass(frozen=True)
class Question:
    id: str
    section: str
    concept: str
    kind: str
    difficulty: int
    stem: str
    explanation: str
    options: tuple[Option, ...] = ()
    answer: str = ""
    rubric: tuple[str, ...] = ()
    generator: str = ""
    unit: str = ""
    prediction: str = ""
    lists: tuple[str, ...] = ()
    link: Link | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is shown, in order."""
        choices = (text for option in self.options for text in (option.text, option.why))
        parts = (self.stem, *choices, self.answer, *self.rubric, self.explanation)
        return tuple(text for text in parts if text)


@lru_cache
def bank() -> tuple[Question, ...]:
    """All questions, in the order of the sections and of their files."""
    made = [question for section in SECTIONS for question in read(section)]
    ids = [question.id for question in made]
    twice = {own for own in ids if ids.count(own) > 1}
    if twice:
        raise BankError(f"two questions have the id {min(twice)}")
    return tuple(made)


def read(section: str) -> list[Question]:
    """The questions of a section's file."""
    number = list(SECTIONS).index(section) + 1
    path = FOLDER / f"{number:02}-{section}.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    made = []
    for row in rows:
        try:
            made.append(question(section, row))
        except (KeyError, TypeError, ValueError) as error:
            raise BankError(
                f"{path.name}, {row.get('id', 'a question without id')}: {error}"
            ) from error
    return made


def question(section: str, row: Mapping[str, Any]) -> Question:
    """One question of a file, checked."""
    allowed = {field.name for field in fields(Question)} - {"section"} | {"why"}
    _ask(row.keys() <= allowed, f"unknown fields {sorted(row.keys() - allowed)}")
    values = {**row, "options": _options(row), "section": section}
    values.pop("why", None)
    if row["kind"] == "truefalse":
        del values["answer"]
    values |= {name: tuple(row.get(name, ())) for name in ("rubric", "lists")}
    if "link" in row:
        values["link"] = Link(**row["link"])
    made = Question(**{name: _tidy(value) for name, value in values.items()})
    _check(made)
    return made


def _options(row: Mapping[str, Any]) -> tuple[Option, ...]:
    if row["kind"] != "truefalse":
        return tuple(
            Option(**{k: _tidy(v) for k, v in one.items()}) for one in row.get("options", ())
        )
    true, why = row["answer"] is True, _tidy(row["why"])
    return Option("True", true, "" if true else why), Option("False", not true, why if true else "")


def _tidy(value: Any) -> Any:
    """A text of several lines of a file is one line."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _check(made: Question) -> None:
    _ask(bool(_ID.fullmatch(made.id)), "an id has small letters, digits and hyphens")
    _ask(made.concept in CONCEPTS, f"no concept is called {made.concept!r}")
    _ask(CONCEPTS[made.concept].section == made.section, "its concept is of another section")
    _ask(made.kind in KINDS, f"no kind is called {made.kind!r}")
    _ask(made.difficulty in (1, 2, 3), "its difficulty is 1, 2 or 3")
    _ask(bool(made.stem and made.explanation), "it needs a stem and an explanation")
    _ask(set(made.lists) <= LISTS.keys(), "it is in an unknown list")
    for text in made.texts:
        _ask(text.count("$") % 2 == 0, f"a dollar is missing in {text[:40]!r}")
    if made.link:
        _ask(bool(_PAGE.fullmatch(made.link.page)), "its link needs a page")
        _ask(made.link.query == "" or made.link.query.startswith("?"), "its link needs a ?")
        _ask(bool(made.link.label and made.link.settings is not None), "its link needs a label")
    _CHECKS[made.kind](made)


def _check_options(made: Question) -> None:
    right = [option for option in made.options if option.right]
    _ask(2 <= len(made.options) <= 4, "it needs 2 to 4 options")
    _ask(len(right) == 1, "exactly one option is right")
    _ask(
        all(option.right != bool(option.why) for option in made.options), "each wrong one has a why"
    )
    _ask(len({option.text for option in made.options}) == len(made.options), "options are equal")
    _ask(not (made.answer or made.rubric or made.generator), "its answer is among its options")


def _check_short(made: Question) -> None:
    _ask(bool(made.answer), "it needs a model answer")
    _ask(2 <= len(made.rubric) <= 4, "its rubric needs 2 to 4 points")
    _ask(not (made.options or made.generator), "a short answer has no options")


def _check_number(made: Question) -> None:
    _ask(made.generator in GENERATORS, f"no generator is called {made.generator!r}")
    _ask(not (made.options or made.answer or made.rubric), "its answer is computed")
    names = {name for text in made.texts for name in _PLACE.findall(text)}
    lacking = names - draw(made.generator, made.id, 0).shown.keys()
    _ask(not lacking, f"its generator has no {sorted(lacking)}")
    for text in made.texts:
        inside = "".join(text.split("$")[1::2])
        _ask("[[" not in inside, "a drawn value can't stand inside a formula")


def _check_prediction(made: Question) -> None:
    _ask(bool(made.prediction and made.link), "it needs a prediction, and the link to its tool")
    _ask(not (made.options or made.answer or made.rubric or made.generator), "the model answers it")


_CHECKS = {
    "choice": _check_options,
    "truefalse": _check_options,
    "short": _check_short,
    "number": _check_number,
    "prediction": _check_prediction,
}


def _ask(holds: bool, why: str) -> None:
    if not holds:
        raise BankError(why)
