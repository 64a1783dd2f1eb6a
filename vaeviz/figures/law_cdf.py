"""A distribution function at two parameters: how the draw at one height moves."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.number_line import curve, dot
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.estimators import TwoCurves


def law_cdf(record: TwoCurves, theme: Theme) -> Spec:
    """F at θ and at a larger one; the height u crosses them at the draw and where it moves to."""
    r = record
    low, high = float(r.line[0]), float(r.line[-1])
    larger = f"F at θ + {r.change:g}"
    traces = [
        curve("u", np.array([low, high]), np.full(2, r.u), theme.prior, "dash", 2),
        curve("F at θ + change", r.line, r.there, theme.posterior, "dot"),
        curve("F at θ", r.line, r.here, theme.posterior, "solid"),
        {**dot("z′", r.z[1], r.u, theme.prior), "textposition": "bottom right"},
        dot("z", r.z[0], r.u, theme.rate),
    ]
    meta = {
        "title": f"F reaches u at z = {r.z[0]:.2f}; at a larger θ at {r.z[1]:.2f}",
        "source": r.source,
        "alt": f"{r.law}: the distribution function reaches {r.u:.2f} at {r.z[0]:.3f} for θ ="
        f" {r.theta:.2f}, and at {r.z[1]:.3f} for θ = {r.theta + r.change:.2f}.",
        "legend": [["F at θ", theme.posterior, "solid"], [larger, theme.posterior, "dot"],
                   ["u", theme.prior, "dash"]],
    }  # fmt: skip
    x = axis(theme, "z", low, high)
    return figure(theme, traces, x, axis(theme, "F(z; θ)", -0.04, 1.04), meta)
