"""Cards with a front and a back: formulas, and the questions of the bank turned into cards."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from vaeviz.learning.bank import FOLDER, Question, bank
from vaeviz.learning.concepts import CONCEPTS

KINDS = ("choice", "short")  # of questions whose answer can stand alone


@dataclass(frozen=True)
class Card:
    """`concept` is one of concepts.py; both sides have TeX between dollars."""

    id: str
    concept: str
    front: str
    back: str

    @property
    def section(self) -> str:
        return CONCEPTS[self.concept].section


@lru_cache
def cards() -> tuple[Card, ...]:
    """Formulas first, then questions, each in the order of the sections."""
    asked = (turned(question) for question in bank() if question.kind in KINDS)
    return (*formulas(), *(card for card in asked if card))


def of_sections(sections: Collection[str]) -> tuple[Card, ...]:
    """The cards of these sections; all, where none is named."""
    return tuple(card for card in cards() if not sections or card.section in sections)


def formulas() -> tuple[Card, ...]:
    """The cards of `formulas.toml`."""
    rows = tomllib.loads((FOLDER.parent / "formulas.toml").read_text(encoding="utf-8"))["card"]
    return tuple(
        Card(**{name: " ".join(text.split()) for name, text in row.items()}) for row in rows
    )


def turned(question: Question) -> Card | None:
    """A question as a card; None for one that needs its options to be understood."""
    if question.kind == "choice" and question.stem.startswith(("Which of these", "For which of")):
        return None
    right = next((option.text for option in question.options if option.right), question.answer)
    ended = right if right.endswith((".", "!", "?")) else f"{right}."
    return Card(question.id, question.concept, question.stem, f"{ended} {question.explanation}")
