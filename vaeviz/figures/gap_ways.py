"""The gap of the ELBO of one example, two ways: as a difference, and as a divergence."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve, least
from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.true_posterior import ExampleBound

WIDTH = 74  # pixels of a bar
DEPTHS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 5000.0, 50_000.0)
NAMES = ("log p(x) − ELBO", "KL(q ‖ p(z|x))")


def gap_ways(record: ExampleBound, theme: Theme, source: str) -> Spec:
    """Both hang from log p(x), which is 0 here, and end on the ELBO."""
    r = record
    depth = least(DEPTHS, 1.25 * max(r.gap, r.kl))
    traces = [
        curve("log p(x)", np.array([0.4, 2.6]), np.zeros(2), theme.linear, "dot"),
        curve("ELBO", np.array([0.4, 2.6]), np.full(2, -r.gap), theme.ink, "dash", 2),
        curve(NAMES[0], np.ones(2), np.array([-r.gap, 0.0]), theme.decoder, "solid", WIDTH),
        curve(NAMES[1], np.full(2, 2.0), np.array([-r.kl, 0.0]), theme.posterior, "solid", WIDTH),
        _words("nats", [-r.gap, -r.kl], [number(r.gap), number(r.kl)], "bottom center", theme),
        _words("names", [0.0, 0.0], list(NAMES), "top center", theme),
    ]
    meta = {
        "title": f"Two ways to one gap: {number(r.gap)} and {number(r.kl)} nats",
        "short": f"gap {number(r.gap)} nats",
        "source": source,
        "alt": f"log p(x) is {r.evidence:.3f}, the ELBO {r.elbo:.3f} nats: {r.gap:.3f} apart."
        f" KL(q ‖ p(z|x)), summed on a grid, is {r.kl:.3f}.".replace("-", "−"),
        "legend": [["log p(x)", theme.linear, "dot"], ["ELBO", theme.ink, "dash"]],
    }
    x = axis(
        theme, "the same, computed twice", 0.4, 2.6, showticklabels=False, ticks="", showgrid=False
    )
    return figure(theme, traces, x, axis(theme, "nats from log p(x)", -depth, 0.22 * depth), meta)


def _words(name: str, y: list[float], text: list[str], where: str, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "name": name,
        "hoverinfo": "skip",
        "x": [1.0, 2.0],
        "y": y,
        "text": text,
        "textposition": where,
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
    }
