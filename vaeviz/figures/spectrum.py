"""The data's eigenvalues, the water level τ, and the remaining error of each (log axes).

Cover & Thomas 2006, theorem 10.3.3; a component above the level has ½ log(λ/τ) nats.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.laboratory import Levels


def spectrum(record: Levels, theme: Theme) -> Spec:
    """Dots: λ by component, coloured where coded; green: the error left, min(λ, τ) within d."""
    r = record
    index = np.arange(1, len(r.eigenvalues) + 1)
    coded = (r.eigenvalues > r.tau) & (index <= r.latent)
    shut = (r.eigenvalues > r.tau) & (index > r.latent)
    traces = [
        _water(r, theme),
        _kept(r, theme, index),
        _dots("coded", index, r, coded, theme.rate),
        _dots("under water", index, r, ~coded & ~shut, theme.dead),
        _dots("above, but no dimension is left", index, r, shut, theme.decoder),
        _label(r, theme),
    ]
    legend = [["coded", theme.rate], ["error left", theme.distortion, "solid"]]
    legend += [["under water", theme.dead]] if (~coded & ~shut).any() else []
    legend += [["beyond d", theme.decoder]] if shut.any() else []
    title = f"{int((coded | shut).sum())} of {len(index)} above water"
    if shut.any():
        title = f"{int((coded | shut).sum())} above water, {int(coded.sum())} coded"
    meta = {"title": title, "source": r.source, "alt": _finding(r, coded, shut), "legend": legend}
    x = axis(
        theme,
        "component",
        -0.05,
        math.log10(len(index)) + 0.08,
        type="log",
        **_ticks(1, len(index)),
    )
    y = axis(
        theme,
        "variance λ",
        math.log10(r.low),
        math.log10(r.high),
        type="log",
        **_ticks(r.low, r.high),
    )
    return figure(theme, traces, x, y, meta, margin=(70, 8, 6, 44))


def _ticks(low: float, high: float) -> dict[str, Any]:
    """Powers of ten, with components 2 and 5 between them."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 2, 5) if high / low < 1e4 and low >= 1 else (1,)
    values = [step * 10.0**power for power in powers for step in steps]
    return {
        "tickvals": values,
        "ticktext": [f"{v:g}" if 1e-3 <= v < 1e4 else f"1e{math.log10(v):.0f}" for v in values],
    }


def _inside(values: Array, r: Levels) -> Array:
    """Clipped to the axis."""
    return np.clip(values, r.low, r.high)


def _water(r: Levels, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "water level τ",
        "hoverinfo": "skip",
        "x": np.array([0.5, 2.0 * len(r.eigenvalues)]),
        "y": _inside(np.full(2, r.tau), r),
        "line": {"color": theme.ink, "width": 2, "dash": "dash"},
    }


def _kept(r: Levels, theme: Theme, index: np.ndarray) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "error left",
        "x": index,
        "y": _inside(r.kept, r),
        "line": {"color": theme.distortion, "width": 4},
    }


def _dots(
    name: str, index: np.ndarray, r: Levels, chosen: np.ndarray, colour: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": index[chosen],
        "y": _inside(r.eigenvalues[chosen], r),
        "marker": {"color": colour, "size": 8},
    }


def _label(r: Levels, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "name": "τ",
        "hoverinfo": "skip",
        "x": np.array([len(r.eigenvalues)]),
        "y": _inside(np.array([r.tau]), r),
        "text": [f"τ = {r.tau:.3g}"],
        "textposition": "top left",
        "textfont": {"size": FONT_SIZE, "color": theme.ink, "weight": 600},
    }


def _finding(r: Levels, coded: np.ndarray, shut: np.ndarray) -> str:
    beyond = (
        f"; {int(shut.sum())} more rise above it, but no dimension is left" if shut.any() else ""
    )
    return (
        f"Spectrum of {len(r.eigenvalues)} eigenvalues from {r.eigenvalues[0]:.3g} down; the water"
        f" stands at τ = {r.tau:.3g} and {int(coded.sum())} components are coded{beyond}."
    )
