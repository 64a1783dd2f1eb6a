"""The Explorer's board without a server."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser import bare_page

CONTROLS = [
    {
        "name": "beta",
        "label": "β",
        "spoken": "beta",
        "help": "",
        "kind": "log",
        "min": 0.01,
        "max": 100,
        "colour": "#000",
    },
]


def visit(page: Page) -> None:
    bare_page.visit(page, "explorer")


def receive(page: Page, **header: Any) -> None:
    full = {
        "seq": 0,
        "theme": "light",
        "paper": "#FFFFFF",
        "controls": CONTROLS,
        "notice": "Drag β.",
        "settings": {"beta": 1.0, "sigma2": 0.1, "hold": "free", "likelihood": "gaussian"},
        "knobs": {"variance": True, "moves": True, "freed": {}},
        "pending": False,
        "limits": {"beta": [0.01, 100], "sigma2": [0.001, 10]},
        "readouts": [],
        "notes": [],
        "scenes": [],
        "link": "",
        **header,
    }
    bare_page.receive(page, bare_page.encoded({}, **full))
