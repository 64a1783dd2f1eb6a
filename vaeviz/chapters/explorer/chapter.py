"""The chapter "Explorer"."""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.explorer import exact, explore, fidelity, steps
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model.answer import follow, open_address, prepare
from vaeviz.chapters.model.settings import always

CHAPTER = Chapter(
    "explorer",
    ExplorerView,
    (explore.TOOL, steps.TOOL, exact.TOOL, fidelity.TOOL),
    prepare=prepare,
    follow=follow,
    open=open_address,
    always=always,
)
