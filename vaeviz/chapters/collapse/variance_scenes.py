"""Ready settings of the σ² laboratory, placed by its measurements."""

from __future__ import annotations

import numpy as np

from vaeviz.chapters.chapter import Context, Scene
from vaeviz.chapters.collapse.variance_levels import best_sigma2
from vaeviz.chapters.collapse.view import CollapseView, ends
from vaeviz.densities import LIKELIHOODS

EMPTY = 0.001  # nats of the whole code
MORE = 1.2  # times the nats of the best σ²: a smallest σ² with fewer, or copies no closer, is none


def scenes(view: CollapseView, context: Context) -> list[Scene]:
    """From the model's smallest σ² to the first with an empty code, all at β = 1."""
    codec = context.model.codec
    if not LIKELIHOODS[codec.likelihood].variance.shared or codec.remark:
        return []
    curve = codec.curve(view.d)
    low = max(codec.tau_range[0], ends("sigma2")[0])
    best = best_sigma2(view.d, context.probe, codec)
    places = np.log([low, best])
    rate, best_rate = np.interp(places, np.log(curve.taus), curve.rates).tolist()
    loss, best_loss = np.interp(places, np.log(curve.taus), curve.losses).tolist()
    notice = f"σ² is the mean squared error, {best:.2g}, at about {best_rate:.0f} nats"
    made = [_scene("Best σ²", best, f"{notice}: no other fits this network better.")]
    if rate > MORE * best_rate and loss < best_loss:
        copies = "the sharpest copies. A note says how good draws are"
        made.insert(0, _scene("Sharpest", low, f"{rate:.0f} nats per code: {copies}."))
    empty = curve.taus[curve.rates < EMPTY]
    if len(empty) and empty.min() <= ends("sigma2")[1]:
        notice = f"Less than {EMPTY:g} nats are left: all reconstructions are alike."
        made.append(_scene("Blurred and empty", float(empty.min()), notice))
    return made


def _scene(name: str, sigma2: float, notice: str) -> Scene:
    return Scene(name, notice, {"sigma2": float(f"{sigma2:.3g}")})
