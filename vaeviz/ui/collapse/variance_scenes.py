"""Ready settings of the σ² laboratory, placed by what was measured of its model. Knows no
Streamlit.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from vaeviz.measures.codecs.codec import Codec
from vaeviz.ui import models
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.controls import LIMITS
from vaeviz.ui.views import Probe

EMPTY = 0.1  # nats of the whole code
MORE = 1.2  # times the nats of the best σ², for the smallest one to be another scene


def scenes(view: View, probe: Probe, codec: Codec) -> list[dict[str, Any]]:
    """From the model's smallest σ² to the first at which its code is empty, all at β = 1."""
    if codec.likelihood != "gaussian" or codec.remark:
        return []
    curve = codec.curve(view.d)
    low, best = max(codec.tau_range[0], LIMITS["sigma2"].low), _best(view, probe, codec)
    rate, best_rate = (
        float(np.interp(np.log(t), np.log(curve.taus), curve.rates)) for t in (low, best)
    )
    made = [
        _scene(
            "Best σ²",
            best,
            f"σ² is the mean squared error, {best:.2g}, at {best_rate:.0f} nats: one σ² fits no"
            " better.",
        ),
    ]
    if rate > MORE * best_rate:
        notice = (
            f"{rate:.0f} nats a code: sharp copies, but draws from the prior are not like the data."
        )
        made.insert(0, _scene("Sharp, unsampleable", low, notice))
    empty = curve.taus[curve.rates < EMPTY]
    if len(empty) and empty.min() <= LIMITS["sigma2"].high:
        made.append(_scene("Blurred and empty", float(empty.min()), _EMPTY))
    return made


def _best(view: View, probe: Probe, codec: Codec) -> float:
    """Where σ² = MSE at β = 1."""
    asked = dataclasses.replace(view.model_settings, beta=1.0, decoder="gaussian-optimal")
    return models.with_optimal_sigma2(asked, probe, codec).sigma2


def _scene(name: str, sigma2: float, notice: str) -> dict[str, Any]:
    return {"name": name, "notice": notice, "settings": {"sigma2": float(f"{sigma2:.3g}")}}


_EMPTY = f"Less than {EMPTY:g} nats are left: every reconstruction and every draw is the same."
