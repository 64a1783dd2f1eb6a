"""Frozen settings of a training run, with a JSON round trip that refuses what it does not know."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from vaeviz.checked import UserError as UserError
from vaeviz.checked import checked
from vaeviz.densities import LIKELIHOODS

Architecture = Literal["mlp", "conv"]
Decoder = Literal["mirror", "linear", "masked"]
Schedule = Literal["constant", "linear", "cyclical"]
ARCHITECTURES: tuple[Architecture, ...] = get_args(Architecture)
DECODERS: tuple[Decoder, ...] = get_args(Decoder)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
SEES_PIXELS: tuple[Decoder, ...] = ("masked",)  # p(x|z) reads the pixels before the one it predicts
LATER = (
    "skip",
    "reach",
    "unseen",
)  # left out of the JSON at their defaults, so that older files stay equal


@dataclass(frozen=True)
class RunSettings:
    """Everything that, with the data, determines a training run to the last bit.

    `likelihood` is a name in LIKELIHOODS. `decoder` is the encoder's mirror image, or one linear
    layer from z, which is weak, or "masked": a mirror image that also sees the pixels before the
    one it predicts, which is strong; `beta` is the final KL weight; `sigma2` the variance of a
    Gaussian likelihood, in squared data units, from which training starts where it is learned or
    an output; `free_bits` a floor in nats per latent dimension; `warmup` the steps a
    schedule takes to reach `beta` (the length of a cycle for "cyclical"). `variational=False`
    trains the plain autoencoder: z = mu, no rate. Of a masked decoder: `skip` adds z in every
    layer, `reach` is how many rows and columns away it sees (0: all), `unseen` the share of pixels
    hidden from it in training.
    """

    data: str = "digits"
    likelihood: str = "gaussian"
    architecture: Architecture = "mlp"
    widths: tuple[int, ...] = (256, 256)
    decoder: Decoder = "mirror"
    latent: int = 8
    levels: int = 17
    variational: bool = True
    beta: float = 1.0
    sigma2: float = 0.1
    schedule: Schedule = "constant"
    warmup: int = 0
    free_bits: float = 0.0
    learning_rate: float = 1e-3
    batch: int = 128
    steps: int = 2000
    seed: int = 0
    skip: bool = False
    reach: int = 0
    unseen: float = 0.0

    def __post_init__(self) -> None:
        for problem, cure in _problems(self):
            raise UserError(f"{problem}: {cure}")

    @property
    def sees_pixels(self) -> bool:
        """Whether the decoder reads pixels beside the code: no picture follows from z alone."""
        return self.decoder in SEES_PIXELS

    def to_json(self) -> dict[str, Any]:
        """A dictionary of plain JSON values; what came later is in it only where it is used."""
        values = {**dataclasses.asdict(self), "widths": list(self.widths)}
        usual = {field.name: field.default for field in dataclasses.fields(self)}
        return {key: v for key, v in values.items() if key not in LATER or v != usual[key]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> RunSettings:
        """The inverse of `to_json`; an unknown key or a value of the wrong type is a UserError."""
        return checked(cls, values, "setting")


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0


def _problems(s: RunSettings) -> list[tuple[str, str]]:
    """(cause, cure) of every setting that cannot be trained."""
    checks = [
        (
            s.likelihood in LIKELIHOODS,
            f"likelihood {s.likelihood!r}",
            f"use one of {', '.join(LIKELIHOODS)}",
        ),
        (s.architecture in ARCHITECTURES, f"architecture {s.architecture!r}", "use mlp or conv"),
        (s.decoder in DECODERS, f"decoder {s.decoder!r}", "use mirror, linear or masked"),
        (s.schedule in SCHEDULES, f"schedule {s.schedule!r}", f"use one of {', '.join(SCHEDULES)}"),
        (all(1 <= w <= 4096 for w in s.widths), f"widths {s.widths}", "give widths from 1 to 4096"),
        (len(s.widths) <= 8, f"{len(s.widths)} hidden layers", "use at most 8"),
        (1 <= s.latent <= 512, f"latent size {s.latent}", "use 1 to 512"),
        (2 <= s.levels <= 256, f"{s.levels} grey levels", "use 2 to 256"),
        (_positive(s.sigma2), f"σ² = {s.sigma2}", "give a positive, finite variance"),
        (math.isfinite(s.beta) and s.beta >= 0, f"β = {s.beta}", "give a finite weight, 0 or more"),
        (
            math.isfinite(s.free_bits) and s.free_bits >= 0,
            f"free bits {s.free_bits}",
            "give 0 or more nats",
        ),
        (
            _positive(s.learning_rate),
            f"learning rate {s.learning_rate}",
            "give a positive, finite rate",
        ),
        (1 <= s.batch <= 65536, f"batch {s.batch}", "use 1 to 65536 examples"),
        (1 <= s.steps <= 10_000_000, f"{s.steps} steps", "use 1 to 10,000,000"),
        (0 <= s.seed < 2**53, f"seed {s.seed}", "use a whole number from 0 to 2^53"),
        (
            0 <= s.warmup <= s.steps,
            f"warm-up of {s.warmup} steps in a run of {s.steps}",
            "β would never be reached; shorten the warm-up or lengthen the run",
        ),
        (
            s.schedule == "constant" or s.warmup > 0,
            f"schedule {s.schedule} without a length",
            "set warmup to the number of steps it takes",
        ),
        *_masked(s),
    ]
    return [(cause, cure) for fine, cause, cure in checks if not fine]


def _one_output(s: RunSettings) -> bool:
    return s.likelihood in LIKELIHOODS and LIKELIHOODS[s.likelihood].outputs(s.levels) == 1


def _masked(s: RunSettings) -> list[tuple[bool, str, str]]:
    """(fine, cause, cure) of what belongs to a masked decoder."""
    plain = not s.skip and s.reach == 0 and s.unseen == 0
    return [
        (
            s.sees_pixels or plain,
            f"skip, reach or unseen with a {s.decoder} decoder",
            "they belong to a masked one",
        ),
        (
            not s.sees_pixels or s.architecture == "mlp",
            "a masked decoder in a convolutional model",
            "use the mlp architecture",
        ),
        (
            not s.sees_pixels or _one_output(s),
            f"a masked decoder with the likelihood {s.likelihood}",
            "use one with one output per pixel: Bernoulli, or Gaussian with one σ²",
        ),
        (
            0 <= s.reach <= 64,
            f"reach {s.reach}",
            "use 1 to 64 rows and columns, or 0 for all pixels before",
        ),
        (0 <= s.unseen <= 1, f"unseen {s.unseen}", "give a share of the pixels, from 0 to 1"),
    ]
