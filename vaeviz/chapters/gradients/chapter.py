"""The chapter "Gradients"."""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.gradients import checks
from vaeviz.chapters.gradients.view import GradientsView

CHAPTER = Chapter("gradients", GradientsView, (checks.TOOL,))
