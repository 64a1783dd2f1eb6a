"""Ready settings of the chapter Collapse for a model, each with one line of what to notice.

The data's spectrum places them: the linear VAE keeps dimension i alive while λ_i > τ (Lucas et al.
2019, arXiv:1911.02469). A trained model loses some dimensions earlier: where half of them are dead
is measured, and until then the spectrum's place stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vaeviz.chapters.chapter import Context, Scene
from vaeviz.chapters.explorer.scenes import knobs
from vaeviz.chapters.model import half
from vaeviz.chapters.model.settings import MULTI_RATE, ModelView
from vaeviz.densities.gaussian import FIXED
from vaeviz.measures.codecs.codec import TAU_HIGH, Codec
from vaeviz.records import Array
from vaeviz.serve.probes import Probe

REACH = 2.0  # times the end of the model's range: the last τ of a scene


@dataclass(frozen=True)
class Placed:
    """A scene with its τ from the d leading eigenvalues, descending.

    `settings` are those beside the model's; a scene without a tool keeps the open one.
    """

    name: str
    notice: str
    tau: Callable[[Array], float]
    settings: Mapping[str, Any] = field(default_factory=dict)
    free: tuple[str, ...] = ()


def _none_dead(values: Array) -> float:
    return float(values[-1]) / 60


def _half_dead(values: Array) -> float:
    k = max(len(values) // 2, 1)
    return math.sqrt(float(values[k - 1] * values[min(k, len(values) - 1)]))


def _all_dead(values: Array) -> float:
    return 2.5 * float(values[0])


SCENES = (
    Placed(
        "All alive",
        "Every dimension is worth its nats. Raise β or σ²: they die one after another.",
        _none_dead,
    ),
    Placed(
        "Half dead",
        "The weakest directions of the data died first; the others carry fewer nats.",
        _half_dead,
    ),
    Placed(
        "All dead",
        "Nothing is coded, and every reconstruction is the same: the mean.",
        _all_dead,
    ),
    Placed(
        "One knob",
        "Move along the dashed line: β and σ² change, τ = βσ² and the bars do not.",
        _half_dead,
        {"tool": "map", "plane": "beta"},
        ("beta", "sigma2"),
    ),
)


def scenes(view: ModelView, context: Context) -> list[Scene]:
    """The scenes of a data set's multi-rate model, within its range."""
    linear, codec = context.probe.linear, context.model.codec
    values = linear.eigenvalues[: linear.latent]
    low, high = linear.tau_range if codec.remark else codec.tau_range
    high = min(high, TAU_HIGH)
    common = {"model": MULTI_RATE, "likelihood": FIXED.name, "d": linear.latent}
    ready = []
    for each in SCENES:
        tau = each.tau(values)
        if each.tau is _half_dead and not codec.remark and codec is not linear:
            tau = _measured(context.probe, codec, linear.latent, tau)
        if 0 < tau < REACH * high:
            settings = {**common, **each.settings, **knobs(min(max(tau, low), high))}
            ready.append(Scene(each.name, each.notice, settings, each.free))
    return ready


def _measured(probe: Probe, codec: Codec, d: int, spectral: float) -> float:
    """The τ at which half of a trained model's d dimensions are dead; 0 where there is none, as
    for directions that are alike. Until that is measured, the `spectral` one.
    """
    place = half.known(probe, codec, d)
    if place is None:
        return spectral
    return place.tau if place.exact else 0.0
