"""Free bits: the pull of the rate term on each dimension over its KL, which stops at the floor."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.limits import rounded
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.free_bits import Pull


def free_bits(record: Pull, theme: Theme) -> Spec:
    """A dot per dimension and step; rings are the same moments without the floor."""
    right = rounded(0.0, 1.05 * float(record.kl.max()))[1]
    top = rounded(0.0, 1.08 * float(max(record.pull.max(), record.free.max())))[1]
    below = record.kl < record.floor
    traces = [
        _floor(record.floor, top, theme),
        _dots("without the floor", record.kl[below], record.free[below], _hollow(theme)),
        _dots(
            "with free bits",
            record.kl.ravel(),
            record.pull.ravel(),
            {"size": 6, "color": theme.rate},
        ),
    ]
    meta = {
        "title": _title(record),
        "source": record.source,
        "alt": _finding(record),
        "legend": [["free bits", theme.rate], ["no floor", theme.dead]],
    }
    x = axis(theme, "KL of a dimension (nats)", -0.02 * right, right)
    return figure(theme, traces, x, axis(theme, "pull of the KL", -0.05 * top, top), meta)


def _floor(floor: float, top: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "floor",
        "hoverinfo": "skip",
        "x": np.array([floor, floor]),
        "y": np.array([0.0, top]),
        "line": {"color": theme.soft, "width": 1.5, "dash": "dash"},
    }


def _hollow(theme: Theme) -> dict[str, Any]:
    return {"size": 5, "color": theme.paper, "line": {"color": theme.dead, "width": 1}}


def _dots(name: str, x: Array, y: Array, marker: dict[str, Any]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "markers", "name": name, "x": x, "y": y, "marker": marker}


def _title(record: Pull) -> str:
    """The largest pull measured below the floor; by the formula it is 0."""
    below = record.pull[record.kl < record.floor]
    if not below.size:
        return "No dimension is below the floor"
    if not below.any():
        return f"No pull below {record.floor:g} nats"
    return f"A pull of up to {below.max():.2g} below {record.floor:g} nats"


def _finding(record: Pull) -> str:
    below = record.kl < record.floor
    return (
        f"{_title(record)}: {int(below.sum())} of {below.size} measurements lie there,"
        f" where without the floor the pull would be up to {_most(record.free[below]):.2f}; above"
        f" it is {_most(record.pull[~below]):.2f} at most, {_most(record.free[~below]):.2f}"
        " without."
    )


def _most(values: Array) -> float:
    return float(values.max()) if values.size else 0.0
