"""Active units and ELBO of each cure of posterior collapse: one dot per seed, joined per cure.

Colour marks only the baseline; a line and its number tell a dot's cure.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.limits import rounded
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.cures import NONE, REVIVED, WORTH, Cure, CureStudy

AROUND = np.array([[0, 0.115], [0.03, 0], [-0.03, 0]])  # of a dot's name
NEAR_DOT, NEAR_NAME = np.array([0.028, 0.11]), np.array([0.03, 0.125])  # any nearer, they touch


def cure_plane(study: CureStudy, theme: Theme) -> Spec:
    """Active units over the gain in ELBO; right of and above the dashed lines a cure works."""
    most = max(run.active for run in study.runs)
    gains = [gain for cure in study.cures for gain in study.gains(cure.name)]
    low, high = rounded(min(*gains, -2 * WORTH), max(*gains, WORTH))
    top = most + 1.4
    traces = [
        _bound([-WORTH, -WORTH], [-0.5, top], theme),
        _bound([low, high], [REVIVED - 0.5] * 2, theme),
        *(_seeds(study, cure, theme) for cure in study.cures),
        _names(study, np.array([high - low, top + 0.5]), theme),
    ]
    meta = {
        "title": _title(study),
        "source": study.source,
        "alt": _finding(study),
        "legend": [["with a cure", theme.posterior], ["without", theme.dead]],
    }
    x = axis(theme, "ELBO over the collapsed model's, same σ² (nats)", low, high)
    return figure(theme, traces, x, axis(theme, "active units", -0.5, top), meta)


def _bound(x: list[float], y: list[float], theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "bound",
        "hoverinfo": "skip",
        "x": np.array(x, float),
        "y": np.array(y, float),
        "line": {"color": theme.soft, "width": 1.5, "dash": "dash"},
    }


def _seeds(study: CureStudy, cure: Cure, theme: Theme) -> dict[str, Any]:
    runs, colour = study.of(cure.name), theme.dead if cure.name == NONE else theme.posterior
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": cure.title,
        "x": np.array(study.gains(cure.name)),
        "y": np.array([float(run.active) for run in runs]),
        "text": [f"{cure.title}, seed {run.seed}" for run in runs],
        "line": {"color": colour, "width": 1.5},
        "marker": {"size": 11, "color": colour, "line": {"color": theme.paper, "width": 1}},
    }


def _names(study: CureStudy, size: Array, theme: Theme) -> dict[str, Any]:
    """Each cure's number in the table, beside one of its dots; `size` (2,) are the axis lengths."""
    at = places([_dots(study, cure) / size for cure in study.cures]) * size
    return {
        "type": "scatter",
        "mode": "text",
        "name": "cures",
        "hoverinfo": "skip",
        "x": at[:, 0],
        "y": at[:, 1],
        "text": [str(k) for k in range(len(at))],
        "textposition": "middle center",
        "textfont": {"size": FONT_SIZE, "color": theme.ink, "weight": 600},
    }


def _dots(study: CureStudy, cure: Cure) -> Array:
    return np.array(
        [study.gains(cure.name), [float(run.active) for run in study.of(cure.name)]]
    ).T  # (S, 2)


def places(groups: list[Array]) -> Array:
    """A free place (C, 2) for a name beside a dot of each group (S, 2), in shares of the axes.

    Of equally free places the first: above, right or left of the dots, from the top down.
    """
    dots, names = np.concatenate(groups), np.zeros((0, 2))
    for group in groups:
        tried = (group[np.argsort(-group[:, 1], kind="stable"), None] + AROUND).reshape(-1, 2)
        crowd = [
            _touched(place, dots, NEAR_DOT) + 3 * _touched(place, names, NEAR_NAME)
            for place in tried
        ]
        names = np.vstack([names, tried[int(np.argmin(crowd))]])
    return names


def _touched(place: Array, others: Array, near: Array) -> int:
    return int((abs(others - place) < near).all(1).sum())


def cured(study: CureStudy) -> list[Cure]:
    """The cures within both bounds in every seed of a study that collapses in every seed."""
    return [c for c in study.cures if c.name != NONE and study.verdict(c.name) == "cures"]


def _title(study: CureStudy) -> str:
    return (
        f"{len(cured(study))} of {len(study.cures) - 1} cures work in all {len(study.seeds)} seeds"
    )


def _finding(study: CureStudy) -> str:
    words = "; ".join(f"{k}: {c.title}, {study.verdict(c.name)}" for k, c in enumerate(study.cures))
    return f"{_title(study)}. {words}."
