"""The exhibits that train: one tiny VAE on `digits`, with the mistake or without, same seed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vaeviz import data
from vaeviz.models.parts import RIGHT, Parts
from vaeviz.records import ImageStrip
from vaeviz.records.checks import Check
from vaeviz.records.museum import Axes, Line, Number, Version

if TYPE_CHECKING:
    from vaeviz.studies.tiny import Trained

DATA, LATENT, STEPS, SHOWN = "digits", 8, 600, 10
AXES = Axes("step", "nats per example", (0.0, STEPS), (0.0, 60.0))
FAR = 1e6  # curves are cut there: the axis ends long before


@dataclass(frozen=True)
class Run:
    """The functions with the mistake and without, and the β that both are asked for."""

    wrong: Parts
    right: Parts = RIGHT
    beta: float = 1.0
    steps: int = STEPS

    def key(self, wrong: bool) -> Hashable:
        return ("tiny", self.wrong if wrong else self.right, self.beta, self.steps)

    def version(self, wrong: bool, watch: Callable[[Any], None]) -> Version:
        from vaeviz.studies.tiny import trained
        from vaeviz.training.tiny import Plan

        digits = data.load(DATA)
        plan = Plan(LATENT, self.steps, self.beta)
        parts = self.wrong if wrong else self.right
        made = trained(parts, digits.train, digits.held_out, plan, watch)
        error, kl = float(made.over("error")[-1]), float(made.over("kl")[-1])
        distance = _named(made, "samples").values[0]
        source = f"trained here: {self.steps} steps on {DATA}, d = {LATENT}, β = {self.beta:g}"
        return Version(
            curves(made.looks),
            None,
            AXES,
            _strip(digits.held_out, made, digits.shape, distance, source),
            made.checks,
            _numbers(made, error, kl, distance),
            f"error {short(error)}, KL {short(kl)}",
            f"{source}, seed 0",
        )


def curves(looks: Any) -> tuple[Line, ...]:
    """Error and KL of the looks so far."""
    step = np.array([look.step for look in looks], np.float64)
    return tuple(
        Line(name, role, step, np.clip([getattr(look, of) for look in looks], -FAR, FAR))
        for name, role, of in (("error", "distortion", "error"), ("KL", "rate", "kl"))
    )


def _strip(
    x: np.ndarray, made: Trained, shape: tuple[int, ...], distance: float, source: str
) -> ImageStrip:
    rows = (x[:SHOWN], made.reconstructed[:SHOWN], made.samples[:SHOWN],
            made.samples[SHOWN : 2 * SHOWN])  # fmt: skip
    grey = np.clip(np.nan_to_num(np.stack(rows)), 0, 1).reshape(len(rows), SHOWN, *shape)
    title = f"Pictures; samples are {short(distance)} from the data"
    finding = (
        f"{SHOWN} held-out digits, their reconstructions, and {2 * SHOWN} decoded samples of the"
        f" prior, which are at an energy distance of {distance:.3g} from the data."
    )
    return ImageStrip(title, (255 * grey).astype(np.uint8), ("x", "x̂", "z ~ p", ""), finding,
                      f"first {SHOWN} held-out digits; {source}")  # fmt: skip


def _numbers(made: Trained, error: float, kl: float, distance: float) -> tuple[Number, ...]:
    beta = _named(made, "weight").values[0]
    return (
        ("printed loss", short(made.looks[-1].printed), "What this code prints at its last step"),
        ("error", short(error), "‖x − x̂‖² / 2σ² with σ² = 0.05, summed over pixels, nats"),
        ("KL", short(kl), "KL(q ‖ p) by the right formula, summed over dimensions, nats"),
        ("effective β", short(beta), "The KL's weight over the error's, read off the loss"),
        ("distance", short(distance), "Energy distance of prior samples to held-out data"),
    )


def _named(made: Trained, name: str) -> Check:
    return next(check for check in made.checks if check.name == name)


def short(value: float) -> str:
    """Three digits, or a power of ten for what has run away."""
    if not np.isfinite(value):
        return "not a number"
    far = abs(value) >= 1e5
    text = f"{value:.1e}" if far else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−")
