"""The variance of gradient estimates over σ, or over the number of draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve
from vaeviz.figures.theme import Spec, Theme, axis, decades, figure
from vaeviz.records.estimators import ROLES, Variances

MARGIN = 0.04  # decades beside the ends of the line


def estimator_variance(record: Variances, theme: Theme) -> Spec:
    """Lines: exact. Dots: measured, with two standard errors up and down."""
    r = record
    colours = [getattr(theme, role) for role in ROLES]
    traces = [
        *(
            curve(name, r.line, values, colour, "solid")
            for name, values, colour in zip(r.names, r.exact, colours, strict=True)
        ),
        *(_errors(f"errors of {name}", r, k, colours[k]) for k, name in enumerate(r.names)),
        *(
            _dots(f"measured, {name}", r.at, r.measured[k], colours[k])
            for k, name in enumerate(r.names)
        ),
    ]
    meta = {
        "title": r.title,
        "source": r.source,
        "alt": r.finding,
        "legend": [[name, colour, "solid"] for name, colour in zip(r.names, colours, strict=True)],
    }
    ends = np.log10(r.line[0]) - MARGIN, np.log10(r.line[-1]) + MARGIN
    ticks = {"tickvals": list(r.ticks), "ticktext": [f"{tick:g}" for tick in r.ticks]}
    x = axis(theme, r.quantity, *map(float, ends), type="log", **ticks)
    y = axis(theme, "variance", r.low, r.high, **decades(r.low, r.high, 6))
    return figure(theme, traces, x, y, meta, margin=(60, 12, 6, 44))


def bars(variance: float, error: float) -> list[float]:
    """Two standard errors down and up, on the logarithmic scale."""
    factor = float(np.exp(2 * error / variance))
    return [variance / factor, variance * factor]


def _errors(name: str, r: Variances, k: int, colour: str) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for at, variance, error in zip(r.at, r.measured[k], r.error[k], strict=True):
        x += [float(at), float(at), None]
        y += [*bars(float(variance), float(error)), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "hoverinfo": "skip",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 2, "dash": "solid"},
    }


def _dots(name: str, x: Any, y: Any, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": y,
        "hovertemplate": f"{name}: %{{y}}",
        "marker": {"color": colour, "size": 8},
    }
