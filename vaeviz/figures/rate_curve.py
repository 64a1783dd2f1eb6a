"""The rate over the steps of a run, and the active units on a second scale."""

from __future__ import annotations

from typing import Any

from vaeviz.figures.over_steps import line, marks, number, steps_axis
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import RateCurve


def rate_curve(record: RateCurve, theme: Theme) -> Spec:
    """R in nats from 0 to `top`; active units, as dots, from 0 to all over the same height."""
    r = record
    limits = (0.0, r.top)
    height = r.active * (r.top / r.dimensions)
    units = line("active units, by height", r.step, height, theme.posterior, limits, dash="dot")
    traces = [
        *marks(r.moves, theme, limits),
        {**units, "hoverinfo": "skip"},  # its heights are not nats
        line("R", r.step, r.rate, theme.rate, limits),
        _scale(r, theme),
    ]
    meta = {
        "title": _title(r),
        "short": _short(r),
        "source": r.source,
        "alt": _finding(r),
        "legend": [
            ["rate R", theme.rate, "solid"],
            ["active units (right)", theme.posterior, "dot"],
        ],
    }
    y = axis(theme, "R (nats)", -0.03 * r.top, 1.03 * r.top)
    return figure(theme, traces, steps_axis(theme, r.right), y, meta, margin=(52, 30, 6, 44))


def _scale(r: RateCurve, theme: Theme) -> dict[str, Any]:
    """0, half and all of the units, as text to the right."""
    counts = sorted({0, r.dimensions // 2, r.dimensions})
    return {
        "type": "scatter",
        "mode": "text",
        "name": "units",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "x": [r.right] * len(counts),
        "y": [k * r.top / r.dimensions for k in counts],
        "text": [f" {k}" for k in counts],
        "textposition": "middle right",
        "textfont": {"size": FONT_SIZE, "color": theme.posterior},
    }


def _title(r: RateCurve) -> str:
    if not len(r.step):
        return "The rate, from the first step on"
    units = f"{r.active[-1]:.0f} of {r.dimensions} units active"
    return f"R {number(r.rate[-1])} nats, {units}" if r.variational else f"No rate is paid; {units}"


def _short(r: RateCurve) -> str:
    if not len(r.step):
        return "The rate"
    return f"R {number(r.rate[-1])}, {r.active[-1]:.0f} of {r.dimensions} active"


def _finding(r: RateCurve) -> str:
    if not len(r.step):
        return "Rate over steps; no step has been made yet."
    return (
        f"Rate at step {r.step[-1]:.0f}: {number(r.rate[-1])} nats; the highest was"
        f" {number(r.rate.max())}. {r.active[-1]:.0f} of {r.dimensions} units are active."
    )
