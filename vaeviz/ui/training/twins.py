"""Ready twins: two models that differ in one setting, each pair with one line of what to notice."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from vaeviz.ui.training.settings import KINDS, Plan

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
        "The AE copies better, but its draws from N(0, I) fall into holes; the VAE's look like"
        " digits.",
        Plan(
            model="ae",
            widths="64-64",
            latent=8,
            sigma2=0.05,
            steps=1500,
            i=6,
            j=7,
            twin="model",
            other="vae",
        ),
    ),
    ReadyTwin(
        "Collapse and rescue",
        "With all of β from the start every dimension dies at once; with a warm-up one or two"
        " live on.",
        Plan(
            widths="64-64-64",
            latent=8,
            sigma2=0.4,
            learning_rate=5e-3,
            warmup=1000,
            i=8,
            j=3,
            twin="schedule",
            other="linear",
        ),
    ),
    ReadyTwin(
        "Free bits",
        "Without, most dimensions die; with them all stay: below the floor a dimension costs"
        " nothing more.",
        Plan(widths="64-64", latent=8, sigma2=0.2, i=6, j=7, twin="free_bits", other="0.5"),
    ),
    ReadyTwin(
        "Strong decoder | cure",
        "A sees pixels and lets z go: all its x̂ are alike. B's differ.",
        Plan(
            decoder="masked",
            widths="256-256-256",
            latent=8,
            sigma2=0.1,
            learning_rate=1e-3,
            steps=1200,
            twin="free_bits",
            other="0.25",
        ),
    ),
    ReadyTwin(
        "σ² too small | too large",
        "Small: sharp copies, but draws that are no digits. Large: one blurred digit, and hardly a"
        " live row.",
        Plan(widths="64-64", latent=8, sigma2=0.001, i=6, j=2, twin="sigma2", other="0.5"),
    ),
)


def described() -> list[dict[str, Any]]:
    """The ready twins as the board takes them."""
    names = [name for name in KINDS if name not in VIEW]
    return [
        {
            "name": t.name,
            "notice": t.notice,
            "settings": {
                name: value for name, value in dataclasses.asdict(t.plan).items() if name in names
            },
        }
        for t in READY
    ]
