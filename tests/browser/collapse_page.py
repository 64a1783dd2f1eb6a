"""The board of the page Collapse without a server."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

from tests.browser import bare_page
from tests.figures.collapse_records import COLLAPSE, KNOBS
from vaeviz.chapters.model.answer import knobs
from vaeviz.chapters.model.settings import ModelView
from vaeviz.figures.collapse_map import collapse_map
from vaeviz.figures.theme import LIGHT, Spec
from vaeviz.live.message import Panel
from vaeviz.records import ImageStrip, Table

SLIDER = {"help": "", "kind": "log", "min": 0.001, "max": 100, "colour": "#000"}
CONTROLS = [
    {"name": "beta", "label": "β", "spoken": "beta", **SLIDER},
    {"name": "sigma2", "label": "σ²", "spoken": "variance", **SLIDER},
]
PLANE = {
    "name": "plane",
    "kind": "choice",
    "label": "map",
    "help": "",
    "options": [["tau", "over τ", ""]],
}
SETTINGS = {
    "beta": 1.0,
    "sigma2": 0.05,
    "d": 3,
    "likelihood": "gaussian",
    "tool": "map",
    "plane": "tau",
}
TABS = [{"name": n, "label": n.title()} for n in ("map", "linear", "cures")]
ROWS = [["plane table", "1fr"]]


def over_tau() -> Spec:
    return collapse_map(COLLAPSE, LIGHT)


def over_knobs() -> Spec:
    return collapse_map(KNOBS, LIGHT)


def table() -> Table:
    return Table(("dimension", "τ"), (("1", "0.5"),), "Deaths", "a test", "One dies.")


def strip() -> ImageStrip:
    return ImageStrip("Images", np.full((1, 2, 8, 8), 128, np.uint8), ("x",), "Grey.", "a test")


def visit(page: Page) -> None:
    bare_page.visit(page, "collapse", "body { margin: 0; } .stApp { padding: 60px 16px 0; }")


def message(panels: dict[str, Panel] | None = None, **header: Any) -> str:
    """One message, in base64, as the page would get it from the server."""
    likelihood = header.get("settings", SETTINGS)["likelihood"]
    full = {
        "seq": 0,
        "theme": "light",
        "paper": "#FFFFFF",
        "controls": [*CONTROLS, PLANE],
        "settings": SETTINGS,
        "limits": {"beta": [0.001, 100], "sigma2": [0.0001, 10], "d": [1, 3]},
        "knobs": knobs(ModelView(likelihood=likelihood)),
        "pending": False,
        "readouts": [],
        "notes": [],
        "link": "",
        "tabs": TABS,
        "tool": "map",
        "notice": "Drag β.",
        "scenes": [{"name": "All dead", "notice": "No bar stands.", "settings": {"beta": 50.0}}],
        "columns": "1fr 1fr",
        "rows": ROWS,
        **header,
    }
    shown = {"plane": over_tau(), "table": table()} if panels is None else panels
    return bare_page.encoded(shown, **full)


def receive(page: Page, panels: dict[str, Panel] | None = None, **header: Any) -> None:
    bare_page.receive(page, message(panels, **header))
