"""A tool's part for the tests: once nothing of it is on its way any more, and its panels by their
kind.
"""

from __future__ import annotations

import time
from typing import Any

from vaeviz.figures.theme import LIGHT, Spec
from vaeviz.records import ImageStrip, Table
from vaeviz.ui.collapse.part import Part, Tool
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.views import Probe


def whole(tool: Tool, view: View, probe: Probe, patience: float = 60) -> Part:
    """The part of the closed form, once all of it is measured."""
    end = time.monotonic() + patience
    while (part := tool.part(view, probe, probe.linear, LIGHT)).pending:
        assert time.monotonic() < end, "something is on its way and never comes"
        time.sleep(0.02)
    return part


def spec(part: Part, name: str) -> Spec:
    panel = part.panels[name]
    assert isinstance(panel, Spec)
    return panel


def trace(part: Part, panel: str, name: str) -> dict[str, Any]:
    """The first trace of this name on the panel."""
    return next(t for t in spec(part, panel).data if t["name"] == name)


def strip(part: Part, name: str) -> ImageStrip:
    panel = part.panels[name]
    assert isinstance(panel, ImageStrip)
    return panel


def table(part: Part, name: str) -> Table:
    panel = part.panels[name]
    assert isinstance(panel, Table)
    return panel


def rows(part: Part, name: str) -> dict[str, tuple[str, ...]]:
    """The table's rows by their first cell."""
    return {first: tuple(others) for first, *others in table(part, name).rows}
