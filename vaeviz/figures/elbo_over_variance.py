"""The held-out ELBO over the decoder's variance, with its optimum (Rybkin et al. 2021,
arXiv:2006.13202).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, decades, figure
from vaeviz.records.variance import BoundOverVariance


def elbo_over_variance(record: BoundOverVariance, theme: Theme) -> Spec:
    """ELBO over log σ²: a network per σ², the current one with its σ² exchanged, per-pixel σ²."""
    r = record
    traces = [
        *_per_pixel(r, theme),
        _own(r, theme),
        *_curves(r, theme),
        _mark("best", r.best, theme.decoder, 13),
        _mark("its own optimum", r.exchanged, theme.ink, 10),
        _mark("you are here", r.at, theme.rate, 13, "you are here", theme),
    ]
    legend = [["own network", theme.decoder, "solid"], ["σ² exchanged", theme.ink, "dot"]]
    if r.per_pixel is not None:
        legend.append(["per pixel", theme.posterior, "dash"])
    meta = {"title": _title(r), "source": r.source, "alt": _finding(r), "legend": legend}
    low, high = np.log10(r.sigma2s[[0, -1]])
    x = axis(
        theme,
        "σ² (squared data units)",
        float(low),
        float(high),
        **decades(float(low), float(high)),
    )
    return figure(
        theme, traces, x, axis(theme, "held-out ELBO (nats)", *r.limits), meta, (72, 8, 6, 44)
    )


def _curves(r: BoundOverVariance, theme: Theme) -> list[dict[str, Any]]:
    """Solid where a network was trained for that σ², dashed where it is the nearest one."""
    inside = np.flatnonzero(~r.held)
    first, last = (int(inside[0]), int(inside[-1])) if len(inside) else (0, 0)
    parts = [
        ("trained at each σ²", slice(first, last + 1), "solid", 3.0),
        ("below the model's range", slice(0, first + 1), "dash", 2.0),
        ("above the model's range", slice(last, None), "dash", 2.0),
    ]
    return [
        _line(name, r, r.elbo, theme.decoder, width, dash, part)
        for name, part, dash, width in parts
        if len(r.sigma2s[part]) > 1
    ]


def _own(r: BoundOverVariance, theme: Theme) -> dict[str, Any]:
    return _line("one network, σ² exchanged", r, r.single, theme.ink, 1.5, "dot", slice(None))


def _line(
    name: str, r: BoundOverVariance, y: Any, colour: str, width: float, dash: str, part: slice
) -> Any:
    """Clips values far below the axis, for float32's sake."""
    low, high = r.limits
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": r.sigma2s[part],
        "y": np.maximum(y[part], low - 20 * (high - low)),
        "line": {"color": colour, "width": width, "dash": dash},
    }


def _per_pixel(r: BoundOverVariance, theme: Theme) -> list[dict[str, Any]]:
    if r.per_pixel is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "a σ² for every pixel",
            "x": r.sigma2s[[0, -1]],
            "y": np.full(2, r.per_pixel),
            "line": {"color": theme.posterior, "width": 2, "dash": "dash"},
        }
    ]


def _mark(
    name: str,
    place: tuple[float, float],
    colour: str,
    size: int,
    text: str = "",
    theme: Theme | None = None,
) -> dict[str, Any]:
    mark = {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": np.array([place[0]]),
        "y": np.array([place[1]]),
        "marker": {"color": colour, "size": size},
    }
    if not text or theme is None:
        return mark
    font = {"size": FONT_SIZE, "color": theme.ink, "weight": 600}
    return {
        **mark,
        "mode": "markers+text",
        "text": [text],
        "textposition": "bottom right",
        "textfont": font,
    }


def _title(r: BoundOverVariance) -> str:
    behind = r.best[1] - r.at[1]
    if behind < 0.5:
        return f"σ² = {r.at[0]:.3g} is as good as the best"
    return f"σ² = {r.at[0]:.3g} costs {_nats(behind)} nats against {r.best[0]:.2g}"


def _finding(r: BoundOverVariance) -> str:
    pixels = (
        f" With a variance for every pixel it is {_nats(r.per_pixel)}."
        if r.per_pixel is not None
        else ""
    )
    return (
        f"The held-out ELBO is {_nats(r.at[1])} nats at σ² = {r.at[0]:.3g} and highest, "
        f"{_nats(r.best[1])}, at {r.best[0]:.3g}; the same network with its σ² exchanged has "
        f"{_nats(r.exchanged[1])} at {r.exchanged[0]:.3g}.{pixels}"
    )


def _nats(value: float) -> str:
    return (f"{value:.1f}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")
