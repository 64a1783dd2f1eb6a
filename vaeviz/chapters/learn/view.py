"""The settings of the chapter: which questions, how many, and which draw of their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.chapters.chapter import Context, Rule
from vaeviz.chapters.settings import Numbers, OneOf, Whole, setting
from vaeviz.learning.concepts import LISTS, SECTIONS

OWN = ("sections", "missed")  # quizzes whose length the user chooses
QUIZZES = {tag: f"{title} ({length})" for tag, (title, length) in LISTS.items()}
QUIZZES |= {"sections": "chosen sections", "missed": "what was missed"}


@dataclass(frozen=True)
class LearnView:
    """What is asked; field names are the names in the URL."""

    quiz: str = setting(
        "vaes", OneOf(tuple(QUIZZES)), "quiz", "quiz",
        "A ready list, the sections that you choose, or what you have missed so far",
        titles=QUIZZES,
    )  # fmt: skip
    length: int = setting(
        10, Whole(1, 40), "number of questions", "questions",
        "How many questions the quiz has; a ready list has its own number",
    )  # fmt: skip
    draw: int = setting(
        0, Whole(0, 999_999), "draw", "draw",
        "Another draw has other numbers, and options in another order",
    )  # fmt: skip
    sections: str = setting("", Numbers(len(SECTIONS), len(SECTIONS)), "sections")


def length_rule(view: LearnView, context: Context) -> Rule | None:
    if view.quiz in OWN:
        return None
    return Rule("length", off="This list has its own number of questions; choose sections instead")
