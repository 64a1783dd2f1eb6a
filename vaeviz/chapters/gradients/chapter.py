"""The chapter "Gradients": how they pass a random draw, and how one checks that they do."""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.gradients import checks, distributions, estimators, node, outputs
from vaeviz.chapters.gradients.view import GradientsView

CHAPTER = Chapter(
    "gradients",
    GradientsView,
    (node.TOOL, estimators.TOOL, distributions.TOOL, outputs.TOOL, checks.TOOL),
)
