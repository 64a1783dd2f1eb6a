"""The chapter "The bound": how far the ELBO is below log p(x), and why."""

from __future__ import annotations

from vaeviz.chapters.bound import families, posterior, sight, weighted
from vaeviz.chapters.bound.view import BoundView
from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.model.answer import follow, open_address, prepare

CHAPTER = Chapter(
    "bound",
    BoundView,
    (posterior.TOOL, weighted.TOOL, families.TOOL, sight.TOOL),
    prepare=prepare,
    follow=follow,
    open=open_address,
)
