"""The rate-distortion plane: the whole curve, "you are here", and the tangent of slope -β.

Alemi et al. 2018, "Fixing a Broken ELBO" (arXiv:1711.00464), for the plane and its tangents.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import RateDistortion

MORE = 2  # digits at most, to tell the labels of a scale apart


def rate_distortion(record: RateDistortion, theme: Theme) -> Spec:
    """Rate in nats against the decoder's loss; the right scale is the distortion at this σ²."""
    traces = [_curve(record, theme), _tangent(record, theme), _here(record, theme)]
    if len(record.linear_rates):
        traces.insert(0, _linear(record, theme))
    if record.beside:
        traces.append(_beside(*record.beside, theme))
    if record.nats:
        traces.append(_scale(record, theme))
    meta = {
        "title": "Rate against distortion",
        "source": record.source,
        "alt": _finding(record),
        "legend": _legend(record, theme),
    }
    x = axis(theme, "rate R (nats)", 0, record.right)
    y = axis(theme, record.unit, 0, record.top)
    spec = figure(theme, traces, x, y, meta, margin=(52, 84 if record.nats else 8, 6, 44))
    if record.nats:
        spec.layout["annotations"] = [_right_title(theme)]
    return spec


def _legend(r: RateDistortion, theme: Theme) -> list[list[str]]:
    """The last word of an entry is how its line is drawn."""
    scale = ", right axis" if r.nats else ""
    curve = [[r.model, theme.distortion, "solid"]] if len(r.rates) > 1 else []
    ends = " at its end" if r.at_end else ""
    legend = [*curve, [f"slope {_fall(r)}{ends or scale}", theme.rate, "dash"]]
    return [*legend, ["linear VAE", theme.linear, "dot"]] if len(r.linear_rates) else legend


def _right_title(theme: Theme) -> dict[str, Any]:
    """The name of the right axis, upright at the panel's edge."""
    return {
        "text": "D (nats)",
        "textangle": 90,
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 1,
        "y": 0.5,
        "xanchor": "left",
        "xshift": 60,
        "font": {"size": FONT_SIZE, "color": theme.distortion},
    }


def _fall(r: RateDistortion) -> str:
    """The tangent's slope in nats per nat, as drawn: −β only within the model's range."""
    return f"−{r.beta:.3g}" if r.at_end else "−β"


def _curve(r: RateDistortion, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"{r.model}'s curve",
        "x": r.rates,
        "y": r.losses,
        "line": {"color": theme.distortion, "width": 3},
    }


def _linear(r: RateDistortion, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "linear VAE, exact",
        "x": r.linear_rates,
        "y": r.linear_losses,
        "line": {"color": theme.linear, "width": 1.5, "dash": "dot"},
    }


def _tangent(r: RateDistortion, theme: Theme) -> dict[str, Any]:
    x = np.array([0.0, r.right])
    y = r.loss - r.slope * (x - r.rate)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"tangent of slope {_fall(r)}",
        "hoverinfo": "skip",
        "x": x,
        "y": y,
        "line": {"color": theme.rate, "width": 2, "dash": "dash"},
    }


def _here(r: RateDistortion, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "you are here",
        "x": [r.rate],
        "y": [r.loss],
        "text": ["you are here"],
        "textposition": "top right",
        "textfont": {"size": FONT_SIZE, "color": theme.ink, "weight": 600},
        "marker": {"color": theme.rate, "size": 13, "line": {"color": theme.paper, "width": 2}},
    }


def _beside(name: str, rate: float, loss: float, theme: Theme) -> dict[str, Any]:
    """Another model's point, below its place's label."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": name,
        "x": [rate],
        "y": [loss],
        "text": [name],
        "textposition": "bottom right",
        "textfont": {"size": FONT_SIZE, "color": theme.ink, "weight": 600},
        "marker": {
            "color": theme.posterior,
            "size": 13,
            "line": {"color": theme.paper, "width": 2},
        },
    }


def _scale(r: RateDistortion, theme: Theme) -> dict[str, Any]:
    """The distortion in nats, as text to the right: only it moves with σ² at fixed τ."""
    return {
        "type": "scatter",
        "mode": "text",
        "name": "D in nats",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "x": [r.right] * len(r.nats),
        "y": [y for y, _ in r.nats],
        "text": [f" {text}" for text in _told_apart([v for _, v in r.nats])],
        "textposition": "middle right",
        "textfont": {"size": FONT_SIZE, "color": theme.distortion},
    }


def _told_apart(values: list[float]) -> list[str]:
    """With as many more digits as make all texts different."""
    tries = [[_short(value, more) for value in values] for more in range(MORE + 1)]
    return next((texts for texts in tries if len({*texts}) == len(texts)), tries[-1])


def _short(nats: float, more: int) -> str:
    size = abs(nats)
    if size >= 9999.5:
        return f"{nats / 1000:.{4 + more}g}k".replace("-", "−")
    return f"{nats:.{more + (size < 100)}f}".replace("-", "−")


def _finding(r: RateDistortion) -> str:
    scale = " on the right axis, D in nats," if r.nats else ""
    other = ""
    if r.beside:
        name, rate, loss = r.beside
        other = f" The {name} model: {rate:.2f} nats, {loss:.3f}."
    said = ", where the model's range ends" if r.at_end else f", β = {r.beta:g}"
    return (
        f"Rate {r.rate:.2f} nats, {r.unit} {r.loss:.3f}; the tangent's slope{scale} is"
        f" {_fall(r)}{said}.{other}"
    )
