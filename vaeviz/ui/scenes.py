"""One-click settings, each with one line of what to notice.

Collapse comes at different σ² in every data set, so the scenes are placed by the data's own spectrum: the
linear VAE keeps dimension i alive while λ_i > τ (Lucas et al. 2019, arXiv:1911.02469).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaeviz.ui.settings import Settings, parse


@dataclass(frozen=True)
class Scene:
    """A name for the button, a sentence for the room, and τ from the (d,) leading eigenvalues."""

    name: str
    notice: str
    tau: Callable[[np.ndarray], float]
    pixels: str = "mean"
    hold: str = "free"


def _all_alive(values: np.ndarray) -> float:
    return float(values[-1]) / 10


def _half_alive(values: np.ndarray) -> float:
    k = max(len(values) // 2, 1)
    return float(np.sqrt(values[k - 1] * values[min(k, len(values) - 1)]))


def _none_alive(values: np.ndarray) -> float:
    return 2.5 * float(values[0])


def _sharpest(values: np.ndarray) -> float:
    return 0.001


SCENES = (
    Scene("Healthy", "Every bar stands: each dimension carries information.", _all_alive),
    Scene("Half collapsed", "Bars on the floor: dimensions not worth their nats at this τ.", _half_alive),
    Scene("Collapsed", "Rate 0: every example has the prior as its code and one image.", _none_alive),
    Scene("Sharp but unsampleable", "Good reconstructions, but draws from the prior look wrong.", _sharpest),
    Scene("β and σ² are one knob", "τ is held: drag σ². Only read-outs, the D scale and sampled pixels move.",
          _all_alive, pixels="sampled", hold="tau"),
)  # fmt: skip


def described(eigenvalues: np.ndarray, latent: int) -> list[dict[str, Any]]:
    """The scenes for one data set, as the board takes them."""
    d = min(Settings().d, latent)
    values = np.maximum(eigenvalues[:d], 1e-3)
    return [
        {"name": s.name, "notice": s.notice,
         "settings": {"decoder": "gaussian", **_knobs(s.tau(values)), "d": d, "pixels": s.pixels,
                      "hold": s.hold}}
        for s in SCENES
    ]  # fmt: skip


def _knobs(tau: float) -> dict[str, float]:
    """β and σ² with βσ² = τ: β = 1 unless that takes a σ² beyond its slider."""
    sigma2 = parse({"sigma2": float(f"{tau:.2g}")})[0].sigma2
    return {"beta": 1.0 if tau <= sigma2 * 1.1 else float(f"{tau / sigma2:.2g}"), "sigma2": sigma2}
