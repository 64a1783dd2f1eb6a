"""The chapter "Gradients": how a gradient passes through a random draw."""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.gradients import distributions, estimators, node, outputs
from vaeviz.chapters.gradients.view import GradientsView

CHAPTER = Chapter(
    "gradients", GradientsView, (node.TOOL, estimators.TOOL, distributions.TOOL, outputs.TOOL)
)
