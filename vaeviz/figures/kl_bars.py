"""Per-dimension KL, sorted, with the threshold of collapse and the linear VAE's KL."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import KLBars


def kl_bars(record: KLBars, theme: Theme) -> Spec:
    """Bars by falling KL, dead ones in grey; ticks at ½ log(λ/τ) of the linear VAE."""
    size = len(record.kl)
    slots = np.arange(1, size + 1)
    order = np.argsort(-record.kl, kind="stable")
    traces = [
        _bars(record, theme, slots, order),
        _threshold(record, theme, size),
        _prediction(record, theme, slots),
        _names(theme, slots, order),
    ]
    legend = [[f"collapsed: below {record.threshold:g}", theme.dead]]
    if len(record.linear):
        legend.insert(0, ["linear VAE, by rank", theme.linear])
    meta = {
        "title": _title(record),
        "source": record.source,
        "alt": _finding(record, order),
        "legend": legend,
    }
    x = axis(
        theme,
        "latent dimension, by KL",
        0.4,
        max(size, 8) + 0.6,
        showticklabels=False,
        showgrid=False,
        showline=False,  # it would strike through the numbers where the panel is low
        ticks="",
    )
    return figure(
        theme,
        traces,
        x,
        axis(theme, "KL (nats)", -record.top * 0.16, record.top),
        meta,
        margin=(52, 8, 6, 30),
    )


def _bars(record: KLBars, theme: Theme, slots: np.ndarray, order: np.ndarray) -> dict[str, Any]:
    heights = record.kl[order]
    colours = [theme.rate if h >= record.threshold else theme.dead for h in heights]
    return {
        "type": "bar",
        "name": "KL of dimension",
        "x": slots,
        "y": np.minimum(heights, record.top),
        "width": 0.74,
        "customdata": (order + 1).astype(np.int32),
        "text": [f"{h:.2f}" for h in heights],
        "hovertemplate": "dimension %{customdata}: %{text} nats",
        "marker": {"color": colours},
    }


def _threshold(record: KLBars, theme: Theme, size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"{record.threshold:g} nats: below, collapsed",
        "hoverinfo": "skip",
        "x": np.array([0.4, max(size, 8) + 0.6]),
        "y": np.full(2, record.threshold),
        "line": {"color": theme.soft, "width": 1.5, "dash": "dash"},
    }


def _prediction(record: KLBars, theme: Theme, slots: np.ndarray) -> dict[str, Any]:
    height = np.minimum(record.linear[: len(slots)], record.top)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "linear VAE, ½ log(λ/τ)",
        "x": slots[: len(height)],
        "y": height,
        "marker": {"symbol": "line-ew", "size": 22, "color": theme.linear, "line": {"width": 3}},
    }


def _names(theme: Theme, slots: np.ndarray, order: np.ndarray) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "name": "dimension",
        "hoverinfo": "skip",
        "x": slots,
        "y": np.zeros(len(slots)),
        "text": [str(k + 1) for k in order],
        "textfont": {"size": FONT_SIZE, "color": theme.soft},
        "textposition": "bottom center",
        "meta": {"slots": True},
    }


def _title(record: KLBars) -> str:
    dead = int((record.kl < record.threshold).sum())
    if dead in (0, len(record.kl)):
        return f"KL: {'all' if dead else 'none'} collapsed"
    return f"KL: {dead} of {len(record.kl)} collapsed"


def _finding(record: KLBars, order: np.ndarray) -> str:
    dead = int((record.kl < record.threshold).sum())
    first = order[0]
    ticks = " Ticks: the linear VAE's KL of the same rank." if len(record.linear) else ""
    return (
        f"KL bars of {len(record.kl)} dimensions, {record.kl.sum():.2f} nats in total; the largest"
        f" is dimension {first + 1} with {record.kl[first]:.2f}; {dead} below {record.threshold:g}"
        f" nats.{ticks}"
    )
