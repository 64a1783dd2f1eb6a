"""The code of one example: μ ± σ of each dimension, and the drawn z, over the prior."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.one_example import Code

REACH = 3.0  # prior standard deviations that the axis always shows
SLOTS = 8  # dimensions that it has room for at least


def code(record: Code, theme: Theme) -> Spec:
    """Intervals in the posterior's colour with ticks at their ends, draws in the decoder's; dashed:
    the prior's ± 1.
    """
    size = len(record.mu)
    slots = np.arange(1, size + 1, dtype=np.float64)
    end = max(size, SLOTS) + 0.5
    farthest = max(REACH, *np.abs(record.mu + record.sigma), *np.abs(record.mu - record.sigma),
                   *np.abs(record.z))  # fmt: skip
    top = float(np.ceil(farthest))
    traces = [
        *(_prior(theme, height, end) for height in (-1.0, 0.0, 1.0)),
        _intervals(record, theme, slots),
        _ends(record, theme, slots),
        _dots("μ", slots, record.mu, theme.posterior, 7),
        _dots("z", slots, record.z, theme.decoder, 9),
    ]
    meta = {
        "title": f"Encoder: a cloud over {size} dimensions, and one draw z",
        "short": "Encoder: cloud and draw z",
        "source": record.source,
        "alt": _finding(record),
        "legend": [
            ["μ ± σ", theme.posterior, "solid"],
            ["z = μ + σε", theme.decoder],
            ["prior ± 1", theme.prior, "dash"],
        ],
    }
    x = axis(theme, "latent dimension", 0.5, end, showgrid=False, dtick=1 if size <= SLOTS else 3)
    return figure(theme, traces, x, axis(theme, "prior standard deviations", -top, top), meta)


def _intervals(record: Code, theme: Theme, slots: Array) -> dict[str, Any]:
    """One line per dimension, with gaps between them."""
    gap = [None] * len(slots)
    low, high = record.mu - record.sigma, record.mu + record.sigma
    columns = zip(low.tolist(), high.tolist(), gap, strict=True)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "μ ± σ",
        "hoverinfo": "skip",
        "x": np.repeat(slots, 3),
        "y": [value for column in columns for value in column],
        "line": {"color": theme.posterior, "width": 5},
    }


def _ends(record: Code, theme: Theme, slots: Array) -> dict[str, Any]:
    """A tick at each end: it shows beside the dots where the interval is shorter than they are."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "ends",
        "hoverinfo": "skip",
        "x": np.tile(slots, 2),
        "y": np.concatenate([record.mu - record.sigma, record.mu + record.sigma]),
        "marker": {
            "symbol": "line-ew",
            "size": 22,
            "color": theme.posterior,
            "line": {"width": 2.5},
        },
    }


def _dots(name: str, slots: Array, heights: Array, colour: str, size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": slots,
        "y": heights,
        "text": [f"{h:.2f}" for h in heights],
        "hovertemplate": f"dimension %{{x}}: {name} = %{{text}}",
        "marker": {"color": colour, "size": size},
    }


def _prior(theme: Theme, height: float, end: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "prior",
        "hoverinfo": "skip",
        "x": np.array([0.5, end]),
        "y": np.full(2, height),
        "line": {"color": theme.prior, "width": 2, "dash": "dash" if height else "solid"},
    }


def _finding(record: Code) -> str:
    widest = int(record.kl.argmax())
    return (
        f"{len(record.mu)} dimensions; dimension {widest + 1} tells most: mean"
        f" {record.mu[widest]:.2f}, deviation {record.sigma[widest]:.2f}, drawn"
        f" {record.z[widest]:.2f}; {record.kl.sum():.2f} nats in all."
    )
