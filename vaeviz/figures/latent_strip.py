"""The latent map of a model with one dimension: its codes along one axis, a row per class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from vaeviz.figures.latent_map import class_names, classes
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Chosen, LatentMap

GOLDEN = 0.6180339887  # multiples of it, modulo 1, fill a row evenly
TALL = 0.7  # of a row: the band in which its points lie


def latent_strip(record: LatentMap, theme: Theme) -> Spec:
    """Codes in dimension 0 of the record; the height of a point says its class and nothing else."""
    count, s = len(record.class_names), record.symbol
    flat = _spread(record)
    ends = (-record.span, record.span)
    traces = [*classes(flat, theme), *_prior(theme, count), class_names(flat, theme)]
    for chosen in flat.chosen:
        traces += _posterior(chosen, theme)
    meta = {
        "title": _title(flat),
        "short": f"{s}₁ by class",
        "source": record.source,
        "alt": _finding(flat),
        "pick": True,
        "beyond": True,
        "legend": [
            [name, theme.classes[k % len(theme.classes)]]
            for k, name in enumerate(record.class_names)
        ],
    }
    ticks = {"dtick": 2} if record.span < 6 else {}
    x = axis(theme, f"{s}<sub>1</sub> (prior standard deviations)", *ends, **ticks)
    y = axis(
        theme,
        "classes, spread apart to be seen",
        -0.6,
        count - 0.4,
        showticklabels=False,
        showgrid=False,
        ticks="",
    )
    return figure(theme, traces, x, y, meta, margin=(30, 8, 6, 44))


def _spread(record: LatentMap) -> LatentMap:
    """The same with heights for dimension 1: a row per class, the first on top."""
    across = record.dims.index(0)
    index = np.arange(len(record.points))
    rows = len(record.class_names) - 1 - record.labels[: len(index)]
    heights = rows + TALL * ((GOLDEN * index) % 1 - 0.5)
    points = np.stack([record.points[:, across], heights], axis=1)
    chosen = tuple(
        replace(
            one,
            mean=np.array([one.mean[across], heights[one.index]]),
            deviation=np.array([one.deviation[across], 0.0]),
        )
        for one in record.chosen
    )
    return replace(record, points=points, dims=(0, 1), chosen=chosen)


def _prior(theme: Theme, count: int) -> list[dict[str, Any]]:
    """Lines at one and two standard deviations to either side."""
    low, high = -0.6, count - 0.4
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"prior, {k}σ",
            "hoverinfo": "skip",
            "x": [-k, -k, None, k, k],
            "y": [low, high, None, low, high],
            "line": {"color": theme.prior, "width": 3, "dash": "solid" if k == 1 else "dot"},
        }
        for k in (1, 2)
    ]


def _posterior(chosen: Chosen, theme: Theme) -> list[dict[str, Any]]:
    """From μ − σ to μ + σ a thick line, to 2σ a thin one; a marker at μ, the example's letter."""
    (mean, height), sigma = chosen.mean, chosen.deviation[0]
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"q(z|{chosen.name}), {k}σ",
            "hoverinfo": "skip",
            "x": mean + k * sigma * np.array([-1.0, 1.0]),
            "y": np.full(2, height),
            "line": {"color": theme.ink, "width": width},
        }
        for k, width in ((1, 5), (2, 2))
    ]
    mark: dict[str, Any] = {"type": "scatter", "hoverinfo": "skip", "y": np.full(1, height)}
    return [
        *lines,
        {
            **mark,
            "mode": "markers",
            "name": chosen.name,
            "x": np.full(1, mean),
            "marker": {"color": theme.paper, "size": 9, "line": {"color": theme.ink, "width": 2}},
        },
        {
            **mark,
            "mode": "text",
            "name": f"{chosen.name}, letter",
            "x": np.full(1, mean + 2 * sigma),
            "text": [chosen.name],
            "textposition": "top right",
            "textfont": {"size": 20, "color": theme.ink, "weight": 700},
        },
    ]


def _title(record: LatentMap) -> str:
    if len(record.points) and record.points[:, 0].std() < 0.1:
        return "The one dimension is dead: every example has one code"
    what = "Posterior means μ₁" if record.symbol == "μ" else "Sampled codes z₁"
    return f"{what}, the one dimension, by class"


def _finding(record: LatentMap) -> str:
    across = record.points[:, 0]
    spread = float(across.std()) if len(across) else 0.0
    beyond = int((np.abs(across) > record.span).sum())
    left_out = f" {beyond} of them beyond ±{record.span:g}." if beyond else ""
    what = "posterior means" if record.symbol == "μ" else "sampled codes"
    return (
        f"Codes of {len(across)} examples in the one latent dimension, a row per class. Spread of"
        f" the {what}: {spread:.2f}; the prior's is 1.{left_out}"
    )
