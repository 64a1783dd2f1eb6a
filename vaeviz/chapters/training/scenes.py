"""Ready twins: two models that differ in one setting, each pair with one line of what to notice.

The digits show best what a strong decoder, holes and a wrong σ² do: a masked decoder is slow on
larger images, and an autoencoder's draws come near the data on mnist-5k too (72 % of them).
"""

from __future__ import annotations

import dataclasses

from vaeviz.chapters.chapter import Scene
from vaeviz.chapters.training.plan import Plan

FREE = ("a", "b", "click", "speed")  # what a ready twin leaves as it is; its line is of one seed


def _ready(name: str, notice: str, plan: Plan) -> Scene:
    values = {n: value for n, value in dataclasses.asdict(plan).items() if n not in FREE}
    return Scene(name, notice, values, FREE)


SCENES = (
    _ready(
        "Holes: AE | VAE",
        "The AE copies better, but its draws from N(0, I) fall into holes; the VAE's look like"
        " digits.",
        Plan(data="digits", model="ae", widths="64-64", latent=8, sigma2=0.05, steps=1500,
             i=6, j=7, twin="model", other="vae"),
    ),
    _ready(
        "Collapse and rescue",
        "With all of β from the start one dimension of four survives; with a warm-up three do.",
        Plan(data="digits", widths="64-64-64", latent=4, sigma2=0.1, learning_rate=5e-3,
             warmup=1500, i=3, j=1, twin="schedule", other="linear"),
    ),
    _ready(
        "Free bits",
        "Without, five of eight dimensions die; with them all stay: below the floor, KL is free.",
        Plan(data="digits", widths="64-64", latent=8, sigma2=0.2, i=6, j=7,
             twin="free_bits", other="0.5"),
    ),
    _ready(
        "Strong decoder | cure",
        "Twin 1 sees pixels and ignores z: all its x̂ are alike. Those of twin 2 differ.",
        Plan(data="digits", decoder="masked", widths="256-256-256", latent=8, sigma2=0.1,
             learning_rate=1e-3, steps=1200, twin="free_bits", other="0.25"),
    ),
    _ready(
        "σ² too small | too large",
        "Small: sharp copies, but draws that are no digits. Large: one blurred digit, and no live"
        " row.",
        Plan(data="digits", widths="64-64", latent=8, sigma2=0.001, i=6, j=2,
             twin="sigma2", other="1"),
    ),
)  # fmt: skip
