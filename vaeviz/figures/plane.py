"""Two-dimensional data drawn in its own plane: points, reconstructions, a decoded path."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array, PlaneView

_MARKS: dict[str, dict[str, Any]] = {
    "data": {"mode": "markers", "marker": {"size": 5, "opacity": 0.5}},
    "decoder": {"mode": "markers", "marker": {"size": 5, "opacity": 0.9}},
    "other": {"mode": "markers", "marker": {"size": 5, "opacity": 0.9}},
    "path": {"mode": "lines+markers", "marker": {"size": 7}, "line": {"width": 3}},
}


def plane(record: PlaneView, theme: Theme) -> Spec:
    """Every layer in its colour, on equal axes."""
    traces = [_layer(name, role, points, theme) for name, role, points in record.layers]
    meta = {
        "title": record.title,
        "source": record.source,
        "alt": _finding(record),
        "equal": True,
        "legend": [
            [name, _colour(role, theme), *(["solid"] if _MARKS[role]["mode"] == "lines" else [])]
            for name, role, _ in record.layers
        ],
    }
    x = axis(theme, "x<sub>1</sub>", record.low, record.high)
    return figure(theme, traces, x, axis(theme, "x<sub>2</sub>", record.low, record.high), meta)


def _colour(role: str, theme: Theme) -> str:
    colours = {"data": theme.prior, "decoder": theme.decoder}
    return colours.get(role, theme.posterior)


def _layer(name: str, role: str, points: Array, theme: Theme) -> dict[str, Any]:
    style = _MARKS[role]
    colour = _colour(role, theme)
    trace = {"type": "scatter", "name": name, "x": points[:, 0], "y": points[:, 1], **style}
    trace["marker"] = {**style["marker"], "color": colour}
    if "line" in style:
        trace["line"] = {**style["line"], "color": colour}
    return trace


def _finding(record: PlaneView) -> str:
    centres = [
        f"{name} around ({p[:, 0].mean():.2f}, {p[:, 1].mean():.2f})"
        for name, _, p in record.layers
        if len(p)
    ]
    return f"{record.title}: " + "; ".join(centres) + "." if np.size(centres) else record.title
