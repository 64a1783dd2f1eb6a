"""Estimates of one gradient by three estimators, side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve, least
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.estimators import NAMES, ROLES, Estimates

TOPS = tuple(s * 10.0**k for k in range(-1, 7) for s in (1, 2, 5))  # of the axis
ENDS = (0.4, 3.6)
TICKS = ("pathwise", "score", "baseline")  # of NAMES, short enough for a phone
WIDTH = 0.6  # of a column


def places(column: int, count: int) -> list[float]:
    """Where the estimates of a column stand, side by side so that all are seen."""
    return (column + WIDTH * (np.arange(count) / (count - 1) - 0.5)).tolist()


def estimator_strip(record: Estimates, theme: Theme) -> Spec:
    """A dot per estimate; the line is the exact gradient."""
    r = record
    top = least(TOPS, abs(r.exact) + 2.5 * float(r.spread.max()))
    traces = [
        curve("exact", np.array(ENDS), np.full(2, r.exact), theme.linear, "solid", 2),
        *(
            _dots(name, k, r.values[k - 1], getattr(theme, role))
            for k, (name, role) in enumerate(zip(NAMES, ROLES, strict=True), 1)
        ),
    ]
    each = "draw" if r.count == 1 else "draws"
    path, plain, based = r.spread
    meta = {
        "title": f"Each dot estimates {r.symbol} from {r.count} {each}",
        "source": r.source,
        "alt": f"{r.values.shape[1]} estimates per estimator around the exact gradient"
        f" {r.exact:.3f}. Standard deviations: pathwise {path:.3f}, score function {plain:.3f},"
        f" with a baseline {based:.3f}.",
        "legend": [["exact", theme.linear, "solid"],
                   *([name, getattr(theme, role)]
                     for name, role in zip(NAMES, ROLES, strict=True))],
    }  # fmt: skip
    names = {"tickvals": [1, 2, 3], "ticktext": list(TICKS), "showgrid": False}
    x = axis(theme, "three unbiased estimators", *ENDS, **names)
    y = axis(theme, f"estimate of {r.symbol}", -top, top)
    return figure(theme, traces, x, y, meta, margin=(72, 8, 6, 44))


def _dots(name: str, column: int, values: Any, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "hoverinfo": "skip",
        "x": places(column, len(values)),
        "y": values,
        "marker": {"color": colour, "size": 7},
    }
