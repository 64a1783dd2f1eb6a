"""The evidence of one number, split into the ELBO and its gap."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.graph import written
from vaeviz.figures.number_line import curve, least
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.theory.toy_bound import Bound

COLUMNS = ("log p(x)", "− gap", "−D", "−R")
WIDTH = 54  # pixels of a bar
DEPTHS = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 512.0)  # nats of the axis


def evidence_bars(made: Bound, theme: Theme, source: str) -> Spec:
    """Two ways to one ELBO: log p(x) less the gap, and −D less R."""
    low = -least(DEPTHS, 1.2 * max(-made.elbo, -made.evidence, -made.likelihood))
    ends = (made.evidence, made.elbo, made.likelihood, made.elbo)
    starts = (0.0, made.evidence, 0.0, made.likelihood)
    colours = (theme.linear, theme.posterior, theme.distortion, theme.rate)
    traces = [
        curve("ELBO", np.array([0.4, 4.6]), np.full(2, made.elbo), theme.ink, "dash", 2),
        *(
            curve(name, np.full(2, at), np.array([start, end]), colour, "solid", WIDTH)
            for at, (name, start, end, colour) in enumerate(
                zip(COLUMNS, starts, ends, colours, strict=True), 1
            )
        ),
        {
            "type": "scatter",
            "mode": "text",
            "name": "nats",
            "hoverinfo": "skip",
            "x": [1.0, 2.0, 3.0, 4.0],
            "y": [max(0.0, s, e) for s, e in zip(starts, ends, strict=True)],  # clear of the ELBO
            "text": [written(e - s) for s, e in zip(starts, ends, strict=True)],
            "textposition": "top center",
            "textfont": {"size": FONT_SIZE, "color": theme.ink},
        },
    ]
    meta = {
        "title": f"log p(x) − gap = −D − R = ELBO: {written(made.elbo)} nats",
        "short": f"ELBO {written(made.elbo)} nats",
        "source": source,
        "alt": f"log p(x) {made.evidence:.3f}, gap {made.gap:.3f}, D {-made.likelihood:.3f}, R"
        f" {made.rate:.3f}: the ELBO is {made.elbo:.3f} nats both ways.",
        "legend": [["ELBO", theme.ink, "dash"]],
    }
    names = {"tickvals": [1, 2, 3, 4], "ticktext": COLUMNS, "showgrid": False}
    x = axis(theme, "two ways to the same number", 0.4, 4.6, **names)
    y = axis(theme, "nats", low, -0.25 * low)
    return figure(theme, traces, x, y, meta, margin=(64, 8, 6, 44))
