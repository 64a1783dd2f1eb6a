"""Bits per pixel of several models, as bars that add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vaeviz.figures.number_line import least
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.bits import Bits

TOPS = (3.0, 4.0, 6.0, 10.0)
SHORT = {"Continuous": "C.", "Gaussian": "Gauss", "Bernoulli": "Bern.", "Categorical": "Categ."}


def bits_bars(models: Sequence[Bits], theme: Theme) -> Spec:
    """Rate below, misfit above; a ring where the objective's own number is no probability."""
    slots = np.arange(1.0, len(models) + 1)
    rates = np.array([one.rate for one in models])
    sums = np.array([one.rate + one.normalised for one in models])
    top = least(TOPS, 1.15 * float(sums.max()))
    improper = [(k, one) for k, one in zip(slots, models, strict=True) if not one.proper]
    traces = [
        _bars("misfit", slots, sums, theme.distortion),
        _bars("rate", slots, rates, theme.rate),
        _texts(slots, sums, theme),
        _rings(improper, theme),
    ]
    best = min(models, key=lambda one: one.rate + one.normalised)
    meta = {
        "title": f"{best.title.split(',')[0]} needs least: {best.rate + best.normalised:.2f} bits"
        " per pixel",
        "short": f"Least: {best.title.split(',')[0]}",
        "source": models[0].source,
        "alt": "Bits per pixel: "
        + "; ".join(f"{one.title} {one.rate + one.normalised:.3f}" for one in models)
        + ".",
        "legend": [
            ["misfit", theme.distortion],
            ["rate", theme.rate],
            ["as the loss has it: no probability", theme.ink],
        ],
    }
    x = axis(theme, "likelihood", 0.4, len(models) + 0.6, showgrid=False,
             tickvals=slots.tolist(), ticktext=[_short(one.title) for one in models])  # fmt: skip
    return figure(theme, traces, x, axis(theme, "bits per pixel", 0, top), meta)


def _short(title: str) -> str:
    """A name that stands beside three others on a phone."""
    words = title.split(",")[0].split()
    return " ".join(SHORT.get(word, word) for word in words)


def _bars(name: str, at: Any, values: Any, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "hoverinfo": "skip",
        "x": at,
        "y": values,
        "width": 0.6,
        "marker": {"color": colour},
    }


def _texts(at: Any, values: Any, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "name": "sum",
        "hoverinfo": "skip",
        "x": at,
        "y": values,
        "text": [f"{value:.2f}" for value in values],
        "textposition": "top center",
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
    }


def _rings(improper: Sequence[tuple[float, Bits]], theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "no probability",
        "x": [k for k, _ in improper],
        "y": [one.all for _, one in improper],
        "hovertemplate": "as the loss has it: %{y} bits",
        "marker": {"color": theme.ink, "size": 14, "line": {"color": theme.paper, "width": 2}},
    }
