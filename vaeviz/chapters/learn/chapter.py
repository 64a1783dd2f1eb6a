"""The chapter "Quiz": questions on all of the course, and cards."""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.learn import cards, content, drill, quiz
from vaeviz.chapters.learn.view import LearnView

CHAPTER = Chapter(
    "learn", LearnView, (quiz.TOOL, cards.TOOL, drill.TOOL), page="learn", formulas=content.formulas
)
