"""Words for the linear VAE's closed form, which answers where there is no trained model, and until
there is one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import wraps
from typing import Any

from vaeviz.chapters.chapter import Context, Frame
from vaeviz.densities.gaussian import FIXED
from vaeviz.figures.theme import Spec
from vaeviz.live.message import Panel
from vaeviz.records import ImageStrip
from vaeviz.serve import models

LOADING = "The trained model is loading: until then, the linear VAE's closed form."
MODEL = "linear VAE, closed form"
_TITLED = "closed form"
Show = Callable[[Any, Context], Frame]


def entry(data: str) -> str:
    """The model of every setting in the list of a data set's models."""
    if models.entry(data, FIXED.name) is None:
        return f"{MODEL}: no trained model"
    return "multi-rate: all β, σ², d"


def titled(show: Show) -> Show:
    """A tool that says in its panels' titles, too, that the closed form answers."""

    @wraps(show)
    def shown(view: Any, context: Context) -> Frame:
        frame, codec = show(view, context), context.model.codec
        if codec is not context.probe.linear:
            return frame
        panels = {name: _titled(panel, codec.source) for name, panel in frame.panels.items()}
        return dataclasses.replace(frame, panels=panels)

    return shown


def _titled(panel: Panel, source: str) -> Panel:
    """A panel of this source under a title that says so; another as it is."""
    if isinstance(panel, ImageStrip):
        own = source in panel.source and _TITLED not in panel.title
        return dataclasses.replace(panel, title=f"{panel.title}, {_TITLED}") if own else panel
    if not isinstance(panel, Spec):
        return panel
    meta = panel.layout.get("meta", {})
    if source not in meta.get("source", "") or _TITLED in meta["title"]:
        return panel
    meta = {**meta, "title": f"{meta['title']}, {_TITLED}"}
    return dataclasses.replace(panel, layout={**panel.layout, "meta": meta})
