"""What one tool of the page Collapse gives to a frame. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vaeviz.figures.theme import Theme
from vaeviz.live.board import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.views import Probe

Row = tuple[str, str, str, str]  # label, value, help, level


@dataclass(frozen=True, eq=False)
class Part:
    """A tool's panels by name, the controls that it adds to the model's, and its read-outs and
    notes.

    `model` are the model's controls that act on this tool, in their order; `pending`: something is
    still on its way, and the board shall ask again. `rows` say where the panels go, from top to
    bottom: (the panel of each column, as in CSS grid-template-areas; height) such as ("plane kl",
    "1fr"); without them, two a row.
    """

    panels: dict[str, Panel]
    model: tuple[str, ...] = ("data", "model", "decoder", "beta", "sigma2", "d")
    controls: list[dict[str, Any]] = field(default_factory=list)
    readouts: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pending: bool = False
    columns: str = "1fr 1fr"  # their widths
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tool:
    """One tab: `name` in the URL, `label` on it, `notice` is the line of what to see there.

    `part(view, probe, codec, theme)` must come back within a frame; what takes longer is done by a
    job. `free` are the model's controls that the tool reads by itself, whatever the model allows;
    `scenes` are ready settings at which the tool shows what their lines say, as the board takes
    them.
    """

    name: str
    label: str
    notice: str
    part: Callable[[View, Probe, Codec, Theme], Part]
    free: tuple[str, ...] = ()
    scenes: Callable[[View, Probe, Codec], list[dict[str, Any]]] = lambda *_: []
