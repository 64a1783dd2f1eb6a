"""Soft draws of three classes as points of a triangle."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.estimators import Simplex

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 3**0.5 / 2]])
NEAR = 0.95  # of a coordinate: such a draw is nearly a class
CLASSES = ("class 1", "class 2", "class 3")


def simplex(record: Simplex, theme: Theme) -> Spec:
    """A point per draw, in the colour of its class; the ring is p, the mean of hard draws."""
    r = record
    near = float((r.draws.max(1) > NEAR).mean())
    outline = CORNERS[[0, 1, 2, 0]]
    traces = [
        curve("triangle", outline[:, 0], outline[:, 1], theme.soft, "solid", 1.5),
        *(
            _points(name, r.draws[r.classes == k] @ CORNERS, theme.classes[k])
            for k, name in enumerate(CLASSES)
        ),
        _ring(r.p @ CORNERS, theme),
        _corners(theme),
    ]
    meta = {
        "title": f"τ = {r.tau:.3g}: {100 * near:.0f} % of the draws are nearly a class",
        "source": r.source,
        "alt": f"{len(r.draws)} soft draws at τ = {r.tau:.3g}: {100 * near:.0f} % have a"
        f" coordinate above {NEAR}. p = {', '.join(f'{v:.2f}' for v in r.p)}.",
        "legend": [*([name, theme.classes[k]] for k, name in enumerate(CLASSES)),
                   ["p", theme.ink]],
        "equal": True,
    }  # fmt: skip
    hidden = {"showgrid": False, "showline": False, "showticklabels": False}
    x = axis(theme, "a corner is a class", -0.15, 1.15, **hidden)
    y = axis(theme, " ", -0.12, 0.98, **hidden)
    return figure(theme, traces, x, y, meta, margin=(8, 8, 4, 26))


def _points(name: str, at: Array, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "hoverinfo": "skip",
        "x": at[:, 0],
        "y": at[:, 1],
        "marker": {"color": colour, "size": 6, "opacity": 0.55},
    }


def _ring(at: Array, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "p",
        "x": [at[0]],
        "y": [at[1]],
        "hovertemplate": "p, the mean of hard draws",
        "marker": {"color": theme.paper, "size": 14, "line": {"color": theme.ink, "width": 3}},
    }


def _corners(theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "name": "corners",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "x": CORNERS[:, 0].tolist(),
        "y": [-0.07, -0.07, CORNERS[2, 1] + 0.07],
        "text": list(CLASSES),
        "textposition": "middle center",
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
    }
