"""The chapter "Museum of bugs"."""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.museum import exhibits
from vaeviz.chapters.museum.view import MuseumView

CHAPTER = Chapter("museum", MuseumView, (exhibits.TOOL,))
