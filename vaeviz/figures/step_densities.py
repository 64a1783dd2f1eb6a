"""Prior, posterior and likelihood of one training step on one number line."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.theory.gaussian_kl import log_density
from vaeviz.theory.one_step import Step

REACH = 5.0  # of the number line
LINE = np.linspace(-REACH, REACH, 241)
TOPS = (0.65, 1.3, 3.2, 8.0)  # of the axis: it widens in steps
HANDLES = ((3, 0, "mu"), (4, 0, "sigma"), (5, 0, "z"), (6, 0, "x"))


def step_densities(record: Step, source: str, theme: Theme) -> Spec:
    """The curves, and μ, σ, z and x as points that the pointer drags."""
    r = record
    traces = [
        _curve("p(z)", 0.0, 1.0, theme.prior, "dash"),
        _curve("q(z|x)", r.mu, r.sigma, theme.posterior, "solid"),
        _curve("p(x|z)", r.z, math.sqrt(r.noise), theme.decoder, "solid"),
        _dot("μ", r.mu, 0.0, theme.posterior),
        _dot("σ", r.mu + r.sigma, density(r.mu + r.sigma, r.mu, r.sigma), theme.posterior),
        _dot("z", r.z, 0.0, theme.rate),
        _dot("x", r.x, 0.0, theme.decoder),
    ]
    meta = {
        "title": "Drag μ, σ, z and x: two curves and one draw make the loss",
        "short": "Drag μ, σ, z and x",
        "source": source,
        "alt": f"The prior N(0, 1), the posterior N({r.mu:.2f}, {r.sigma**2:.2f}), and the"
        f" likelihood N({r.z:.2f}, {r.noise:.2f}) with x = {r.x:.2f}.",
        "legend": [["p(z)", theme.prior, "dash"], ["q(z|x)", theme.posterior],
                   ["p(x|z)", theme.decoder], ["z", theme.rate]],
        "handles": HANDLES,
    }  # fmt: skip
    peak = max(1 / r.sigma, 1 / math.sqrt(r.noise)) / math.sqrt(2 * math.pi)
    top = next((top for top in TOPS if top >= 1.05 * peak), TOPS[-1])
    x = axis(theme, "z, and x beside it", -REACH, REACH)
    return figure(theme, traces, x, axis(theme, "density", -0.06 * top, top), meta)


def density(at: float | Array, mu: float, sigma: float) -> Any:
    """N(at; mu, sigma²)."""
    return np.exp(log_density(at, mu, sigma**2))


def _curve(name: str, mu: float, sigma: float, colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "hoverinfo": "skip",
        "x": LINE,
        "y": density(LINE, mu, sigma),
        "line": {"color": colour, "width": 3, "dash": dash},
    }


def _dot(name: str, x: float, y: float, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": name,
        "x": [float(x)],
        "y": [float(y)],
        "text": [name],
        "textposition": "top center",
        "textfont": {"size": 18, "color": colour, "weight": 600},
        "hovertemplate": f"{name} = %{{x}}",
        "marker": {"color": colour, "size": 16},
    }
