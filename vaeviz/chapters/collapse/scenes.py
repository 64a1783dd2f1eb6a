"""Ready settings of the chapter Collapse for a model, each with one line of what to notice.

The data's spectrum places them: the linear VAE keeps dimension i alive while λ_i > τ (Lucas et al.
2019, arXiv:1911.02469).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vaeviz.chapters.chapter import Context, Scene
from vaeviz.chapters.explorer.scenes import knobs
from vaeviz.chapters.model.settings import MULTI_RATE, ModelView
from vaeviz.densities.gaussian import FIXED
from vaeviz.measures.codecs.codec import TAU_HIGH
from vaeviz.records import Array

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
        "Nothing is coded, and every image gets the same reconstruction: the mean.",
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
    return [
        Scene(
            each.name,
            each.notice,
            {**common, **each.settings, **knobs(min(max(each.tau(values), low), high))},
            each.free,
        )
        for each in SCENES
        if each.tau(values) < REACH * high
    ]
