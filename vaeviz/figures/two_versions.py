"""Curves of one version of a code, thick, beside those of the other, dotted."""

from __future__ import annotations

from typing import Any

from vaeviz.figures.over_steps import line
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.museum import Axes, Comparison


def two_versions(record: Comparison, theme: Theme) -> Spec:
    """What a mistake does to each curve."""
    r, up = record, record.axes.up
    beside = [(f"{each.name}, {r.beside}", each, "dot", 2) for each in r.other]
    truth = [(r.truth.name, r.truth, "dash", 2)] if r.truth else []
    drawn = [*beside, *truth, *((each.name, each, "solid", 4) for each in r.shown)]
    traces = [
        line(name, each.x, each.y, getattr(theme, each.role), up, dash=dash, width=width)
        for name, each, dash, width in drawn
    ]
    legend = [[name, getattr(theme, each.role), dash] for name, each, dash, _ in drawn[::-1]]
    meta = {
        "title": r.title,
        "short": r.short,
        "source": r.source,
        "alt": r.finding,
        "legend": legend,
    }
    return figure(theme, traces, across(r.axes, theme), axis(theme, r.axes.y, *up), meta)


def across(axes: Axes, theme: Theme) -> dict[str, Any]:
    """The first axis, logarithmic where it has ticks."""
    if not axes.ticks:
        return axis(theme, axes.x, *axes.across)
    ticks = {"tickvals": list(axes.ticks), "ticktext": [f"{tick:g}" for tick in axes.ticks]}
    return axis(theme, axes.x, *axes.across, type="log", **ticks)
