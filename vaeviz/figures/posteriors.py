"""Posteriors of several examples over each other, with the prior."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.posteriors import Posteriors

REACH = 3.5  # prior standard deviations
GRID = 141  # points of a curve across the axis
ALIKE = 0.1  # nats of mean pairwise KL: below, the posteriors are equal


def posteriors(record: Posteriors, theme: Theme) -> Spec:
    """Each density over its peak, so that narrow and wide ones fit one axis; prior dashed."""
    curves = [
        _curve(m, s, theme.classes[k % len(theme.classes)], theme)
        for m, s, k in zip(record.mean, record.deviation, record.labels, strict=True)
    ]
    legend = [["prior p(z)", theme.prior, "dash"]]
    meta = {
        "title": _title(record),
        "source": record.source,
        "alt": _finding(record),
        "legend": legend,
    }
    x = axis(theme, f"z<sub>{record.unit + 1}</sub> (prior standard deviations)", -REACH, REACH)
    y = axis(theme, "density / its peak", 0, 1.08, showticklabels=False, ticks="")
    return figure(theme, [*curves, _prior(theme)], x, y, meta, margin=(30, 8, 6, 44))


def _curve(mean: float, deviation: float, colour: str, theme: Theme) -> dict[str, Any]:
    """One posterior, with more points where it is narrow, so that its peak shows."""
    near = mean + deviation * np.linspace(-4, 4, 41)
    z = np.union1d(np.linspace(-REACH, REACH, GRID), near[np.abs(near) <= REACH])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "q(z|x)",
        "hoverinfo": "skip",
        "x": z,
        "y": np.exp(-0.5 * ((z - mean) / deviation) ** 2),
        "opacity": 0.75,
        "line": {"color": colour, "width": 2},
    }


def _prior(theme: Theme) -> dict[str, Any]:
    z = np.linspace(-REACH, REACH, GRID)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "prior",
        "hoverinfo": "skip",
        "x": z,
        "y": np.exp(-0.5 * z**2),
        "line": {"color": theme.prior, "width": 4, "dash": "dash"},
    }


def _title(r: Posteriors) -> str:
    same = "all posteriors are equal" if r.pairwise < ALIKE else "posteriors differ"
    return f"z{r.unit + 1}: {same}, {r.pairwise:.3g} nats apart"


def _finding(r: Posteriors) -> str:
    spread = float(r.mean.std())
    return (
        f"Posteriors of {len(r.mean)} examples in dimension {r.unit + 1} over the prior: their"
        f" means spread by {spread:.2f}, their deviations are {float(r.deviation.mean()):.2f} on"
        f" average; mean pairwise KL of {r.examples:,} examples {r.pairwise:.3g} nats, KL to the"
        f" prior {r.kl:.2f}."
    )
