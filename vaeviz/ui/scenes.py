"""One-click settings, each with one line of what to notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Scene:
    """A name for the button, a sentence for the room, and the settings it sets."""

    name: str
    notice: str
    settings: dict[str, Any] = field(default_factory=dict)


_COMMON = {"decoder": "gaussian", "d": 8, "pixels": "mean", "hold": "free", "beta": 1.0}
SCENES = (
    Scene("Healthy", "Every bar stands: each dimension carries information, and reconstructions are sharp.",
          {**_COMMON, "sigma2": 0.01}),
    Scene("Half collapsed", "Some bars lie on the floor: dimensions whose λ is below τ are not worth their nats.",
          {**_COMMON, "sigma2": 0.15}),
    Scene("Collapsed", "Rate 0: every example gets the prior as its code, and every reconstruction is the mean.",
          {**_COMMON, "sigma2": 5.0}),
    Scene("Sharp but unsampleable", "Near-perfect reconstructions, yet decoded draws from the prior look wrong.",
          {**_COMMON, "sigma2": 0.001, "d": 16}),
    Scene("β and σ² are one knob", "τ is held: drag σ². Only read-outs, the D scale and sampled pixels move.",
          {**_COMMON, "sigma2": 0.05, "pixels": "sampled", "hold": "tau"}),
)  # fmt: skip
