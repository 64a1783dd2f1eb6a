"""Each latent unit's variance: between the examples' means, and inside their posteriors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.active import ACTIVE
from vaeviz.records.posteriors import UnitSpread

END = 1.4  # of both axes; the prior's variance is 1
ROOM = 0.19  # of the axes' unit: a number of two digits in the smallest panel, with air


def unit_spread(record: UnitSpread, theme: Theme) -> Spec:
    """A point per unit: collapsed at (0, 1), informative near (1, 0); on the line they sum to 1."""
    meta = {
        "title": _title(record),
        "source": record.source,
        "alt": _finding(record),
        "legend": [
            ["not collapsed", theme.rate],
            ["collapsed", theme.dead],
            ["sum 1", theme.prior, "dash"],
        ],
    }
    low = -0.07
    return figure(
        theme,
        [
            _line(theme),
            _points(record, theme, "collapsed", record.collapsed, theme.dead),
            _points(record, theme, "not collapsed", ~record.collapsed, theme.rate),
            _names(record, theme),
            *([_group(record, theme)] if record.collapsed.any() else []),
        ],
        axis(theme, "Var<sub>x</sub>(μ<sub>j</sub>)", low, END),
        axis(theme, "E σ<sub>j</sub>²", low, END),
        meta,
        margin=(52, 8, 6, 44),
    )


def _line(theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "sum 1",
        "hoverinfo": "skip",
        "x": np.array([0.0, 1.0]),
        "y": np.array([1.0, 0.0]),
        "line": {"color": theme.prior, "width": 2, "dash": "dash"},
    }


def _points(
    r: UnitSpread, theme: Theme, name: str, kept: NDArray[np.bool_], colour: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": np.minimum(r.var_mu[kept], END),
        "y": np.minimum(r.variance[kept], END),
        "customdata": np.flatnonzero(kept).astype(np.int32) + 1,
        "hovertemplate": "unit %{customdata}: Var(μ) %{x}, σ² %{y}",
        "marker": {"size": 12, "color": colour, "line": {"color": theme.paper, "width": 1}},
    }


def _names(r: UnitSpread, theme: Theme) -> dict[str, Any]:
    """Numbers above informative units, the strongest first, as far as they do not overlap; the
    others are read at the pointer.
    """
    alive = _apart(r, np.flatnonzero(~r.collapsed))
    return {
        "type": "scatter",
        "mode": "text",
        "name": "names",
        "hoverinfo": "skip",
        "x": np.minimum(r.var_mu[alive], END),
        "y": np.minimum(r.variance[alive], END) + 0.09,
        "text": [str(k + 1) for k in alive],
        "textposition": "middle center",
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
    }


def _apart(r: UnitSpread, units: NDArray[np.intp]) -> list[int]:
    """Of these units, by falling Var(μ), those with room between them and all before."""
    places = np.minimum(np.stack([r.var_mu, r.variance], axis=1), END)  # (d, 2)
    chosen: list[int] = []
    for unit in units[np.argsort(-r.var_mu[units], kind="stable")]:
        away = np.abs(places[chosen] - places[unit]).max(axis=1)
        if not (away < ROOM).any():
            chosen.append(int(unit))
    return chosen


def _group(r: UnitSpread, theme: Theme) -> dict[str, Any]:
    """How many have collapsed, beside the middle of them."""
    dead = r.collapsed
    return {
        "type": "scatter",
        "mode": "text",
        "name": "group",
        "hoverinfo": "skip",
        "x": [float(np.minimum(r.var_mu[dead], END).mean()) + 0.06],
        "y": [float(np.minimum(r.variance[dead], END).mean()) + 0.1],
        "text": [f"{int(dead.sum())} collapsed"],
        "textposition": "middle right",
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
    }


def _title(r: UnitSpread) -> str:
    active = int((r.var_mu > ACTIVE).sum())
    return f"{active} of {len(r.var_mu)} active"


def _finding(r: UnitSpread) -> str:
    dead = int(r.collapsed.sum())
    return (
        f"{_title(r)} by Var(μ) > {ACTIVE:g}; {dead} below {r.threshold:g} nats. The largest"
        f" variance of means is {float(r.var_mu.max()):.2f}; variances inside the posteriors go"
        f" from {float(r.variance.min()):.3f} to {float(r.variance.max()):.2f}."
    )
