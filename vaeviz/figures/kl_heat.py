"""A heat map of per-dimension KL over the steps of a run."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.over_steps import marks, steps_axis
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array, KLHeat


def kl_heat(record: KLHeat, theme: Theme) -> Spec:
    """A row per dimension, by number; the paper's colour is 0 nats."""
    r = record
    size = r.kl.shape[1]
    kept = np.isfinite(r.kl).all(axis=1)
    traces = [_cells(r.step[kept], r.kl[kept], r, theme)] if kept.any() else []
    traces += marks(r.moves, theme, (0.5, size + 0.5))
    meta = {
        "title": _title(r),
        "short": _short(r),
        "source": r.source,
        "alt": _finding(r),
        "legend": _legend(r, theme),
    }
    y = axis(
        theme,
        "dimension",
        0.5,
        size + 0.5,
        dtick=1 if size <= 8 else 2 if size <= 16 else 4,
        tick0=0,
        showgrid=False,
    )
    return figure(theme, traces, {**steps_axis(theme, r.right), "showgrid": False}, y, meta)


def _cells(step: Array, kl: Array, r: KLHeat, theme: Theme) -> dict[str, Any]:
    """z (d, T) at x (T,), y (d,); the scale is linear below the threshold, and from there to the
    top.
    """
    return {
        "type": "heatmap",
        "name": "KL (nats)",
        "x": step,
        "y": np.arange(1, kl.shape[1] + 1),
        "z": np.clip(kl.T, 0.0, 10 * r.top),
        "zmin": 0.0,
        "zmax": r.top,
        "showscale": False,
        "colorscale": [[0, theme.paper], [r.threshold / r.top, theme.rate_low], [1, theme.rate]],
    }


def _legend(r: KLHeat, theme: Theme) -> list[list[str]]:
    if not np.isfinite(r.kl).all(axis=1).any():
        return []
    return [
        [f"{r.threshold:g} nats; less: collapsed", theme.rate_low],
        [f"{r.top:g} nats", theme.rate],
    ]


def _standing(r: KLHeat) -> list[int]:
    """The dimensions, numbered from 1, at or over the threshold at the last step."""
    return [int(k) + 1 for k in np.flatnonzero(r.kl[-1] >= r.threshold)]


def _title(r: KLHeat) -> str:
    if not r.variational:
        return "A plain autoencoder pays no KL"
    if not len(r.step):
        return "KL per dimension, from the first step on"
    return _count(r)


def _short(r: KLHeat) -> str:
    if not (r.variational and len(r.step)):
        return "KL per dimension" if r.variational else "No KL is paid"
    return _count(r)


def _count(r: KLHeat) -> str:
    size = r.kl.shape[1]
    dead = size - len(_standing(r))
    return f"{('None', 'All')[dead > 0] if dead in (0, size) else dead} of {size} collapsed"


def _finding(r: KLHeat) -> str:
    if not len(r.step):
        return "Heat map of KL by dimension and step; no step has been made yet."
    names = ", ".join(map(str, _standing(r))) or "none"
    best = (r.kl >= r.threshold).sum(axis=1).max()
    return (
        f"Heat map of the KL of {r.kl.shape[1]} dimensions over {len(r.step)} steps. Not"
        f" collapsed at step {r.step[-1]:.0f}: {names}; the most at any step: {best}."
    )
