"""What is integrated to the KL between two Gaussians, as an area."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import least
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.theory.two_gaussians import LINE, Divergence

HIGHS = (0.2, 0.6, 2.0, 4.0, 8.0, 16.0, 40.0, 100.0, 400.0, 1e3, 4e3, 1e4, 4e4)  # of the axis
LOWS = (0.05, 0.2, 0.6, 2.0)


def kl_integrand(made: Divergence, names: str, theme: Theme, source: str) -> Spec:
    """What is integrated, as an area: its sum is the KL; parts below zero are taken off."""
    y = made.integrand
    low, high = min(0.0, float(y.min())), max(0.0, float(y.max()))
    top, bottom = least(HIGHS, 1.05 * high), -least(LOWS, -1.05 * low)
    traces = [
        _area("adds", np.maximum(y, 0.0), theme.rate),
        _area("takes off", np.minimum(y, 0.0), theme.prior),
    ]
    meta = {
        "title": f"The area is the KL: {made.quadrature:.4f} nats",
        "source": source,
        "alt": f"The integrand {names}; its area is {made.quadrature:.4f} nats.",
        "legend": [["adds", theme.rate], ["takes off", theme.prior]],
    }
    y_axis = axis(theme, names, bottom, top)
    return figure(theme, traces, axis(theme, "z", float(LINE[0]), float(LINE[-1])), y_axis, meta)


def _area(name: str, y: Array, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "hoverinfo": "skip",
        "x": LINE,
        "y": y,
        "width": 1.1 * float(LINE[1] - LINE[0]),  # no seams
        "marker": {"color": colour},
    }
