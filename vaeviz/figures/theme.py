"""Every colour and size of the figures. One colour per symbol, on every page; safe for
colour-blind eyes.

Hues near Okabe & Ito (2008), "Color Universal Design". The ten class colours have a
contrast of 3:1 on their ground and differ pairwise, for normal and red- or green-blind eyes
(Machado, Oliveira & Fernandes 2009); tests/figures/test_figures.py measures this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go


@dataclass(frozen=True, eq=False)
class Spec:
    """A figure as plain dictionaries and NumPy arrays, in Plotly's vocabulary.

    The live board sends it unchanged: building and serialising three `go.Figure`s took 9 of the 11
    ms of a frame of digits. `draw` makes a validated figure for everything off the live path.
    """

    data: list[dict[str, Any]]
    layout: dict[str, Any]

    def draw(self) -> go.Figure:
        """The same figure as a validated `go.Figure`."""
        return go.Figure(data=self.data, layout=self.layout)


@dataclass(frozen=True)
class Theme:
    """Colours on one ground (light or dark); text and lines keep AA contrast on `paper`.

    `rate_low` is for areas only: the rate's colour where a dimension is about to collapse.
    """

    name: str
    paper: str
    ink: str
    soft: str
    grid: str
    prior: str
    posterior: str
    rate: str
    rate_low: str
    distortion: str
    decoder: str
    linear: str
    dead: str
    classes: tuple[str, ...]


LIGHT = Theme(
    name="light",
    paper="#FFFFFF",
    ink="#1A1A1A",
    soft="#595959",
    grid="#E4E4E4",
    prior="#767676",
    posterior="#0072B2",
    rate="#C24F00",
    distortion="#007A5A",
    decoder="#A8487C",
    linear="#1A1A1A",
    dead="#949494",
    rate_low="#EDCAB2",
    classes=(
        "#1062E9",
        "#D48100",
        "#0FA5A5",
        "#CC3F0B",
        "#8F5CA8",
        "#5A93F4",
        "#663D00",
        "#1A1A1A",
        "#6B7563",
        "#472988",
    ),
)
DARK = Theme(
    name="dark",
    paper="#14171C",
    ink="#F2F2F2",
    soft="#B4B8BF",
    grid="#333A44",
    prior="#A0A6AF",
    posterior="#56B4E9",
    rate="#FF8A3D",
    distortion="#2FC79A",
    decoder="#E79CC6",
    linear="#F2F2F2",
    dead="#666D78",
    rate_low="#5A3926",
    classes=(
        "#1FB4FF",
        "#FFB300",
        "#5AE39D",
        "#FF3F11",
        "#F56FBC",
        "#AFD8FF",
        "#FFFF35",
        "#FFFFE1",
        "#72906E",
        "#9067E8",
    ),
)
THEMES = {"light": LIGHT, "dark": DARK}
FONT_SIZE = 16


def axis(theme: Theme, title: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    """A fixed axis from `low` to `high`; its title names quantity and unit."""
    return {
        "title": {"text": title, "standoff": 4, "font": {"size": FONT_SIZE}},
        "range": [low, high],
        "autorange": False,
        "fixedrange": True,
        "automargin": False,
        "zeroline": False,
        "showline": True,
        "linecolor": theme.soft,
        "gridcolor": theme.grid,
        "tickfont": {"size": FONT_SIZE, "color": theme.soft},
        "nticks": 5,
        "tickangle": 0,
        **more,
    }


def decades(low: float, high: float, most: int = 8) -> dict[str, Any]:
    """Ticks at powers of ten, at most so many, of a logarithmic axis from 10^low to 10^high.

    Plotly would write the powers a quarter larger, into the axis's title.
    """
    powers = range(math.ceil(low), math.floor(high) + 1)
    shown = [k for k in powers if k % math.ceil(len(powers) / most) == 0]
    text = [f"{10.0**k:g}" if -3 <= k < 4 else f"1e{k}" for k in shown]
    return {"type": "log", "tickvals": [10.0**k for k in shown], "ticktext": text}


def figure(
    theme: Theme,
    traces: list[dict[str, Any]],
    x: dict[str, Any],
    y: dict[str, Any],
    meta: dict[str, Any],
    margin: tuple[int, int, int, int] = (52, 8, 6, 44),
) -> Spec:
    """The specification of a figure; fixed margins (left, right, top, bottom) keep it in place.

    `meta` has title, source, alt and data for the live board.
    """
    left, right, top, bottom = margin
    layout = {
        "template": None,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": FONT_SIZE, "color": theme.ink, "family": "Source Sans, sans-serif"},
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "showlegend": False,
        "xaxis": x,
        "yaxis": y,
        "meta": meta,
        "dragmode": False,
        "barmode": "overlay",
    }
    return Spec(traces, layout)
