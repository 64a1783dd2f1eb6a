"""Gradient estimates for three classes over the temperature, beside the enumerated gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve, least
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.estimators import RELAXED, ROLES, Relaxed

TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
TOPS = (0.2, 0.4, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0)  # of the axis
LOW = 0.2  # of the top, on the other side of 0
MARGIN = 0.04  # decades beside the ends


def relaxed_estimates(record: Relaxed, theme: Theme) -> Spec:
    """Means of the draws with two standard errors at each τ; the present τ has a dot."""
    r = record
    colours = [getattr(theme, role) for role in ROLES]
    ends = np.array([r.taus[0], r.taus[-1]])
    traces = [
        *(_errors(f"errors of {name}", r, k, colours[k]) for k, name in enumerate(RELAXED)),
        *(curve(name, r.taus, r.means[k], colours[k], "solid") for k, name in enumerate(RELAXED)),
        curve("enumerated", ends, np.full(2, r.exact), theme.linear, "dash", 2),
        *(
            _dot(f"present, {name}", r.tau, float(r.present[k]), colours[k])
            for k, name in enumerate(RELAXED)
        ),
    ]
    soft, _, straight = r.present - r.exact
    off = [f"{soft:+.2f} ± {r.present_error[0]:.2f}", f"{straight:+.2f} ± {r.present_error[2]:.2f}"]
    off = [text.replace("-", "−") for text in off]
    meta = {
        "title": f"τ = {r.tau:.2g}: soft off by {off[0]}, straight {off[1]}",
        "source": r.source,
        "alt": f"The enumerated gradient is {r.exact:.3f}. At τ = {r.tau:.3g} Gumbel-softmax is off"
        f" by {off[0]}, straight-through by {off[1]}.",
        "legend": [*([name, colour, "solid"] for name, colour in zip(RELAXED, colours,
                                                                     strict=True)),
                   ["enumerated", theme.linear, "dash"]],
    }  # fmt: skip
    span = np.log10(ends) + np.array([-MARGIN, MARGIN])
    ticks = {"tickvals": list(TICKS), "ticktext": [f"{tick:g}" for tick in TICKS]}
    x = axis(theme, "temperature τ", float(span[0]), float(span[1]), type="log", **ticks)
    top = least(TOPS, 1.1 * float(np.abs(r.means).max()))
    low, high = (-LOW * top, top) if r.exact >= 0 else (-top, LOW * top)
    return figure(theme, traces, x, axis(theme, "∂/∂ℓ₁ E[f]", low, high), meta)


def _errors(name: str, r: Relaxed, k: int, colour: str) -> dict[str, Any]:
    """Two standard errors up and down, a little aside, so that all three are seen."""
    x: list[float | None] = []
    y: list[float | None] = []
    for tau, mean, error in zip(r.taus, r.means[k], r.errors[k], strict=True):
        place = float(tau) * aside(k)
        x += [place, place, None]
        y += [float(mean - 2 * error), float(mean + 2 * error), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "hoverinfo": "skip",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 1.5, "dash": "solid"},
    }


def aside(k: int) -> float:
    """A factor on τ for the k-th estimator's errors."""
    return 1 + 0.03 * (k - 1)


def _dot(name: str, x: float, y: float, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [x],
        "y": [y],
        "hovertemplate": f"{name[9:]}: %{{y}}",
        "marker": {"color": colour, "size": 12},
    }
