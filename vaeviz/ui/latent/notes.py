"""Lines on what was put back, each kept until a setting that it concerns is changed. Knows no
Streamlit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vaeviz.ui import kinds
from vaeviz.ui.kinds import put_back
from vaeviz.ui.latent import settings
from vaeviz.ui.latent.settings import View
from vaeviz.ui.model_view import MODEL

_WORDS = kinds.words(View)
_MODEL = ("data", "model", "d")
_LIMITED_BY = {"a": ("data",), "b": ("data",), "i": _MODEL, "j": _MODEL}


@dataclass(frozen=True)
class Note:
    """A line, and the names of the settings that it concerns."""

    text: str
    about: tuple[str, ...]


def parsed(raw: Mapping[str, Any], base: View) -> tuple[View, list[Note]]:
    """A valid view from untrusted values, over `base`, and a note for each value that was put
    back.
    """
    names = [f.name for f in dataclasses.fields(View) if f.name in raw]
    notes = [
        Note(text, (name,)) for name in names for text in settings.parse({name: raw[name]}, base)[1]
    ]
    return settings.parse(raw, base)[0], notes


def overruled(raw: Mapping[str, Any], asked: View, own: View) -> list[Note]:
    """A note for each value that was asked for and that the model's own takes the place of."""
    return [
        Note(put_back(_WORDS[name], raw[name], getattr(own, name)), (name, "model"))
        for name in MODEL
        if name in raw and getattr(asked, name) != getattr(own, name)
    ]


def misfits(asked: View, fitted: View) -> list[Note]:
    """A note for each example and dimension that the model's space does not have."""
    return [
        Note(
            f"{_WORDS[name]} {getattr(asked, name)} is not possible: {getattr(fitted, name)} is"
            " used.",
            (name, *limits),
        )
        for name, limits in _LIMITED_BY.items()
        if getattr(asked, name) != getattr(fitted, name)
    ]


def still(notes: Iterable[Note], before: View, now: View) -> list[Note]:
    """The notes that concern nothing that has changed."""
    return [
        n for n in notes if all(getattr(before, name) == getattr(now, name) for name in n.about)
    ]
