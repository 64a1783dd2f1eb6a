"""One curve per likelihood of a grey value: over the value itself, or over the decoder's output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve, dot
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.pixel import Curves


def likelihood_curves(record: Curves, theme: Theme) -> Spec:
    """The curves, a point on the axis that can be dragged, and marks."""
    colours = {name: theme.classes[k] for k, name in enumerate(record.names)}
    traces = [
        *(
            curve(name, record.at, y, colours[name], dash, 4 if dash == "solid" else 3)
            for (name, y), dash in zip(record.curves.items(), record.dashes, strict=True)
        ),
        *(_least(name, x, y, colours[name]) for name, x, y in record.marks),
        dot(record.symbol, record.value, record.foot, theme.decoder),
    ]
    meta = {
        "title": record.title,
        "source": record.source,
        "alt": record.finding,
        "legend": [[name, colours[name], dash] for name, dash in _dashes(record)],
        "handles": ((len(traces) - 1, 0, record.handle),),
    }
    x = axis(theme, record.across, float(record.at[0]), float(record.at[-1]))
    return figure(theme, traces, x, axis(theme, record.up, record.low, record.high), meta)


def _dashes(record: Curves) -> Sequence[tuple[str, str]]:
    return list(zip(record.curves, record.dashes, strict=True))


def _least(name: str, x: float, y: float, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"least of {name}",
        "x": np.array([x]),
        "y": np.array([y]),
        "hovertemplate": f"{name}: least at %{{x}}",
        "marker": {"color": colour, "size": 13},
    }


def clipped(y: Array, low: float, high: float) -> Array:
    """A curve that leaves the axes only a little, so that it is drawn to their edge."""
    return np.clip(y, low - (high - low), high + (high - low))
