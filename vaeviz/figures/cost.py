"""What one example costs: D and R as bars that add up to the negative ELBO."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.one_example import Cost

THICK = 24  # pixels of a bar
LEAST = 20.0  # nats that the axis always shows
WIDE = 0.3  # of the axis: a bar with room for its name
EQUAL = 0.005  # nats: no difference


def cost(record: Cost, theme: Theme) -> Spec:
    """D from 0; R from where D ends; the sum from 0. A tick marks the sum of a moment ago."""
    ends = [0.0, record.distortion, record.total, *([record.before] if record.before else [])]
    low, high = _span(min(ends), max(ends))
    bars = [
        ("D", 2.0, 0.0, record.distortion, theme.distortion),
        ("R", 1.0, record.distortion, record.total, theme.rate),
        ("D + R", 0.0, 0.0, record.total, theme.ink),
    ]
    traces = [_bar(*bar) for bar in bars]
    if record.before is not None:
        traces.append(_before(record.before, theme))
    traces += [_label(bar, (low, high), theme) for bar in bars]
    ago = [["a moment ago", theme.posterior, "solid"]] if record.before is not None else []
    meta = {
        "title": f"D + R = {_nats(record.total)} nats{_change(record)}",
        "source": record.source,
        "alt": _finding(record),
        "legend": [["distortion D", theme.distortion], ["rate R", theme.rate], *ago],
    }
    x = axis(theme, "nats of this example", low, high, zeroline=True, zerolinecolor=theme.soft)
    y = axis(theme, "costs", -0.6, 2.6, showgrid=False, showticklabels=False, ticks="")
    return figure(theme, traces, x, y, meta, margin=(30, 12, 6, 44))


def _bar(name: str, row: float, start: float, end: float, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "hoverinfo": "skip",
        "x": np.array([start, end]),
        "y": np.full(2, row),
        "line": {"color": colour, "width": THICK},
    }


def _before(total: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "a moment ago",
        "hoverinfo": "skip",
        "x": np.full(2, total),
        "y": np.array([-0.55, 0.55]),
        "line": {"color": theme.posterior, "width": 4},
    }


def _label(
    bar: tuple[str, float, float, float, str], span: tuple[float, float], theme: Theme
) -> dict[str, Any]:
    """Its name and length: on the bar, or beside a short one where there is more room."""
    name, row, start, end, colour = bar
    low, high = min(start, end), max(start, end)
    whole = span[1] - span[0]
    right = span[1] - high >= low - span[0]
    at, side = (high, "middle right") if right else (low, "middle left")
    ink, halo = theme.ink, theme.paper
    if high - low > WIDE * whole:
        at, side, ink, halo = (low + high) / 2, "middle center", theme.paper, colour
    return {
        "type": "scatter",
        "mode": "text",
        "name": "names",
        "hoverinfo": "skip",
        "x": np.array([at]),
        "y": np.array([row]),
        "text": [f" {name} = {_nats(end - start)} "],
        "textposition": side,
        "textfont": {"size": FONT_SIZE, "color": ink},
        "meta": {"halo": halo},
    }


def _span(low: float, high: float) -> tuple[float, float]:
    """Bounds from the numbers 1, 2, 5, 10, …, so that they stand still during most of a drag."""
    least = LEAST if high - low < LEAST else 0.0
    return -_above(-low) if low < 0 else 0.0, _above(max(high, least)) if high > 0 or least else 0.0


def _above(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(
        step * power for step in (1.0, 2.0, 5.0, 10.0, 20.0) if 1.05 * value <= step * power
    )


def _change(record: Cost) -> str:
    if record.before is None or abs(record.before - record.total) < EQUAL:
        return ""
    better = record.total < record.before
    return (
        f": {abs(record.before - record.total):.1f} {'better' if better else 'worse'} than before"
    )


def _nats(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _finding(record: Cost) -> str:
    return (
        f"D {_nats(record.distortion)} and R {_nats(record.rate)} nats add up to"
        f" {_nats(record.total)}; the ELBO is {_nats(-record.total)}{_change(record)}."
    )
