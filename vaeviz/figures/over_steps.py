"""The shared parts of panels over training steps: axis, lines, and marks of the user's moves."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import FONT_SIZE, Theme, axis
from vaeviz.records import Array, Limits, Move

SYMBOLS = {"beta": "β", "sigma2": "σ²", "learning_rate": "lr"}
_APART = 0.14  # closer labels of one setting (as a share of the axis) become one


def steps_axis(theme: Theme, right: float) -> dict[str, Any]:
    """From 0 to `right` steps."""
    return axis(theme, "step", 0.0, right)


def line(
    name: str, step: Array, values: Array, colour: str, limits: Limits, **style: Any
) -> dict[str, Any]:
    """A curve without its gaps, clipped near the axis, for float32's sake; one value is a dot."""
    kept = np.isfinite(values) & np.isfinite(step)
    low, high = limits
    reach = 100 * (high - low)
    dot = {"mode": "markers", "marker": {"color": colour, "size": 8}}
    return {
        "type": "scatter",
        "name": name,
        "x": step[kept],
        "y": np.clip(values[kept], low - reach, high + reach),
        **(dot if kept.sum() == 1 else {"mode": "lines"}),
        "line": {"color": colour, "width": 2, **style},
    }


def marks(moves: tuple[Move, ...], theme: Theme, limits: Limits) -> list[dict[str, Any]]:
    """A thin vertical line at every move: one path that turns outside the picture."""
    if not moves:
        return []
    low, high = limits
    below, above = 2 * low - high, 2 * high - low
    ends = [(below, above) if k % 2 == 0 else (above, below) for k in range(len(moves))]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "moves",
            "hoverinfo": "skip",
            "x": np.repeat([float(m.step) for m in moves], 2),
            "y": np.ravel(ends),
            "line": {"color": theme.soft, "width": 1, "dash": "dash"},
        }
    ]


def labels(
    moves: tuple[Move, ...], theme: Theme, limits: Limits, right: float
) -> list[dict[str, Any]]:
    """ "β→4" beside the mark, each setting on its line; of a drag, its end."""
    shown = _spaced(moves, right)
    if not shown:
        return []
    low, high = limits
    rows = list(dict.fromkeys(m.name for m in shown))
    heights = [high - (0.09 + 0.16 * rows.index(m.name)) * (high - low) for m in shown]
    return [
        {
            "type": "scatter",
            "mode": "text",
            "name": "moves, named",
            "hoverinfo": "skip",
            "x": np.array([float(m.step) for m in shown]),
            "y": np.array(heights),
            "text": [f" {SYMBOLS.get(m.name, m.name)}→{m.value:.3g}" for m in shown],
            "textposition": "middle right",
            "textfont": {"size": FONT_SIZE, "color": theme.soft},
        }
    ]


def _spaced(moves: tuple[Move, ...], right: float) -> list[Move]:
    """The moves to name: from the newest back, at a distance from the next of the same setting."""
    nearest: dict[str, float] = {}
    shown = []
    for move in reversed(moves):
        if nearest.get(move.name, np.inf) - move.step >= _APART * right:
            nearest[move.name] = move.step
            shown.append(move)
    return shown[::-1]


def number(value: float) -> str:
    """A quantity in nats, short: two decimals, then one, then none."""
    size = abs(value)
    if not np.isfinite(value):
        return "not finite"
    text = f"{value:.2f}" if size < 10 else f"{value:.1f}" if size < 1000 else f"{value:,.0f}"
    return (text if size < 1e7 else f"{value:.1e}").replace("-", "−")
