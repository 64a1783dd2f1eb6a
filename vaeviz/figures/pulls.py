"""What pulls each latent dimension of one example, by a training step."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import least
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.walk import Walk

TOPS = tuple(k * 10.0**n for n in range(-1, 7) for k in (1, 2, 5))  # of the axis
FEWEST = 8  # slots


def pulls(made: Walk, of: str, theme: Theme) -> Spec:
    """The gradient on μ or on log σ² of each dimension: the likelihood's part beside the KL's, and
    a mark at their sum.
    """
    first = of == "mu"
    likelihood, rate = (
        (made.nll_d_mu, made.kl_d_mu) if first else (made.nll_d_logvar, made.kl_d_logvar)
    )
    symbol, total = ("μ" if first else "log σ²"), likelihood + rate
    slots = np.arange(1, len(total) + 1, dtype=np.float64)
    reach = float(np.abs([likelihood, rate, total]).max())
    top = least(TOPS, 1.02 * reach)
    traces = [
        _bars("likelihood", slots - 0.2, likelihood, theme.distortion),
        _bars("KL", slots + 0.2, rate, theme.rate),
        _sums(slots, total, theme),
    ]
    strongest = int(np.abs(total).argmax())
    meta = {
        "title": f"∂J/∂{symbol}: largest at dimension {strongest + 1}",
        "short": f"∂J/∂{symbol}",
        "source": made.source,
        "alt": f"Gradients on {symbol} of {len(total)} dimensions; the largest is"
        f" {total[strongest]:.3g} at dimension {strongest + 1}: {likelihood[strongest]:.3g} by the"
        f" likelihood, {rate[strongest]:.3g} by the KL.",
        "legend": [
            ["by −log p(x|z)", theme.distortion],
            ["by the KL", theme.rate],
            ["sum", theme.ink],
        ],
    }
    end = max(len(total), FEWEST)
    x = axis(theme, "latent dimension", 0.4, end + 0.6, showgrid=False, tick0=0,
             dtick=1 if end <= 8 else 4)  # fmt: skip
    ticks = [-top / 2, 0.0, top / 2]
    text = [f"{tick:g}".replace("-", "−") for tick in ticks]
    y = axis(theme, f"∂J/∂{symbol}", -top, top, tickvals=ticks, ticktext=text)
    return figure(theme, traces, x, y, meta, (64, 8, 6, 44))


def _bars(name: str, at: Array, values: Array, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": at,
        "y": values,
        "width": 0.38,
        "text": [f"{value:.3g}" for value in values],
        "textposition": "none",
        "hovertemplate": f"by the {name}: %{{text}}",
        "marker": {"color": colour},
    }


def _sums(at: Array, values: Array, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "sum",
        "x": at,
        "y": values,
        "text": [f"{value:.3g}" for value in values],
        "hovertemplate": "both: %{text}",
        "marker": {"color": theme.ink, "size": 11, "line": {"color": theme.paper, "width": 2}},
    }
