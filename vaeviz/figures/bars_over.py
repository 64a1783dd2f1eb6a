"""Bars at places of a line, and a curve over them: weights of draws, shares of codes."""

from __future__ import annotations

from typing import Any

from vaeviz.figures.number_line import curve
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.museum import Bars


def bars_over(record: Bars, theme: Theme) -> Spec:
    """The bars in the colour of the rate, the curve in the posterior's."""
    r = record
    bars: dict[str, Any] = {
        "type": "bar",
        "name": r.bar,
        "x": r.x,
        "y": r.height,
        "width": r.width,
        "marker": {"color": theme.rate},
        "hovertemplate": f"{r.bar}: %{{y}}",
    }
    traces, legend = [bars], [[r.bar, theme.rate]]
    if len(r.curve_x):
        traces.append(curve(r.curve, r.curve_x, r.curve_y, theme.posterior, "solid"))
        legend.append([r.curve, theme.posterior, "solid"])
    meta = {"title": r.title, "source": r.source, "alt": r.finding, "legend": legend}
    x, y = axis(theme, r.axes.x, *r.axes.across), axis(theme, r.axes.y, *r.axes.up)
    return figure(theme, traces, x, y, meta)
