"""One-click settings, each with one line of what to notice.

Collapse comes at different σ² in every data set, so the scenes are placed by the data's own
spectrum: the linear VAE keeps dimension i alive while λ_i > τ (Lucas et al. 2019,
arXiv:1911.02469).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaeviz.measures.codecs.codec import TAU_LOW
from vaeviz.ui.settings import MULTI_RATE, Settings, parse


@dataclass(frozen=True)
class Scene:
    """A name for the button, a sentence for the room, and τ from the (d,) leading eigenvalues."""

    name: str
    notice: str
    tau: Callable[[np.ndarray], float]
    pixels: str = "mean"
    hold: str = "free"


def _all_alive(values: np.ndarray) -> float:
    return float(values[-1]) / 100


def _half_alive(values: np.ndarray) -> float:
    k = max(len(values) // 2, 1)
    return float(np.sqrt(values[k - 1] * values[min(k, len(values) - 1)]))


def _none_alive(values: np.ndarray) -> float:
    return 2.5 * float(values[0])


def _sharpest(values: np.ndarray) -> float:
    return 0.001


SCENES = (
    Scene("Healthy", "Every bar stands: each dimension carries information.", _all_alive),
    Scene(
        "Half collapsed",
        "A bar on the floor is a dimension not worth its nats at this τ.",
        _half_alive,
    ),
    Scene(
        "Collapsed",
        "Codes say next to nothing of the image, and all images look alike.",
        _none_alive,
    ),
    Scene(
        "Sharp but unsampleable",
        "Good reconstructions, but draws from the prior look wrong.",
        _sharpest,
    ),
    Scene(
        "β and σ² are one knob",
        "τ is held: drag σ². Only read-outs, the D scale and sampled pixels move.",
        _all_alive,
        pixels="sampled",
        hold="tau",
    ),
)


def described(
    eigenvalues: np.ndarray, latent: int, highest: float = math.inf
) -> list[dict[str, Any]]:
    """The scenes for one data set, as the board takes them; `highest` is the largest τ its model
    knows.
    """
    d = min(Settings().d, latent)
    values = np.maximum(eigenvalues[:d], 1e-3)
    return [
        {
            "name": s.name,
            "notice": s.notice,
            "settings": {
                **_COMMON,
                **knobs(min(max(s.tau(values), TAU_LOW), highest)),
                "pixels": s.pixels,
                "hold": s.hold,
                "d": latent if s.tau is _sharpest else d,
            },
        }
        for s in SCENES
    ]


_COMMON = {
    "model": MULTI_RATE,
    "decoder": "gaussian",
    "threshold": Settings().threshold,
    "i": Settings().i,
    "j": Settings().j,
}


def knobs(tau: float) -> dict[str, float]:
    """β and σ² with βσ² = τ: β = 1 unless that takes a σ² beyond its slider."""
    sigma2 = parse({"sigma2": float(f"{tau:.2g}")})[0].sigma2
    return {"beta": 1.0 if tau <= sigma2 * 1.1 else float(f"{tau / sigma2:.2g}"), "sigma2": sigma2}
