"""The KL over the mean and the deviation of q, with its optima and the way to one of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import dot
from vaeviz.figures.theme import Spec, Theme, axis, decades, figure
from vaeviz.records import Array
from vaeviz.theory.mixture_fit import MUS, SIGMAS, Fit

TOP = 6.0  # nats at the end of the scale
NAMES = {"reverse": "KL(q ‖ p)", "forward": "KL(p ‖ q)"}


def kl_landscape(made: Fit, theme: Theme, source: str) -> Spec:
    """Valleys are light; ◆ marks every local optimum; the line is descent from the start."""
    reverse = made.direction == "reverse"
    best = [o.q for o in made.optima] if reverse else [made.covering.q]
    name = NAMES[made.direction]
    traces = [
        _cells(made.landscape, theme),
        _path(made.path, theme),
        _marks(np.array([q.mu for q in best]), np.array([q.sigma for q in best]), theme),
        dot("q", made.start.mu, made.start.sigma, theme.posterior),
    ]
    valleys = "1 valley" if len(best) == 1 else f"{len(best)} valleys"
    meta = {
        "title": f"{name} over μ and σ of q: {valleys}",
        "short": f"{name}: {valleys}",
        "source": source,
        "alt": f"A map of {name} over μ and σ of q: {valleys}, at "
        + "; ".join(f"({q.mu:.2f}, {q.sigma:.2f})" for q in best)
        + ".",
        "legend": [
            [f"{TOP:g} nats or more", theme.rate],
            ["local optimum", theme.ink],
            ["descent from the start", theme.posterior, "solid"],
        ],
        "handles": ((3, 0, "start"),),
    }
    low, high = np.log10(SIGMAS[0]), np.log10(SIGMAS[-1])
    ticks = [0.2, 0.5, 1.0, 2.0, 5.0]
    y = {
        **axis(theme, "σ of q", float(low), float(high), showgrid=False),
        **decades(float(low), float(high)),
        "tickvals": ticks,
        "ticktext": [f"{tick:g}" for tick in ticks],
    }
    x = axis(theme, "μ of q", float(MUS[0]), float(MUS[-1]), showgrid=False)
    return figure(theme, traces, x, y, meta)


def _cells(values: Array, theme: Theme) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "name": "KL (nats)",
        "x": MUS,
        "y": SIGMAS,
        "z": np.clip(values, 0.0, TOP).astype(np.float32),
        "zmin": 0.0,
        "zmax": TOP,
        "showscale": False,
        "colorscale": [[0, theme.paper], [0.3, theme.rate_low], [1, theme.rate]],
        "hoverinfo": "skip",
    }


def _path(path: Array, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "descent",
        "hoverinfo": "skip",
        "x": path[:, 0],
        "y": path[:, 1],
        "line": {"color": theme.posterior, "width": 3, "dash": "solid"},
    }


def _marks(x: Array, y: Array, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "optima",
        "x": x,
        "y": y,
        "hovertemplate": "μ %{x}, σ %{y}",
        "marker": {"color": theme.ink, "size": 11, "line": {"color": theme.paper, "width": 2}},
    }
