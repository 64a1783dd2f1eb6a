"""The linear VAE's ELBO and exact log-likelihood over β or σ², and the gap at the current point.

At each point the model is optimal. Lucas et al. 2019 (arXiv:1911.02469): no gap at β = 1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.laboratory import Bound

NONE = 5e-4  # nats: a smaller gap counts as none


def bound(record: Bound, theme: Theme) -> Spec:
    """log p(x), the ELBO below it, and the gap between them: KL(q(z|x) ‖ p(z|x))."""
    r = record
    traces = [
        *_upright("best", r.best, r.low, r.high, theme.soft, "dot", r),
        _curve("log p(x)", r, r.log_likelihood, theme.decoder),
        _curve("ELBO", r, r.elbo, theme.ink),
        *_upright("gap", r.at, r.elbo_at, r.likelihood_at, theme.posterior, "solid", r),
        _here(r, theme),
        *_best_label(r, theme),
    ]
    legend = [
        ["log p(x)", theme.decoder, "solid"],
        ["ELBO", theme.ink, "solid"],
        ["gap", theme.posterior, "solid"],
    ]
    gap = r.likelihood_at - r.elbo_at
    meta = {
        "title": _title(r, gap),
        "short": _short(gap),
        "source": r.source,
        "alt": _finding(r, gap),
        "legend": legend,
    }
    ends = math.log10(r.x[0]), math.log10(r.x[-1])
    powers = [10.0**k for k in range(math.ceil(ends[0]), math.floor(ends[1]) + 1)]
    x = axis(
        theme, r.symbol, *ends, type="log", tickvals=powers, ticktext=[f"{v:g}" for v in powers]
    )
    return figure(
        theme,
        traces,
        x,
        axis(theme, "nats per example", r.low, r.high),
        meta,
        margin=(72, 8, 6, 44),
    )


def _curve(name: str, r: Bound, values: Array, colour: str) -> dict[str, Any]:
    """Clips values far outside the axis, for float32's sake."""
    reach = 100 * (r.high - r.low)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": r.x,
        "y": np.maximum(values, r.low - reach),
        "line": {"color": colour, "width": 3},
    }


def _upright(
    name: str, x: float | None, low: float, high: float, colour: str, dash: str, r: Bound
) -> list[dict[str, Any]]:
    if x is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "hoverinfo": "skip",
            "x": np.full(2, x),
            "y": np.clip([low, high], r.low, r.high),
            "line": {"color": colour, "width": 2 if dash == "dot" else 5, "dash": dash},
        }
    ]


def _here(r: Bound, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "you are here",
        "x": np.array([r.at]),
        "y": np.clip([r.elbo_at], r.low, r.high),
        "marker": {"color": theme.rate, "size": 13, "line": {"color": theme.paper, "width": 2}},
    }


def _best_label(r: Bound, theme: Theme) -> list[dict[str, Any]]:
    if r.best is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "text",
            "name": "best, named",
            "hoverinfo": "skip",
            "x": np.array([r.best]),
            "y": np.array([r.low + 0.07 * (r.high - r.low)]),
            "text": [f" {r.named}"],
            "textposition": "middle right",
            "textfont": {"size": FONT_SIZE, "color": theme.soft},
        }
    ]


def _title(r: Bound, gap: float) -> str:
    if gap < NONE:
        return f"ELBO = log p(x) = {number(r.elbo_at)}: no gap"
    return f"ELBO {number(r.elbo_at)} lies {number(gap)} nats below log p(x)"


def _short(gap: float) -> str:
    return "no gap" if gap < NONE else f"{number(gap)} nats below log p(x)"


def _finding(r: Bound, gap: float) -> str:
    best = f" Marked: {r.named}." if r.best is not None else ""
    apart = "no gap" if gap < NONE else f"a gap of {number(gap)}"
    return (
        f"Over {r.symbol}: at {r.at:.3g} the ELBO is {number(r.elbo_at)} and the log-likelihood"
        f" {number(r.likelihood_at)} nats per example, {apart}.{best}"
    )
