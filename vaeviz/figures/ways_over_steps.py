"""A quantity over the steps of three trainings that read the variance output differently."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.variance_outputs import Courses

NAMES = ("log σ²", "σ", "σ², clamped")
ROLES = ("posterior", "rate", "decoder")
WIDTHS = (3, 5, 3)  # the short course of σ shows beside the others


def ways_over_steps(record: Courses, theme: Theme) -> Spec:
    """A curve per way; where one broke, a dot on its last finite record."""
    r = record
    least = 10.0**r.low if r.ticks else r.low
    traces = []
    for k in (1, 0, 2):  # σ lies below, as it ends early
        values = np.maximum(np.array(r.values[k]), least)
        at = np.minimum(r.every * np.arange(1.0, len(values) + 1), r.broke[k] or r.steps)
        colour = getattr(theme, ROLES[k])
        traces.append(curve(NAMES[k], at, values, colour, "solid", WIDTHS[k]))
        if r.broke[k]:
            said = f"NaN at {r.broke[k]}" if r.named else ""
            traces.append(_end(NAMES[k], float(at[-1]), float(values[-1]), said, colour))
    meta = {
        "title": r.title,
        "source": r.source,
        "alt": r.finding,
        "legend": [[name, getattr(theme, role), "solid"]
                   for name, role in zip(NAMES, ROLES, strict=True)],
    }  # fmt: skip
    scale: dict[str, Any] = {}
    if r.ticks:
        text = [f"{tick:g}" for tick in r.ticks]
        scale = {"type": "log", "tickvals": list(r.ticks), "ticktext": text}
    y = axis(theme, r.quantity, r.low, r.high, **scale)
    x = axis(theme, "step", 0.0, float(r.steps))
    return figure(theme, traces, x, y, meta, margin=(60, 12, 6, 44))


def _end(name: str, x: float, y: float, said: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": f"end of {name}",
        "hoverinfo": "skip",
        "x": [x],
        "y": [y],
        "text": [said],
        "textposition": "middle right",
        "textfont": {"size": FONT_SIZE, "color": colour, "weight": 600},
        "marker": {"color": colour, "size": 11},
    }
