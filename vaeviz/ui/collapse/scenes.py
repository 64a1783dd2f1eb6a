"""Ready settings of the page Collapse for a model, each with one line of what to notice.

They are placed by the data's spectrum: the linear VAE keeps dimension i alive while λ_i > τ (Lucas
et al. 2019, arXiv:1911.02469).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vaeviz.measures.codecs.codec import TAU_HIGH, Codec
from vaeviz.records import Array
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.scenes import knobs
from vaeviz.ui.settings import MULTI_RATE
from vaeviz.ui.views import Probe

REACH = 2.0  # times the end of the model's range: a scene beyond would not show what it says


@dataclass(frozen=True)
class Scene:
    """A name for the button, a sentence for the room, and τ from the d leading eigenvalues,
    descending.

    `settings` are those beside the model's; a scene without a tool stays with the open one. What is
    `free` may be moved, and the sentence still holds.
    """

    name: str
    notice: str
    tau: Callable[[Array], float]
    settings: dict[str, str] = field(default_factory=dict)
    free: tuple[str, ...] = ()


def _none_dead(values: Array) -> float:
    return float(values[-1]) / 60


def _half_dead(values: Array) -> float:
    k = max(len(values) // 2, 1)
    return math.sqrt(float(values[k - 1] * values[min(k, len(values) - 1)]))


def _all_dead(values: Array) -> float:
    return 2.5 * float(values[0])


SCENES = (
    Scene(
        "All alive",
        "Every dimension is worth its nats. Raise β or σ²: they die one after another.",
        _none_dead,
    ),
    Scene(
        "Half dead",
        "The weakest directions of the data died first; those left carry fewer nats.",
        _half_dead,
    ),
    Scene(
        "All dead",
        "Nothing is coded, and every image gets the same reconstruction: the mean.",
        _all_dead,
    ),
    Scene(
        "One knob",
        "Move along the dashed line: β and σ² change, τ = βσ² and the bars do not.",
        _half_dead,
        {"tool": "map", "plane": "beta"},
        ("beta", "sigma2"),
    ),
)


def scenes(probe: Probe, codec: Codec) -> list[dict[str, Any]]:
    """The scenes as the board takes them: those of the multi-rate model of a data set, within its
    range.
    """
    values = probe.linear.eigenvalues[: probe.linear.latent]
    low, high = probe.linear.tau_range if codec.remark else codec.tau_range
    high = min(high, TAU_HIGH)
    common = {"model": MULTI_RATE, "decoder": "gaussian", "d": probe.linear.latent}
    return [
        {
            "name": s.name,
            "notice": s.notice,
            "free": s.free,
            "settings": {**common, **s.settings, **knobs(min(max(s.tau(values), low), high))},
        }
        for s in SCENES
        if s.tau(values) < REACH * high
    ]


def of_the_data(view: View, probe: Probe, codec: Codec) -> list[dict[str, Any]]:
    """The same, as a tool that shows the model offers them."""
    return scenes(probe, codec)
