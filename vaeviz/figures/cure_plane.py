"""What each cure of posterior collapse brings back, and what it costs: one dot a seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.limits import rounded
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.cures import NONE, REVIVED, WORTH, Cure, CureStudy


def cure_plane(study: CureStudy, theme: Theme) -> Spec:
    """Active units over the gain in ELBO; right of and above the dashed lines a cure is one."""
    most = max(run.active for run in study.runs)
    gains = [gain for cure in study.cures for gain in study.gains(cure.name)]
    low, high = rounded(min(*gains, -2 * WORTH), max(*gains, WORTH))
    top = most + 1.4
    traces = [_bound([-WORTH, -WORTH], [-0.5, top], theme), _bound([low, high], [REVIVED - 0.5] * 2, theme),
              *(_seeds(study, cure, theme) for cure in study.cures), _names(study, theme)]  # fmt: skip
    meta = {"title": _title(study), "source": study.source, "alt": _finding(study),
            "legend": [["with a cure", theme.posterior], ["without", theme.dead]]}  # fmt: skip
    x = axis(theme, "ELBO over the collapsed model's, same σ² (nats)", low, high)
    return figure(theme, traces, x, axis(theme, "active units", -0.5, top), meta)


def _bound(x: list[float], y: list[float], theme: Theme) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": "bound", "hoverinfo": "skip", "x": np.array(x, float),
        "y": np.array(y, float), "line": {"color": theme.soft, "width": 1.5, "dash": "dash"},
    }  # fmt: skip


def _seeds(study: CureStudy, cure: Cure, theme: Theme) -> dict[str, Any]:
    runs = study.of(cure.name)
    return {
        "type": "scatter", "mode": "markers", "name": cure.title, "x": np.array(study.gains(cure.name)),
        "y": np.array([float(run.active) for run in runs]),
        "text": [f"{cure.title}, seed {run.seed}" for run in runs],
        "marker": {"size": 11, "color": theme.dead if cure.name == NONE else theme.posterior,
                   "line": {"color": theme.paper, "width": 1}},
    }  # fmt: skip


def _names(study: CureStudy, theme: Theme) -> dict[str, Any]:
    """Each cure's number in the table, above its seeds."""
    at = [(float(np.mean(study.gains(c.name))), max(float(run.active) for run in study.of(c.name)))
          for c in study.cures]  # fmt: skip
    return {
        "type": "scatter", "mode": "text", "name": "cures", "hoverinfo": "skip",
        "x": np.array([x for x, _ in at]), "y": np.array([y + 0.55 for _, y in at]),
        "text": [str(k) for k in range(len(at))], "textposition": "middle center",
        "textfont": {"size": FONT_SIZE, "color": theme.ink, "weight": 600},
    }  # fmt: skip


def cured(study: CureStudy) -> list[Cure]:
    """The cures that keep to both bounds in every seed of a study that collapses in every seed."""
    return [c for c in study.cures if c.name != NONE and study.verdict(c.name) == "cures"]


def _title(study: CureStudy) -> str:
    return f"{len(cured(study))} of {len(study.cures) - 1} cures work in all {len(study.seeds)} seeds"


def _finding(study: CureStudy) -> str:
    words = "; ".join(f"{k}: {c.title}, {study.verdict(c.name)}" for k, c in enumerate(study.cures))
    return f"{_title(study)}. {words}."
