"""Curves and points of the figures on one number line."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import Theme, axis
from vaeviz.records import Array
from vaeviz.theory.gaussian_kl import log_density

TOPS = (0.65, 1.3, 3.2, 8.5)  # of an axis of densities: it widens in steps


def density(at: float | Array, mu: float, sigma: float) -> Any:
    """N(at; mu, sigma²)."""
    return np.exp(log_density(at, mu, sigma**2))


def densities_axis(theme: Theme, narrowest: float) -> dict[str, Any]:
    """An axis that holds a Gaussian of this deviation."""
    return heights_axis(theme, 0.42 / narrowest)


def heights_axis(theme: Theme, tallest: float) -> dict[str, Any]:
    """An axis that holds a density of this height."""
    top = least(TOPS, tallest)
    return axis(theme, "density", -0.06 * top, top)


def least(steps: tuple[float, ...], wanted: float) -> float:
    """The first end of an axis that holds `wanted`, so that the axis widens in steps."""
    return next((step for step in steps if step >= wanted), steps[-1])


def curve(
    name: str, x: Array, y: Array, colour: str, dash: str, width: float = 3
) -> dict[str, Any]:
    """A line without a hover text."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "hoverinfo": "skip",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width, "dash": dash},
    }


def dot(name: str, x: float, y: float, colour: str) -> dict[str, Any]:
    """A point with its name, large enough for a finger."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": name,
        "x": [x],
        "y": [y],
        "text": [name],
        "textposition": "top center",
        "textfont": {"size": 18, "color": colour, "weight": 600},
        "hovertemplate": f"{name} = %{{x}}",
        "marker": {"color": colour, "size": 16},
    }
