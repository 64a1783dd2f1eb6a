"""A draw over its distribution's parameter, with the random number held."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.number_line import curve, dot
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.estimators import HeldNumber

REACH = 0.9  # of the tangent, to each side
THETAS = (0.2, 5.0)


def law_draw(record: HeldNumber, theme: Theme) -> Spec:
    """z over θ, with its tangent at the present θ."""
    r = record
    ends = np.array([r.theta - REACH, r.theta + REACH])
    traces = [
        {**curve("draw", np.empty(0), np.empty(0), theme.posterior, "solid"),
         "x": r.line, "y": r.draws},
        curve("tangent", ends, r.z + r.slope * (ends - r.theta), theme.distortion, "dot", 4),
        dot("z", r.theta, r.z, theme.rate),
    ]  # fmt: skip
    moves = f"Hold u, move θ: the draw moves, dz/dθ = {r.slope:.3f}"
    meta = {
        "title": moves if r.smooth else "Hold u, move θ: the class stays, then jumps",
        "source": r.source,
        "alt": f"{r.law}: at θ = {r.theta:.2f} the draw is {r.z:.3f}, and its slope over θ is"
        f" {r.slope:.3f}." + ("" if r.smooth else " It is a step: flat, with jumps."),
        "legend": [["draw z", theme.posterior, "solid"], ["dz/dθ", theme.distortion, "dot"]],
    }
    y = axis(theme, "draw z" if r.smooth else "class drawn", r.low, r.high)
    if not r.smooth:
        y |= {"tickvals": [1, 2, 3], "ticktext": ["1", "2", "3"]}
    return figure(theme, traces, axis(theme, "θ", *THETAS), y, meta)
