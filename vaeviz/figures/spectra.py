"""The KL spectrum of the model shown, and those of dedicated models at the same (τ, d)."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records.fidelity import Spectra


def spectra(r: Spectra, theme: Theme) -> Spec:
    """The model's bars in the rate's colour, a dot per dedicated model in ink; both by falling
    KL.
    """
    size, seeds = len(r.kl), len(r.dedicated)
    slots = np.arange(1, size + 1)
    bars = {
        "type": "bar",
        "name": "model shown",
        "x": slots,
        "y": np.minimum(r.kl, r.top),
        "width": 0.74,
        "text": [f"{value:.2f}" for value in r.kl],
        "textposition": "none",
        "hovertemplate": "model shown: %{text} nats",
        "marker": {"color": theme.rate},
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "name": "dedicated models",
        "x": np.tile(slots.astype(np.float64), seeds),
        "y": np.minimum(r.dedicated.ravel(), r.top),
        "marker": {"color": theme.ink, "size": 8},
    }
    words = f"{r.apart:.2f} nats apart"
    meta = {
        "title": words,
        "source": r.source,
        "alt": f"The model's sorted KL spectrum and that of {seeds} dedicated models are {words}.",
        "legend": [["model shown", theme.rate], ["dedicated", theme.ink]],
    }
    x = axis(
        theme, "latent dimension, by KL", 0.4, max(size, 8) + 0.6, showgrid=False, tick0=0,
        dtick=1 if size <= 8 else 4,
    )  # fmt: skip
    return figure(theme, [bars, dots], x, axis(theme, "KL (nats)", 0, r.top), meta)
