"""The gap of the ELBO of several examples, split into approximation and amortization."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.gaps import GapStack

MEAN = "mean"


def gap_stack(record: GapStack, theme: Theme) -> Spec:
    """Two stacked parts per example and for their mean; bars beyond the axis say their height."""
    r = record
    whole, x = r.approximation + r.amortization, np.arange(len(r.approximation), dtype=float)
    traces = [
        _bars("amortization gap", x, whole, theme.rate),
        _bars("approximation gap", x, r.approximation, theme.posterior),
        {
            "type": "scatter",
            "mode": "text",
            "name": "nats",
            "hoverinfo": "skip",
            "x": x,
            "y": np.minimum(whole, 0.93 * r.depth),
            "text": [number(value) for value in whole],
            "textposition": "top center",
            "textfont": {"size": FONT_SIZE, "color": theme.ink},
            "meta": {"slots": True},
        },
    ]
    meta = {
        "title": _title(r),
        "short": _title(r),
        "source": r.source,
        "alt": _finding(r, whole),
        "legend": [["amortization gap", theme.rate], ["approximation gap", theme.posterior]],
    }
    names = {
        "tickvals": list(range(len(r.numbers))),
        "ticktext": list(r.numbers),
        "showgrid": False,
    }
    across = axis(theme, "held-out example", -0.6, len(r.numbers) - 0.4, **names)
    return figure(
        theme, traces, across, axis(theme, "log p(x) − ELBO (nats)", 0.0, 1.06 * r.depth), meta
    )


def _bars(name: str, x: Any, y: Any, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": x,
        "y": y,
        "width": 0.7,
        "hovertemplate": f"{name}: up to %{{y}} nats",
        "marker": {"color": colour},
    }


def _title(r: GapStack) -> str:
    if r.waits:
        return r.waits
    own, whole = float(r.amortization[-1]), float(r.amortization[-1] + r.approximation[-1])
    return f"Mean gap {number(whole)} nats; {number(own)} are the encoder's"


def _finding(r: GapStack, whole: Any) -> str:
    if r.waits:
        return f"Gaps of {r.count} held-out examples. {r.waits}."
    each = ", ".join(
        f"{name}: {number(part)} of {number(value)}"
        for name, part, value in zip(r.numbers, r.amortization, whole, strict=True)
    )
    return (
        f"Amortization gap of the whole gap, in nats, with the best {r.family} q; the mean is of"
        f" {r.count} examples. {each}."
    )
