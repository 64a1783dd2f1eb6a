"""What a multi-rate model is made and trained with: the settings in a checkpoint's manifest."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vaeviz.checked import UserError, checked
from vaeviz.densities import LIKELIHOODS as ALL
from vaeviz.densities import Variance

if TYPE_CHECKING:
    from vaeviz.models.multi_rate import MultiRateVAE

# those whose loss asks for no σ² of the network's own
LIKELIHOODS = tuple(n for n, p in ALL.items() if p.variance in (Variance.NONE, Variance.FIXED))


@dataclass(frozen=True)
class MultiRateSettings:
    """Everything that, with the data, determines a multi-rate training to the last bit.

    `noise` is the largest deviation of the noise on the encoder's input in training, in data units;
    `warmup` the fraction of the steps in which the range of tau grows to its full width; `levels`
    counts a categorical pixel's grey levels; `full_share` is how much more often the full latent
    size is drawn than its neighbours. tau = beta sigma2 with a Gaussian likelihood, else beta.
    """

    data: str = "digits"
    likelihood: str = "gaussian"
    widths: tuple[int, ...] = (256, 256)
    max_latent: int = 16
    levels: int = 17
    steps: int = 12000
    batch: int = 128
    learning_rate: float = 2e-3
    noise: float = 0.1
    warmup: float = 0.3
    full_share: float = 12.0
    seed: int = 0

    def __post_init__(self) -> None:
        for fine, cause, cure in _checks(self):
            if not fine:
                raise UserError(f"{cause}: {cure}")

    def to_json(self) -> dict[str, Any]:
        """A dictionary of plain JSON values."""
        return {**dataclasses.asdict(self), "widths": list(self.widths)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> MultiRateSettings:
        """The inverse of `to_json`; an unknown key or a value of the wrong type is a UserError."""
        return checked(cls, values, "setting")


def build(settings: MultiRateSettings, shape: tuple[int, ...]) -> MultiRateVAE:
    """A freshly initialised model for data of `shape`; seeded by `settings.seed`, global state
    untouched.
    """
    import torch

    from vaeviz.models.multi_rate import MultiRateVAE

    levels = ALL[settings.likelihood].outputs(settings.levels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return MultiRateVAE(math.prod(shape), settings.widths, settings.max_latent, levels)


def _checks(s: MultiRateSettings) -> list[tuple[bool, str, str]]:
    """(holds, cause, cure) of everything a training needs of its settings."""
    return [
        (
            s.likelihood in LIKELIHOODS,
            f"likelihood {s.likelihood!r}",
            f"use {', '.join(LIKELIHOODS)}",
        ),
        (
            1 <= len(s.widths) <= 8 and all(1 <= w <= 4096 for w in s.widths),
            f"widths {s.widths}",
            "give 1 to 8 widths from 1 to 4096",
        ),
        (1 <= s.max_latent <= 512, f"latent size {s.max_latent}", "use 1 to 512"),
        (2 <= s.levels <= 256, f"{s.levels} grey levels", "use 2 to 256"),
        (1 <= s.steps <= 10_000_000, f"{s.steps} steps", "use 1 to 10,000,000"),
        (
            4 <= s.batch <= 65536 and s.batch % 4 == 0,
            f"batch {s.batch}",
            "use a multiple of 4 up to 65536",
        ),
        (
            0 < s.learning_rate < math.inf,
            f"learning rate {s.learning_rate}",
            "give a positive, finite rate",
        ),
        (
            0 <= s.noise < math.inf,
            f"input noise {s.noise}",
            "give 0 or a positive, finite deviation",
        ),
        (0 <= s.warmup <= 1, f"warm-up {s.warmup}", "give a fraction of the steps, 0 to 1"),
        (
            0 < s.full_share < math.inf,
            f"share {s.full_share} of the full size",
            "give a positive number",
        ),
        (s.seed >= 0, f"seed {s.seed}", "use 0 or a positive whole number"),
    ]


# The shipped models by name (with the likelihood behind it where not Gaussian), as found by trial.
# Input noise is for few grey images. More of the full size is for digits, whose last dimensions
# matter least and are lost first.
RECIPES = {
    "digits": MultiRateSettings("digits", full_share=20.0),
    "mnist-5k": MultiRateSettings("mnist-5k", steps=10000, full_share=8.0),
    "sprites": MultiRateSettings("sprites", steps=10000, noise=0.0, full_share=8.0),
    "digits-bernoulli": MultiRateSettings("digits", likelihood="bernoulli"),
    "digits-categorical": MultiRateSettings(  # wider or longer, it memorises the images
        "digits", likelihood="categorical", widths=(64, 64), noise=0.3, steps=1500
    ),
    "mnist-5k-bernoulli": MultiRateSettings(
        "mnist-5k", likelihood="bernoulli", steps=10000, full_share=8.0
    ),
    "three-gaussians": MultiRateSettings(
        "three-gaussians", max_latent=2, noise=0.0, steps=10000, full_share=4.0
    ),
}
