"""KL per dimension: the closed form's bars, each beside that of a trained linear VAE."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.records.laboratory import KLPair


def kl_pair(record: KLPair, theme: Theme) -> Spec:
    """Exact bars in ink, trained ones in the rate's colour to their right; both by falling KL."""
    r = record
    size, both = len(r.exact), len(r.trained) > 0
    slots, width = np.arange(1, size + 1), 0.4 if both else 0.74
    shift = 0.21 if both else 0.0
    traces = [_bars("exact KL", slots - shift, r.exact, r.top, width, theme.linear)]
    legend = [["closed form", theme.linear]]
    if both:
        traces.append(_bars("trained KL", slots + shift, r.trained, r.top, width, theme.rate))
        legend.append([r.state, theme.rate])
    meta = {"title": _title(r), "source": r.source, "alt": _finding(r), "legend": legend}
    x = axis(
        theme,
        "latent dimension, by KL",
        0.4,
        max(size, 8) + 0.6,
        showgrid=False,
        tick0=0,
        dtick=1 if size <= 8 else 4,
    )
    return figure(theme, traces, x, axis(theme, "KL (nats)", 0, r.top), meta)


def _bars(name: str, at: Array, kl: Array, top: float, width: float, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": at,
        "y": np.minimum(kl, top),
        "width": width,
        "text": [f"{value:.3f}" for value in kl],
        "textposition": "none",
        "hovertemplate": f"{name}: %{{text}} nats",
        "marker": {"color": colour},
    }


def _title(r: KLPair) -> str:
    alive = int((r.exact > 0).sum())
    if not len(r.trained):
        return f"{alive} of {len(r.exact)} dimensions over 0 nats, {r.exact.sum():.2f} nats"
    if alive == 0:
        return f"Exact KL 0; trained {r.trained.sum():.4f} nats"
    return f"Trained KL {percent(r.total_off)} from the exact"


def _finding(r: KLPair) -> str:
    words = f"KL of {len(r.exact)} dimensions in closed form: {r.exact.sum():.3f} nats in all"
    if not len(r.trained):
        return f"{words}; no model is trained here."
    return (
        f"{words}; {r.state}: {r.trained.sum():.3f}, and the bars over {r.threshold:g} nats differ"
        f" by at most {percent(r.worst)}."
    )


def percent(part: float) -> str:
    """Two decimals, or "under 0.01 %"."""
    return f"{100 * part:.2f} %" if part >= 5e-5 else "under 0.01 %"
