"""The tools of the page Collapse, in the order of their tabs: a file with a `TOOL`, and a line here."""

from __future__ import annotations

from vaeviz.ui.collapse.part import Tool

_ALL: tuple[Tool, ...] = ()
TOOLS = {tool.name: tool for tool in _ALL}
