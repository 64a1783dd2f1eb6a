"""The gap of an encoder over how much of the picture it sees."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import least
from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.sight import SightGaps

TOPS = tuple(k * 10.0**n for n in range(-1, 5) for k in (1, 2, 5))  # nats of the axis


def sight_gaps(record: SightGaps, theme: Theme) -> Spec:
    """Bars of two parts, and the chosen one marked by its number of nats."""
    r = record
    whole, at = r.family + r.unseen, int(np.flatnonzero(r.rows == r.now)[0])
    top = least(TOPS, 1.12 * float(whole.max()))
    traces = [
        _bars("not seen", r.rows, whole, theme.rate),
        _bars("family", r.rows, r.family, theme.posterior),
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": "now",
            "x": [float(r.now)],
            "y": [float(whole[at])],
            "text": [f"{number(float(whole[at]))} nats"],
            "textposition": "top right",
            "textfont": {"size": FONT_SIZE, "color": theme.ink},
            "hovertemplate": "now: %{y} nats",
            "marker": {"color": theme.ink, "size": 10},
        },
    ]
    meta = {
        "title": f"Seeing {r.now} of {r.whole} rows leaves {number(float(whole[at]))} nats",
        "short": f"Gap {number(float(whole[at]))} nats",
        "source": r.source,
        "alt": f"The gap falls from {number(float(whole[0]))} nats without sight to"
        f" {number(float(whole[-1]))} with all rows; at {r.now} rows it is"
        f" {number(float(whole[at]))}, of which {number(float(r.unseen[at]))} by what is not seen.",
        "legend": [["by what is not seen", theme.rate], ["by the family", theme.posterior]],
    }
    x = axis(theme, "rows that the encoder sees", -0.6, r.whole + 0.6, showgrid=False)
    return figure(theme, traces, x, axis(theme, "log p(x) − ELBO (nats)", 0.0, top), meta)


def _bars(name: str, x: Array, y: Array, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "hoverinfo": "skip",
        "x": x,
        "y": y,
        "width": 0.8,
        "marker": {"color": colour},
    }
