"""Active units over the level τ, and a written loss among them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaeviz.figures.numbers import three_digits
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, decades, figure
from vaeviz.records.written_loss import LossPlace

NEAR = 0.1  # decades: closer known losses share one name


def loss_place(record: LossPlace, theme: Theme) -> Spec:
    """Counts over log τ; the written loss is a vertical line, others are numbers."""
    r = record
    top = 1.18 * r.dimensions
    traces = [_here(r, theme, top), _known(r, theme, top), *_dot(r, theme)]
    legend = [[f"this loss, {r.symbol} = {three_digits(r.level)}", theme.rate, "solid"]]
    if len(r.linear_taus):
        traces.insert(
            0, _curve("linear VAE, exact", r.linear_taus, r.linear_active, theme.linear, "dot", 1.5)
        )
        legend.append(["linear VAE", theme.linear, "dot"])
    if len(r.taus):
        traces.insert(0, _curve("active units", r.taus, r.active, theme.posterior, "solid", 3))
        legend.append(["active units", theme.posterior, "solid"])
    meta = {"title": _title(r), "source": r.source, "alt": _finding(r), "legend": legend}
    unit = (
        "nats per nat"
        if r.symbol == "β"
        else "squared data units"
        if r.symbol == "τ"
        else "data units"
    )
    low, high = r.limits
    ticks = decades(low + 0.2, high)  # none in the corner, where the other axis has its zero
    x = axis(theme, f"{r.symbol} ({unit})", low, high, **ticks)
    return figure(theme, traces, x, axis(theme, "active units", 0, top), meta)


def _curve(name: str, x: Any, y: Any, colour: str, dash: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width, "dash": dash},
    }


def _here(r: LossPlace, theme: Theme, top: float) -> dict[str, Any]:
    place = _inside(r, r.level)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "this loss",
        "hoverinfo": "skip",
        "x": np.array([place, place]),
        "y": np.array([0.0, top]),
        "line": {"color": theme.rate, "width": 3},
    }


def _dot(r: LossPlace, theme: Theme) -> list[dict[str, Any]]:
    if r.level_active is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "units under this loss",
            "x": np.array([_inside(r, r.level)]),
            "y": np.array([float(r.level_active)]),
            "marker": {"color": theme.rate, "size": 13, "line": {"color": theme.paper, "width": 2}},
        }
    ]


def _known(r: LossPlace, theme: Theme, top: float) -> dict[str, Any]:
    """Names at their levels, on one line above the counts; overlapping ones share a place."""
    groups = _grouped(r)
    return {
        "type": "scatter",
        "mode": "text",
        "name": "known losses",
        "hoverinfo": "skip",
        "x": np.array([tau for _, tau in groups]),
        "y": np.full(len(groups), 0.93 * top),
        "text": [names for names, _ in groups],
        "textposition": "middle center",
        "textfont": {"size": FONT_SIZE, "color": theme.ink, "weight": 600},
    }


def _grouped(r: LossPlace) -> list[tuple[str, float]]:
    groups: list[list[tuple[str, float]]] = []
    for name, tau in sorted(r.known, key=lambda entry: entry[1]):
        if groups and math.log10(tau / groups[-1][0][1]) < NEAR:
            groups[-1].append((name, tau))
        else:
            groups.append([(name, tau)])
    return [(",".join(n for n, _ in sorted(group)), _inside(r, group[0][1])) for group in groups]


def _inside(r: LossPlace, tau: float) -> float:
    """The level, or the axis's end if it lies beyond."""
    low, high = (10.0**end for end in r.limits)
    return min(max(tau, low), high)


def _title(r: LossPlace) -> str:
    if r.level_active is None:
        return f"This loss: {r.symbol} = {three_digits(r.level)}"
    if r.level_active == 0:
        return f"{r.symbol} = {three_digits(r.level)}: everything collapsed"
    return f"{r.symbol} = {three_digits(r.level)}: {r.level_active} of {r.dimensions} active"


def _finding(r: LossPlace) -> str:
    active = f"{r.level_active} of {r.dimensions} units are active there"
    units = (
        active
        if r.level_active is not None
        else "no model here says how many units are active there"
    )
    others = "; ".join(f"loss {name} at {three_digits(tau)}" for name, tau in r.known)
    known = f" {others[:1].upper()}{others[1:]}." if others else ""
    return f"The written loss is at {r.symbol} = {three_digits(r.level)}: {units}.{known}"
