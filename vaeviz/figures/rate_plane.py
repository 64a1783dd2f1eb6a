"""The rate-distortion plane of Alemi et al. 2018 ("Fixing a Broken ELBO", arXiv:1711.00464).

The curve, the current point and its tangent are those of `rate_distortion`. This file adds lines
of equal ELBO, D + R = -ELBO, the auto-decoding limit (R = 0: z is ignored), the auto-encoding limit
(all of x is in z), and every dedicated model as a point, which shows the spread of the seeds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme
from vaeviz.records.rate_plane import DedicatedPoint, RatePlane


def rate_plane(record: RatePlane, theme: Theme) -> Spec:
    """Rate against loss; every line of one ELBO falls by σ² (or 1) per nat."""
    base = rate_distortion(record.base, theme)
    behind = [_elbo_line(record, start, theme) for start in record.elbo_lines]
    behind.append(_through("ELBO here", record.elbo[0], record, theme, "dot"))
    if _compared(record):
        behind.append(_through("highest ELBO of the curve", record.best[0], record, theme, "dash"))
    before = [*_points(record, theme), *_limits(record, theme)]
    place = next(k for k, trace in enumerate(base.data) if trace["name"] == "you are here")
    traces = [*behind, *base.data[:place], *before, *base.data[place:]]
    about = base.layout["meta"]
    meta = {
        **about,
        "title": _title(record),
        "alt": f"{about['alt']} {_finding(record)}",
        "legend": [*about["legend"], *_legend(record, theme)],
    }
    return Spec(traces, {**base.layout, "meta": meta})


def _compared(r: RatePlane) -> bool:
    """Whether the curve has the same examples as the point."""
    return not r.training and len(r.base.rates) > 1


def _legend(r: RatePlane, theme: Theme) -> list[list[str]]:
    elbo = [["D + R = −ELBO", theme.prior, "dot"], ["equal ELBO", theme.grid, "solid"]]
    return [*elbo, ["dedicated models", theme.posterior]] if r.points else elbo


def _elbo_line(r: RatePlane, start: float, theme: Theme) -> dict[str, Any]:
    return _line("one ELBO", start, r, theme.grid, 1.5, "solid")


def _through(name: str, start: float, r: RatePlane, theme: Theme, dash: str) -> dict[str, Any]:
    return _line(name, start, r, theme.prior, 2, dash)


def _line(
    name: str, start: float, r: RatePlane, colour: str, width: float, dash: str
) -> dict[str, Any]:
    """From R = 0 to the picture's right or lower side."""
    right = min(r.base.right, max(start, 0.0) / r.elbo_slope)
    x = np.array([0.0, right])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "hoverinfo": "skip",
        "x": x,
        "y": start - r.elbo_slope * x,
        "line": {"color": colour, "width": width, "dash": dash},
    }


def _points(r: RatePlane, theme: Theme) -> list[dict[str, Any]]:
    grid = [p for p in r.points if not p.name]
    kept = [p for p in r.points if p.name]
    marker = {"color": theme.posterior, "size": 9, "line": {"color": theme.paper, "width": 1.5}}
    traces = [_marks("dedicated models of the grid", grid, marker)] if grid else []
    if kept:
        names = {
            "mode": "markers+text",
            "text": [p.name for p in kept],
            "textposition": "top right",
            "textfont": {"size": FONT_SIZE, "color": theme.posterior},
            "hovertemplate": "%{customdata}: (%{x}, %{y})",
            "customdata": [p.name for p in kept],
            "meta": {"spare": True},
        }
        traces.append({**_marks("dedicated models", kept, {**marker, "size": 11}), **names})
    return traces


def _marks(name: str, points: list[DedicatedPoint], marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": np.array([p.rate for p in points]),
        "y": np.array([p.loss for p in points]),
        "marker": marker,
    }


def _limits(r: RatePlane, theme: Theme) -> list[dict[str, Any]]:
    """Both limits: z ignored, at R = 0; and x̂ = x, at an R beyond the picture."""
    traces = []
    if r.decoding is not None:
        traces.append(_limit("auto-decoding limit", 0.0, r.decoding, theme))
        words = ("← auto-decoding limit: z ignored", "← auto-decoding limit")
        traces.append(_named(words, 0.3, r.decoding, r, theme, "middle right"))
    if r.encoding is not None:
        words = ("auto-encoding limit: x̂ = x, further →", "auto-encoding limit →")
        height = r.encoding + 0.035 * r.base.top
        traces.append(_limit("auto-encoding limit", r.base.right, r.encoding, theme))
        traces.append(_named(words, 0.97, height, r, theme, "middle left"))
    return traces


def _limit(name: str, rate: float, loss: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": np.array([rate]),
        "y": np.array([loss]),
        "marker": {"color": theme.dead, "size": 11},
    }


def _named(
    words: tuple[str, str], across: float, y: float, r: RatePlane, theme: Theme, position: str
) -> dict[str, Any]:
    """A name, long and short, at a share of the width, beside the place of "you are here"."""
    text, short = words
    return {
        "type": "scatter",
        "mode": "text",
        "name": text,
        "hoverinfo": "skip",
        "text": [text],
        "meta": {"short": [short]},
        "x": np.array([across * r.base.right]),
        "y": np.array([y]),
        "textposition": position,
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
    }


def _title(r: RatePlane) -> str:
    elbo = f"ELBO {_nats(r.elbo[1])} nats"
    if r.training:
        return f"{elbo} on held-out examples"
    return f"{elbo}; the curve's best is {_nats(r.best[1])}" if _compared(r) else elbo


def _finding(r: RatePlane) -> str:
    best = (
        f"; the highest on the curve at this variance is {_nats(r.best[1])}" if _compared(r) else ""
    )
    apart = " on held-out examples; the curve is the training set's" if r.training else ""
    limits = [
        f"z ignored, at R = 0 and {r.base.unit} {r.decoding:.4g}" if r.decoding is not None else "",
        (
            f"x̂ = x, at {r.base.unit} {r.encoding:.4g} and an R further than drawn"
            if r.encoding is not None
            else ""
        ),
    ]
    marked = f" Limits: {'; '.join(filter(None, limits))}." if any(limits) else ""
    models = f" {len(r.points)} dedicated models are drawn." if r.points else ""
    return f"The ELBO here is {_nats(r.elbo[1])} nats{apart}{best}.{marked}{models}"


def _nats(value: float) -> str:
    return (f"{value:.2f}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")
