"""The latent map: codes by class, prior circles, and to-scale ellipses of the chosen examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Chosen, LatentMap

_ANGLES = np.linspace(0, 2 * np.pi, 65)
CLASS_SIZE = 19  # bold: large text, for which the class colours have enough contrast
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)  # (65, 2)


def latent_map(record: LatentMap, theme: Theme) -> Spec:
    """Codes in two dimensions, equal axes; 1σ and 2σ circles of prior and chosen posteriors."""
    i, j = record.dims
    s, ends = record.symbol, (-record.span, record.span)
    ticks = {"dtick": 2} if record.span < 6 else {}
    traces = [*classes(record, theme), *_prior(theme)]
    traces.append(class_names(record, theme))
    for chosen, side in zip(record.chosen, _sides(record.chosen), strict=True):
        traces += _posterior(chosen, side, theme)
    return figure(
        theme,
        traces,
        axis(theme, f"{s}<sub>{i + 1}</sub> (prior standard deviations)", *ends, **ticks),
        axis(theme, f"{s}<sub>{j + 1}</sub>", *ends, **ticks),
        {
            "title": _title(record),
            "short": _short(record),
            "source": record.source,
            "alt": _finding(record),
            "equal": True,
            "pick": True,
            "beyond": True,
            "legend": [
                [n, theme.classes[k % len(theme.classes)]] for k, n in enumerate(record.class_names)
            ],
        },
    )


def _prior(theme: Theme) -> list[dict[str, Any]]:
    """Circles at 1σ and 2σ, each on a band of the paper's colour above the points."""
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "hoverinfo": "skip",
            "x": k * _CIRCLE[:, 0],
            "y": k * _CIRCLE[:, 1],
            "line": line,
        }
        for k in (1, 2)
        for name, line in (
            (f"band, {k}σ", {"color": theme.paper, "width": 6}),
            (
                f"prior, {k}σ",
                {"color": theme.prior, "width": 3, "dash": "solid" if k == 1 else "dot"},
            ),
        )
    ]


def classes(record: LatentMap, theme: Theme) -> list[dict[str, Any]]:
    traces = []
    for k, name in enumerate(record.class_names):
        member = np.flatnonzero(record.labels == k)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "customdata": member.astype(np.int32),
                "x": record.points[member, 0],
                "y": record.points[member, 1],
                "marker": {
                    "color": theme.classes[k % len(theme.classes)],
                    "size": 6,
                    "opacity": 0.8,
                },
            }
        )
    return traces


def class_names(record: LatentMap, theme: Theme) -> dict[str, Any]:
    """The name of each class at the middle one of its codes, in each direction by itself. The
    browser writes none that would stand elsewhere, as where all classes are at one place.
    """
    members = [(k, record.points[record.labels == k]) for k in range(len(record.class_names))]
    here = [(k, np.sort(points, axis=0)[len(points) // 2]) for k, points in members if len(points)]
    at = np.array([middle for _, middle in here]).reshape(-1, 2)  # (classes, 2)
    kinds = [k for k, _ in here]
    return {
        "type": "scatter",
        "mode": "text",
        "name": "classes",
        "hoverinfo": "skip",
        "customdata": np.array(kinds, np.int32),  # the same name glides with its points
        "x": at[:, 0],
        "y": at[:, 1],
        "text": [record.class_names[k] for k in kinds],
        "textposition": "middle center",
        "textfont": {
            "size": CLASS_SIZE,
            "weight": 700,
            "color": [theme.classes[k % len(theme.classes)] for k in kinds],
        },
        "meta": {"apart": True},
    }


def _sides(chosen: tuple[Chosen, ...]) -> list[int]:
    """Which upper corner of its ring has each letter, -1 (left) or 1: two rings that lie on each
    other have them at different ones. They change sides only where the rings have parted.
    """
    if len(chosen) < 2:
        return [1] * len(chosen)
    (a, b), reach = (c.mean[0] for c in chosen), sum(float(c.deviation[0]) for c in chosen)
    return [1, -1] if a - b > reach * np.sqrt(0.5) else [-1, 1]


def _posterior(chosen: Chosen, side: int, theme: Theme) -> list[dict[str, Any]]:
    """Two ellipses with half-axes σ and 2σ in data units, a marker at μ, the example's letter."""
    rings = [chosen.mean + k * chosen.deviation * _CIRCLE for k in (1, 2)]  # (65, 2) each
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"q(z|{chosen.name}), {k}σ",
            "hoverinfo": "skip",
            "x": ring[:, 0],
            "y": ring[:, 1],
            "line": {"color": theme.ink, "width": 3 if k == 1 else 1.5},
        }
        for k, ring in zip((1, 2), rings, strict=True)
    ]
    corner = chosen.mean + 2 * chosen.deviation * np.sqrt(0.5) * (side, 1)  # on the outer ring
    return [
        *traces,
        {
            "type": "scatter",
            "mode": "markers",
            "name": chosen.name,
            "hoverinfo": "skip",
            "x": chosen.mean[:1],
            "y": chosen.mean[1:],
            "marker": {"color": theme.paper, "size": 9, "line": {"color": theme.ink, "width": 2}},
        },
        {
            "type": "scatter",
            "mode": "text",
            "name": f"{chosen.name}, letter",
            "hoverinfo": "skip",
            "x": corner[:1],
            "y": corner[1:],
            "text": [chosen.name],
            "textposition": "top right" if side > 0 else "top left",
            "textfont": {"size": 20, "color": theme.ink, "weight": 700},
        },
    ]


def _title(record: LatentMap) -> str:
    spread = record.points.std(axis=0) if len(record.points) else np.zeros(2)
    if (spread < 0.1).all():
        return "Both dimensions shown are dead: every example has one code"
    if (spread < 0.1).any():
        return "One of the two dimensions shown is dead"
    what = "Posterior means μ" if record.symbol == "μ" else "Sampled codes z"
    return f"{what} by class, on the prior's circles"


def _short(record: LatentMap) -> str:
    title = _title(record).split(":")[0].replace("One of the two dimensions", "One dimension")
    return f"{record.symbol} by class" if "by class" in title else title


def _finding(record: LatentMap) -> str:
    spread = record.points.std(axis=0) if len(record.points) else np.zeros(2)
    i, j = record.dims
    what = "posterior means" if record.symbol == "μ" else "sampled codes"
    beyond = int((np.abs(record.points) > record.span).any(axis=1).sum())
    left_out = f" {beyond} of them beyond ±{record.span:g}." if beyond else ""
    return (
        f"Latent map of {len(record.points)} examples. Spread of the {what}: {spread[0]:.2f} in "
        f"dimension {i + 1}, {spread[1]:.2f} in dimension {j + 1}; the prior's is 1.{left_out}"
    )
