"""The importance-weighted bound over the number of draws, below log p(x)."""

from __future__ import annotations

import math

import numpy as np

from vaeviz.figures.number_line import curve
from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import Spec, Theme, axis, decades, figure
from vaeviz.records.weights import WeightedBound

MOST = 1000.0  # draws


def weighted_bound(record: WeightedBound, theme: Theme) -> Spec:
    """L_k ± 2 standard errors and the delta method's line; log p(x) is 0."""
    r, ends = record, np.array([1.0, MOST])
    kept = np.isfinite(r.delta)
    traces = [
        curve("log p(x)", ends, np.zeros(2), theme.linear, "dot"),
        curve("+ 2 errors", r.ks, r.gap + 2 * r.error, theme.posterior, "dot", 2),
        curve("− 2 errors", r.ks, r.gap - 2 * r.error, theme.posterior, "dot", 2),
        curve("delta", r.ks[kept], r.delta[kept] - r.evidence, theme.prior, "dash"),
        {
            **curve("L_k", r.ks, r.gap, theme.posterior, "solid"),
            "mode": "lines+markers",
            "hoverinfo": "text",
            "hovertemplate": "k = %{x}: %{y} nats from log p(x)",
            "marker": {"color": theme.posterior, "size": 9},
        },
    ]
    meta = {
        "title": _title(r),
        "short": _title(r).split(":")[-1].strip(),
        "source": r.source,
        "alt": _finding(r),
        "legend": [
            ["log p(x)", theme.linear, "dot"],
            ["L_k", theme.posterior],
            ["± 2 errors", theme.posterior, "dot"],
            *([["delta method", theme.prior, "dash"]] if kept.any() else []),
        ],
    }
    high = math.log10(MOST)
    x = axis(theme, "k, draws per bound", 0.0, high + 0.05, **decades(0.0, high))
    y = axis(theme, "nats from log p(x)", -r.depth, 0.18 * r.depth)
    return figure(theme, traces, x, y, meta)


def _title(r: WeightedBound) -> str:
    if r.waits:
        return f"{r.whom}: {r.waits}"
    return f"{r.whom}: {number(-r.gap[0])} nats below, then {number(-r.gap[-1])}"


def _finding(r: WeightedBound) -> str:
    if r.waits:
        return f"The importance-weighted bound over k, {r.whom}: {r.waits}."
    values = ", ".join(
        f"k = {k:.0f}: {number(gap)} ± {number(error)}"
        for k, gap, error in zip(r.ks, r.gap, r.error, strict=True)
    )
    return f"Importance-weighted bound minus log p(x), in nats, {r.whom}. {values}."
