"""The chapter "Objective": what one training step computes, and what the KL measures."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.chapter import Chapter, Context, Prepared
from vaeviz.chapters.model import answer
from vaeviz.chapters.objective import divergence, evidence, fitting, picture, step
from vaeviz.chapters.objective.picture import PictureView
from vaeviz.chapters.objective.view import ObjectiveView


def prepare(view: Any, context: Context) -> Prepared:
    """One tool is about a model; the others need none."""
    about_model = isinstance(view, PictureView)
    return answer.prepare(view, context) if about_model else Prepared(view, view)


CHAPTER = Chapter(
    "objective",
    ObjectiveView,
    (step.TOOL, picture.TOOL, divergence.TOOL, fitting.TOOL, evidence.TOOL),
    prepare=prepare,
)
