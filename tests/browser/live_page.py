"""The board of the page "Training" without a server."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

from tests.browser import bare_page
from vaeviz.figures.theme import LIGHT, Spec, axis, figure
from vaeviz.records import ImageStrip

CONTROLS = [
    {
        "name": "beta",
        "label": "β",
        "spoken": "beta",
        "help": "",
        "kind": "log",
        "group": "live",
        "min": 0.01,
        "max": 100,
        "colour": "#000",
    },
    {
        "name": "steps",
        "label": "steps",
        "help": "",
        "kind": "number",
        "group": "setup",
        "min": 1,
        "max": 9999,
    },
]


def visit(page: Page) -> None:
    bare_page.visit(page, "training")


def transport(**changed: Any) -> dict[str, Any]:
    return {
        "state": "running",
        "can": ["start", "pause", "stop", "rewind", "speed"],
        "step": 30,
        "steps": 100,
        "pace": 12.5,
        "left": 6,
        "place": None,
        "owner": True,
        "text": "Training",
        "speed": "full",
        "speeds": [["full", "full speed"], ["slow", "slow"]],
        **changed,
    }


def points(*xy: tuple[float, float]) -> Spec:
    """A latent map of a few points, each with its identity."""
    x, y = np.array(xy).T
    trace = {
        "type": "scatter",
        "mode": "markers",
        "name": "0",
        "x": x,
        "y": y,
        "marker": {"color": "#000000"},
        "customdata": np.arange(len(x), dtype=np.int32),
    }
    meta = {
        "title": "Map",
        "source": "a test",
        "alt": "Points.",
        "equal": True,
        "pick": True,
        "legend": [["0", "#000000"]],
    }
    return figure(LIGHT, [trace], axis(LIGHT, "x", -2, 2), axis(LIGHT, "y", -2, 2), meta)


def strip() -> ImageStrip:
    images = np.full((2, 10, 8, 8), 128, np.uint8)
    return ImageStrip("Reconstructions", images, ("x", "x̂"), "Grey.", "a test")


def message(panels: dict[str, Any] | None = None, **header: Any) -> str:
    """One message, in base64, as the page would get it from the server."""
    full = {
        "seq": 0,
        "theme": "light",
        "paper": "#FFFFFF",
        "settings": {"beta": 1.0, "steps": 100},
        "done": 0,
        "controls": CONTROLS,
        "transport": transport(),
        "readouts": [],
        "notes": [],
        "layout": "one",
        "scenes": [{"name": "Few", "notice": "Few steps.", "settings": {"steps": 5}}],
        "link": "",
        "address": "",
        "again": None,
        "empty": "" if panels else "Press Start: a model learns.",
        **header,
    }
    return bare_page.encoded(panels or {}, **full)


def receive(page: Page, panels: dict[str, Any] | None = None, **header: Any) -> None:
    bare_page.receive(page, message(panels, **header))
