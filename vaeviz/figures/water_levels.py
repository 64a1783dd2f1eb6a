"""Reverse water-filling: the explained variance of each component, and the remaining error."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.laboratory import Levels

MOST = 24  # bars


def water_levels(record: Levels, theme: Theme) -> Spec:
    """A bar of height λ for each of the first components, filled up to min(λ, τ)."""
    r = record
    size = min(max(r.latent + 4, 8), len(r.eigenvalues), MOST)
    slots, top = np.arange(1, size + 1), 1.06 * float(r.eigenvalues[0])
    traces = [
        _bars("explained by the code", slots, r.eigenvalues[:size], theme.decoder),
        _bars("error left", slots, r.kept[:size], theme.distortion),
        _water(r, theme, size, top),
    ]
    if r.latent < size:
        traces += _end(r, theme, top)
    left, whole = float(r.kept.sum()), float(r.eigenvalues.sum())
    share = 100 * left / whole if whole > 0 else 0.0
    meta = {
        "title": f"{left:.3g} of {whole:.3g} left as error ({share:.0f} %)",
        "source": r.source,
        "alt": (
            f"Water-filling at τ = {r.tau:.3g}: squared error {left:.3g} of variance {whole:.3g} is"
            f" left; the first {size} of {len(r.eigenvalues)} components are drawn."
        ),
        "legend": [["explained", theme.decoder], ["error left", theme.distortion]],
    }
    x = axis(
        theme, "component", 0.4, size + 0.6, showgrid=False, tick0=0, dtick=1 if size <= 8 else 4
    )
    return figure(theme, traces, x, axis(theme, "variance λ", 0, top), meta, margin=(62, 8, 6, 44))


def _bars(name: str, slots: np.ndarray, heights: np.ndarray, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": slots,
        "y": heights,
        "width": 0.8,
        "text": [f"{h:.3g}" for h in heights],
        "textposition": "none",
        "hovertemplate": f"component %{{x}}: %{{text}} {name}",
        "marker": {"color": colour},
    }


def _water(r: Levels, theme: Theme, size: int, top: float) -> dict[str, Any]:
    """As far as there is a dimension to code with."""
    end = min(r.latent, size) + 0.5
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "water level τ",
        "hoverinfo": "skip",
        "x": np.array([0.4, end]),
        "y": np.full(2, min(r.tau, 0.995 * top)),
        "line": {"color": theme.ink, "width": 2, "dash": "dash"},
    }


def _end(r: Levels, theme: Theme, top: float) -> list[dict[str, Any]]:
    """The end of the d dimensions: later components keep all their variance as error."""
    x = r.latent + 0.5
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "last dimension",
            "hoverinfo": "skip",
            "x": np.full(2, x),
            "y": np.array([0.0, 0.84 * top]),
            "line": {"color": theme.soft, "width": 1.5, "dash": "dot"},
        },
        {
            "type": "scatter",
            "mode": "text",
            "name": "d",
            "hoverinfo": "skip",
            "x": np.array([x]),
            "y": np.array([0.92 * top]),
            "text": [f"d = {r.latent}"],
            "textposition": "middle center",
            "textfont": {"size": FONT_SIZE, "color": theme.soft},
        },
    ]
