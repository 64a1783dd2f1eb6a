"""Ready twins: two models that differ in one setting, each pair with one line of what to notice."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from vaeviz.ui.training_settings import KINDS, Plan

VIEW = ("seed", "a", "b", "speed")  # what a ready twin leaves as it is


@dataclass(frozen=True)
class ReadyTwin:
    """A name for the button, a sentence for the room, and the plan."""

    name: str
    notice: str
    plan: Plan


READY = (
    ReadyTwin(
        "Holes: AE | VAE",
        "The AE's codes lie anywhere, with holes between them; the VAE's are drawn to the prior's circles.",
        Plan(model="ae", latent=2, sigma2=0.02, twin="model", other="vae"),
    ),
    ReadyTwin(
        "Collapse and rescue",
        "With all of β from the start every dimension dies at once; a warm-up lets some of them live.",
        Plan(widths="64-64-64", sigma2=0.4, learning_rate=3e-3, warmup=1000, steps=2500, twin="schedule",
             other="linear"),
    ),
    ReadyTwin(
        "Free bits",
        "Both pay β = 4. Where a few nats a dimension are free, no row of the heat map goes pale.",
        Plan(beta=4.0, twin="free_bits", other="0.5"),
    ),
    ReadyTwin(
        "σ² too small | too large",
        "Small: sharp, but draws from the prior are no digits. Large: all dimensions die, one blurred mean.",
        Plan(sigma2=0.001, twin="sigma2", other="1"),
    ),
)  # fmt: skip


def described() -> list[dict[str, Any]]:
    """The ready twins as the board takes them."""
    names = [name for name in KINDS if name not in VIEW]
    return [
        {"name": t.name, "notice": t.notice,
         "settings": {name: value for name, value in dataclasses.asdict(t.plan).items() if name in names}}
        for t in READY
    ]  # fmt: skip
