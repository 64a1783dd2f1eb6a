"""The chapter "Objective": what one training step computes, and what the KL measures."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.chapter import Chapter, Context, Prepared
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.model import answer
from vaeviz.chapters.objective import divergence, evidence, fitting, picture, step
from vaeviz.chapters.objective.picture import PictureView
from vaeviz.chapters.objective.view import ObjectiveView


def prepare(view: Any, context: Context) -> Prepared:
    """One tool is about a model; the others need none."""
    if isinstance(view, PictureView):
        return answer.prepare(view, context)
    fine, notes = repaired(view, context)
    return Prepared(fine, fine, notes)


CHAPTER = Chapter(
    "objective",
    ObjectiveView,
    (step.TOOL, picture.TOOL, divergence.TOOL, fitting.TOOL, evidence.TOOL),
    prepare=prepare,
)
