"""One example's loss over μ, with ε held and with the drawn z held."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.graph import written
from vaeviz.figures.number_line import curve, dot, least
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.by_hand import HeldDraw

TOPS = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1024.0, 4096.0)  # nats of the axis
REACH = 1.2  # of the tangent, to each side


def held_draw(record: HeldDraw, theme: Theme) -> Spec:
    """Both curves through the present μ, and the tangent whose slope the graph gives to μ."""
    r = record
    top = least(TOPS, 1.5 * r.loss)
    ends = np.array([r.mu - REACH, r.mu + REACH])
    traces = [
        curve("z held", r.line, r.z_held, theme.prior, "dash"),
        curve("ε held", r.line, r.epsilon_held, theme.posterior, "solid"),
        curve("tangent", ends, r.loss + r.slope * (ends - r.mu), theme.distortion, "dot", 4),
        dot("μ", r.mu, r.loss, theme.posterior),
    ]
    meta = {
        "title": f"With {r.held} the slope of the loss over μ is {written(r.slope)}",
        "short": f"{r.held}: slope {written(r.slope)}",
        "source": r.source,
        "alt": f"At μ = {written(r.mu)} the loss is {written(r.loss)}. With {r.held} its slope over"
        f" μ is {written(r.slope)}; the graph says {r.told}.",
        "legend": [["ε held", theme.posterior, "solid"], ["z held", theme.prior, "dash"],
                   ["what μ gets", theme.distortion, "dot"]],
        "handles": ((3, 0, "mu"),),
    }  # fmt: skip
    x = axis(theme, "μ", float(r.line[0]), float(r.line[-1]))
    return figure(theme, traces, x, axis(theme, "loss (nats)", -0.15 * top, top), meta)
