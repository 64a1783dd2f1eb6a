"""The chapter "Objective": what one training step computes, and what the KL measures."""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.objective import divergence, evidence, fitting, step
from vaeviz.chapters.objective.view import ObjectiveView

CHAPTER = Chapter(
    "objective", ObjectiveView, (step.TOOL, divergence.TOOL, fitting.TOOL, evidence.TOOL)
)
