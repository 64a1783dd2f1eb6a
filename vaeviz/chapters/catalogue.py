"""The chapters in their order, the first being the one that opens: a folder, and a line here."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from vaeviz.chapters.chapter import Chapter

_ALL = ("explorer", "training", "latent", "collapse")
NAMES = tuple(n for n in _ALL if (Path(__file__).parent / n / "chapter.py").is_file())


def chapter(name: str) -> Chapter:
    """The chapter in the folder of this name."""
    return import_module(f"vaeviz.chapters.{name}.chapter").CHAPTER
