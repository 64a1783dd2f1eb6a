"""How unequal importance weights are: their distribution, and where their sum comes from."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.number_line import curve
from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.weights import WeightSpread

BINS = 36


def weight_spread(record: WeightSpread, theme: Theme) -> Spec:
    """Shares of the draws per bin of log w − log p(x), and the bin's share of the sum of w."""
    r = record
    ends = -r.reach, r.reach
    edges = np.linspace(*ends, BINS + 1)
    inside = np.clip(r.log_ratio, *ends)
    w = np.exp(r.log_ratio - r.log_ratio.max())
    middle = (edges[1:] + edges[:-1]) / 2
    draws = np.histogram(inside, edges)[0] * 100 / len(inside)
    weight = np.histogram(inside, edges, weights=w)[0] * 100 / w.sum()
    top = 100.0 if max(draws.max(), weight.max()) > 50 else 50.0
    traces = [
        {
            "type": "bar",
            "name": "draws",
            "x": middle,
            "y": draws,
            "width": 0.9 * (edges[1] - edges[0]),
            "hovertemplate": "log w/p(x) %{x}: %{y} % of the draws",
            "marker": {"color": theme.posterior},
        },
        curve("sum", middle, weight, theme.rate, "solid"),
        curve("p(x)", np.zeros(2), np.array([0.0, top]), theme.linear, "dot"),
    ]
    count = len(r.log_ratio)
    meta = {
        "title": f"{r.heaviest:,} of {count:,} draws carry half of the sum",
        "short": f"{r.heaviest:,} of {count:,} carry half",
        "source": r.source,
        "alt": f"Of {count:,} weights the heaviest {r.heaviest:,} sum to half; all are worth"
        f" {number(r.effective)} equal ones. The middle one is"
        f" {number(float(np.median(r.log_ratio)))} nats from p(x).",
        "legend": [
            ["draws", theme.posterior],
            ["their share of the sum", theme.rate, "solid"],
            ["p(x)", theme.linear, "dot"],
        ],
    }
    x = axis(theme, "log w − log p(x) (nats)", *ends)
    return figure(theme, traces, x, axis(theme, "% per bin", -0.05 * top, top), meta)
