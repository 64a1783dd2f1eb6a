"""The tools of the page Collapse, in the order of their tabs: a file with a `TOOL`, and a line
here.
"""

from __future__ import annotations

from vaeviz.ui.collapse import cures, diagnosis, effective, linear, rate_distortion, sigma2
from vaeviz.ui.collapse import map as collapse_map
from vaeviz.ui.collapse.part import Tool

_ALL: tuple[Tool, ...] = (
    collapse_map.TOOL,
    linear.TOOL,
    diagnosis.TOOL,
    cures.TOOL,
    rate_distortion.TOOL,
    sigma2.TOOL,
    effective.TOOL,
)
TOOLS = {tool.name: tool for tool in _ALL}


def chosen(name: str) -> str:
    """The tool of this name, or the first."""
    return name if name in TOOLS else _ALL[0].name
