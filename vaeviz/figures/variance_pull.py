"""The KL's gradient on an encoder's variance output, for three ways to read it."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.graph import written
from vaeviz.figures.number_line import curve, dot
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.figures.ways_over_steps import NAMES, ROLES
from vaeviz.records.variance_outputs import Pulls

ENDS, HEIGHTS = (-3.0, 2.0), (-4.0, 3.0)
HANDLE = -3.3  # the height of the point to drag


def variance_pull(record: Pulls, theme: Theme) -> Spec:
    """A curve per way over the output a; a dot at the present one, where it is a number."""
    r = record
    colours = [getattr(theme, role) for role in ROLES]
    traces = [
        *(
            _curve(name, r.line, values, colour)
            for name, values, colour in zip(NAMES, r.values, colours, strict=True)
        ),
        *(
            _dot(name, r.at, y, colour)
            for name, y, colour in zip(NAMES, r.present, colours, strict=True)
        ),
        dot("a", r.at, HANDLE, theme.ink),
    ]
    told = ", ".join(
        f"{name}: {'no number' if y is None else written(y)}"
        for name, y in zip(NAMES, r.present, strict=True)
    )
    meta = {
        "title": "Below a = −1: a pull, no number, or nothing",
        "source": r.source,
        "alt": f"The KL's gradient at the output a = {r.at:.2f}: {told}.",
        "legend": [[name, colour, "solid"] for name, colour in zip(NAMES, colours, strict=True)],
        "handles": ((6, 0, "output"),),
    }
    x = axis(theme, "the encoder's output a", *ENDS)
    return figure(theme, traces, x, axis(theme, "∂KL/∂a", *HEIGHTS), meta)


def _curve(name: str, line: Any, values: Any, colour: str) -> dict[str, Any]:
    empty = curve(name, np.empty(0), np.empty(0), colour, "solid")
    return {**empty, "x": list(line), "y": list(values)}


def _dot(name: str, at: float, y: float | None, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"here, {name}",
        "x": [] if y is None else [at],
        "y": [] if y is None else [y],
        "hovertemplate": f"{name}: %{{y}}",
        "marker": {"color": colour, "size": 12},
    }
