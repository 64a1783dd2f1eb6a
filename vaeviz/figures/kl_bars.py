"""Per-dimension KL, sorted, with the threshold of collapse and the linear VAE's KL."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import KLBars

GAUGE = (0.36, 0.98)  # of the axis: where the outline of the whole axis begins and ends


def kl_bars(record: KLBars, theme: Theme) -> Spec:
    """Bars by falling KL, dead ones in grey; ticks at ½ log(λ/τ) of the linear VAE."""
    size = len(record.kl)
    slots = np.arange(1, size + 1)
    order = np.argsort(-record.kl, kind="stable")
    traces = [
        _bars(record, theme, slots, order),
        _threshold(record, theme, size),
        _prediction(record, theme, slots),
        _plates(record, theme, slots, order),
        _names(theme, slots, order),
        *(_gauge(record, theme, max(size, 8)) if record.magnified > 1 else []),
    ]
    legend = [[f"collapsed: below {record.threshold:g}", theme.dead]]
    if len(record.linear):
        legend.insert(0, ["linear VAE, by rank", theme.linear, "solid"])
    meta = {
        "title": _title(record),
        "short": _title(record).replace(" collapsed", "").replace("axis to", "to"),
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


def _plates(record: KLBars, theme: Theme, slots: np.ndarray, order: np.ndarray) -> dict[str, Any]:
    """Grey behind the numbers of collapsed dimensions, whose bars are too low to be seen."""
    dead = slots[record.kl[order] < record.threshold]
    return {
        "type": "bar",
        "name": "collapsed",
        "hoverinfo": "skip",
        "x": dead,
        "y": np.full(len(dead), -0.155 * record.top),
        "width": 0.74,
        "marker": {"color": theme.dead},
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


def _gauge(record: KLBars, theme: Theme, right: float) -> list[dict[str, Any]]:
    """A magnified axis: the outline of the whole one, filled as far as it is shown, and by how
    much. It stands where bars are lowest.
    """
    low, high = (share * record.top for share in GAUGE)
    shown = low + (high - low) / record.magnified
    x = np.array([right + 0.1, right + 0.5])
    words = [f"bars {record.magnified:.2g} × taller", f"axis to {record.top:g} of {record.whole:g}"]
    line = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    return [
        {
            **line,
            "name": "whole axis",
            "x": x[[0, 1, 1, 0, 0]],
            "y": np.array([low, low, high, high, low]),
            "line": {"color": theme.ink, "width": 1.5},
        },
        {
            **line,
            "name": "its magnified part",
            "x": np.full(2, x.mean()),
            "y": np.array([low, shown]),
            "line": {"color": theme.rate, "width": 8},
        },
        {
            "type": "scatter",
            "mode": "text",
            "name": "magnified",
            "hoverinfo": "skip",
            "x": np.full(2, right - 0.1),
            "y": np.array([high, high - 0.13 * record.top]),
            "text": words,
            "textposition": "bottom left",
            "textfont": {"size": FONT_SIZE, "color": theme.ink, "weight": 600},
        },
    ]


def _title(record: KLBars) -> str:
    dead = int((record.kl < record.threshold).sum())
    axis_end = f" (axis to {record.top:g})" if record.magnified > 1 else ""
    if dead in (0, len(record.kl)):
        return f"KL: {'all' if dead else 'none'} collapsed{axis_end}"
    return f"KL: {dead} of {len(record.kl)} collapsed{axis_end}"


def _finding(record: KLBars, order: np.ndarray) -> str:
    dead = int((record.kl < record.threshold).sum())
    first = order[0]
    ticks = " Ticks: the linear VAE's KL of the same rank." if len(record.linear) else ""
    if record.magnified > 1:
        ticks += f" The axis ends at {record.top:g} nats instead of {record.whole:g}."
    return (
        f"KL bars of {len(record.kl)} dimensions, {record.kl.sum():.2f} nats in total; the largest"
        f" is dimension {first + 1} with {record.kl[first]:.2f}; {dead} below {record.threshold:g}"
        f" nats.{ticks}"
    )
