"""A heat map of active units over (τ, d) or (β, σ²), with the linear VAE's exact lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import ACTIVE, Array, CollapsePlane

_APART = 0.075  # share of the axis between names of falling lines; upright ones use steps
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_WORDS = {"τ": "τ = βσ²", "β": "β", "σ²": "likelihood variance σ²", "d": "latent size d"}
_GO = {"τ": "tau", "β": "beta", "σ²": "sigma2", "d": "d"}  # the settings behind the axes


def collapse_map(r: CollapsePlane, theme: Theme) -> Spec:
    """A cell per measured setting; cells that the model does not cover are grey."""
    x, y = _edges(r.cells.across, True), _edges(r.cells.up, r.cells.names[1] != "d")
    across, up = r.cells.names
    traces = [
        _cells(r, x, y, theme),
        *_lines(r, x, y, theme),
        _level(r, x, y, theme),
        _here(r, theme),
    ]
    meta = {
        "title": _title(r),
        "short": f"{r.active} of {r.d} active",
        "source": r.cells.source,
        "alt": _finding(r),
        "legend": _legend(r, theme),
        "go": {"x": _GO[across], "y": _GO[up]},
    }
    return figure(
        theme, traces, _axis(r, across, x, theme), _axis(r, up, y, theme), meta, (60, 10, 6, 44)
    )


def _edges(at: Array, log: bool) -> Array:
    """The n + 1 edges of n evenly spaced cells, on a logarithmic or a linear scale."""
    places = np.log10(at) if log else np.asarray(at, np.float64)
    step = places[1] - places[0] if len(places) > 1 else 1.0
    edges = np.append(places - step / 2, places[-1] + step / 2)
    return 10.0**edges if log else edges


def _axis(r: CollapsePlane, name: str, edges: Array, theme: Theme) -> dict[str, Any]:
    words = r.symbol if name == "τ" and r.symbol != "τ" else _WORDS[name]
    if name == "d":
        whole = 1 if edges[-1] < 9 else 2 if edges[-1] < 17 else 4
        return axis(theme, words, edges[0], edges[-1], dtick=whole, tick0=0, showgrid=False)
    powers = [
        int(k) for k in np.arange(np.ceil(np.log10(edges[0])), np.floor(np.log10(edges[-1])) + 1)
    ]
    ticks = {"tickvals": [10.0**k for k in powers], "ticktext": [f"{10.0**k:g}" for k in powers]}
    ends = np.log10(edges[[0, -1]])
    return axis(theme, words, ends[0], ends[1], type="log", showgrid=False, **ticks)


def _cells(r: CollapsePlane, x: Array, y: Array, theme: Theme) -> dict[str, Any]:
    """z (rows, columns); -1 where the model has no value, since a message has no NaN."""
    unit, (across, up) = 1.0 / (r.most + 1), r.cells.names
    return {
        "type": "heatmap",
        "name": "active units",
        "x": x,
        "y": y,
        "zmin": -1.0,
        "zmax": float(r.most),
        "z": np.where(np.isfinite(r.cells.counts), r.cells.counts, -1.0),
        "showscale": False,
        "colorscale": [
            [0, theme.grid],
            [0.4 * unit, theme.grid],
            [0.6 * unit, theme.paper],
            [unit, theme.paper],
            [min(2 * unit, 1 - 1e-6), theme.rate_low],
            [1, theme.rate],
        ],
        "hovertemplate": f"%{{z}} active at {across} = %{{x}}, {up} = %{{y}}",
        "meta": {"lacking": "not covered by this model"},
    }


def _lines(r: CollapsePlane, x: Array, y: Array, theme: Theme) -> list[dict[str, Any]]:
    """The lines λ_i = τ, vertical from latent size i on, or λ_i = βσ², falling; some named."""
    values = [float(v) for v in r.cells.lines if v > 0]
    if not values:
        return []
    upright = r.cells.names[1] == "d"
    xs, ys = [], []
    for i, value in enumerate(values):
        xs += [value, value, value] if upright else [value / y[0], value / y[-1], value / y[-1]]
        ys += [i + 0.5, float(y[-1]), None] if upright else [float(y[0]), float(y[-1]), None]
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "linear VAE: λᵢ",
        "hoverinfo": "skip",
        "x": xs,
        "y": ys,
        "line": {"color": theme.linear, "width": 1.2},
    }
    return [line, _names(r, values, x, y, theme)]


def _names(
    r: CollapsePlane, values: list[float], x: Array, y: Array, theme: Theme
) -> dict[str, Any]:
    """λ₁, λ₂ …, where they fit: below vertical lines, near the upper end of falling ones."""
    upright = r.cells.names[1] == "d"
    height, foot = float(y[-1] * (y[0] / y[-1]) ** 0.05), float(y[0] + 0.07 * (y[-1] - y[0]))
    apart = _APART * np.log10(x[-1] / x[0]) * (0.5 if upright else 1.0)
    named: list[tuple[float, float, str]] = []
    for i, value in enumerate(values):
        place = value if upright else value / height
        clear = not named or np.log10(named[-1][0] / place) > apart
        if clear and x[0] < place < x[-1]:
            named.append(
                (place, max(i + 0.5, foot) if upright else height, f"λ{str(i + 1).translate(_LOW)}")
            )
    named = [each for each in named if not _crossed(r, each[0], height, x)]
    return {
        "type": "scatter",
        "mode": "text",
        "name": "eigenvalues",
        "hoverinfo": "skip",
        "x": [place for place, _, _ in named],
        "y": [row for _, row, _ in named],
        "text": [f"{text} " for *_, text in named],
        "textposition": "bottom left" if upright else "middle center",
        "textfont": {"size": FONT_SIZE, "color": theme.linear},
    }


def _crossed(r: CollapsePlane, place: float, height: float, x: Array) -> bool:
    """Whether the dashed line of the current τ runs through a name."""
    upright = r.cells.names[1] == "d"
    line = r.at[0] if upright else r.tau / height
    left = np.log10(place / line) / np.log10(
        x[-1] / x[0]
    )  # of the axis, from the dashed line to the name
    return bool(-0.01 < left < _APART if upright else abs(left) < 0.75 * _APART)


def _level(r: CollapsePlane, x: Array, y: Array, theme: Theme) -> dict[str, Any]:
    """The line of the current τ: vertical over (τ, d), falling over (β, σ²)."""
    upright = r.cells.names[1] == "d"
    xs = [r.at[0]] * 2 if upright else [r.tau / float(y[0]), r.tau / float(y[-1])]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"our {r.symbol}",
        "hoverinfo": "skip",
        "x": xs,
        "y": [float(y[0]), float(y[-1])],
        "line": {"color": theme.posterior, "width": 2.5, "dash": "dash"},
    }


def _here(r: CollapsePlane, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "you are here",
        "hoverinfo": "skip",
        "x": [r.at[0]],
        "y": [r.at[1]],
        "text": [f"{'network: ' * r.away}{r.symbol} = {r.tau:.3g}"],
        "textposition": "top right" if r.at[1] < np.median(r.cells.up) else "bottom right",
        "textfont": {"size": FONT_SIZE, "color": theme.ink, "weight": 600},
        "marker": {
            "color": theme.posterior,
            "size": 16,
            "line": {"color": theme.paper, "width": 2.5},
        },
    }


def _legend(r: CollapsePlane, theme: Theme) -> list[list[str]]:
    keys = [[f"{r.most} active", theme.rate], ["1", theme.rate_low]]
    if not np.isfinite(r.cells.counts).all():
        keys.append(["not covered", theme.grid])
    if len(r.cells.lines):
        keys.append([f"linear VAE: {r.symbol} = λᵢ", theme.linear, "solid"])
    return [*keys, ["here", theme.posterior]]


def _said(r: CollapsePlane) -> int:
    """The linear VAE's active units at the current point."""
    return int((r.cells.lines[: r.d] > r.tau).sum())


def _title(r: CollapsePlane) -> str:
    linear = f"; the linear VAE: {_said(r)}" if len(r.cells.lines) else ""
    return f"{r.active} of {r.d} active (Var μ > {ACTIVE:g}){linear}"


def _finding(r: CollapsePlane) -> str:
    across, up = r.cells.names
    covered = np.isfinite(r.cells.counts)
    place = f"{'The network is at' if r.away else 'At'} {r.symbol} = {r.tau:.3g}"
    summary = f"Active units over {across} and {up}. {place}: {_title(r)}."
    if not covered.any():
        return f"{summary} No cell is covered by this model."
    counts = r.cells.counts[covered]
    spread = f" Over the map from {counts.max():.0f} down to {counts.min():.0f}"
    lacking = (
        f"; {(~covered).mean():.0%} of the cells are not covered by this model."
        if not covered.all()
        else "."
    )
    return summary + spread + lacking
