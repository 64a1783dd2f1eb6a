"""The true posterior of one example as a heat map, and q over it."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.number_line import curve
from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.true_posterior import PosteriorView

ACROSS = "z<sub>1</sub> (prior standard deviations)"


def true_posterior(record: PosteriorView, theme: Theme) -> Spec:
    """Grey: the square root of p(z|x) over its highest value. Blue: q at one and two deviations."""
    r, traces = record, [_cells(record, theme)]
    for k, ring in enumerate(r.curves):
        band = curve(f"band, {k + 1}σ", ring[:, 0], ring[:, 1], theme.paper, "solid", 6)
        traces += [
            band,
            curve(f"q(z|x), {k + 1}σ", ring[:, 0], ring[:, 1], theme.posterior, "solid", 3),
        ]
    meta = {
        "title": f"{r.q} misses p(z|x) by {number(r.gap)} nats",
        "short": f"{number(r.gap)} nats apart",
        "source": r.source,
        "alt": _finding(r),
        "equal": True,
        "legend": [["p(z|x)", theme.soft], ["q, 1σ and 2σ", theme.posterior, "solid"]],
    }
    (x, y), half = r.centre, r.reach
    return figure(
        theme,
        traces,
        axis(
            theme, "z<sub>1</sub> (prior standard deviations)", x - half, x + half, showgrid=False
        ),
        axis(theme, "z<sub>2</sub>", y - half, y + half, showgrid=False),
        meta,
    )


def _cells(r: PosteriorView, theme: Theme) -> dict[str, object]:
    density = r.grid.density
    return {
        "type": "heatmap",
        "name": "p(z|x)",
        "hoverinfo": "skip",
        "x": r.grid.u,
        "y": r.grid.v,
        "z": np.sqrt(density / density.max()),  # so that faint parts show
        "zmin": 0.0,
        "zmax": 1.0,
        "showscale": False,
        "colorscale": [[0, theme.paper], [1, theme.soft]],
    }


def _finding(r: PosteriorView) -> str:
    grid = r.grid
    u, v = (
        float((grid.density.sum(k) @ line) * grid.cell) for k, line in ((0, grid.u), (1, grid.v))
    )
    inner = r.curves[0].mean(axis=0)
    return (
        f"The true posterior has its mean at ({u:.2f}, {v:.2f}), {r.q} at ({inner[0]:.2f},"
        f" {inner[1]:.2f}); KL(q ‖ p(z|x)) is {number(r.gap)} nats."
    ).replace("-", "−")
