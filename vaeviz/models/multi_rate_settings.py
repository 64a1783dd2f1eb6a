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


Group = tuple[int, int]  # the smallest and the largest d that share weights


def groups_of(max_latent: int) -> tuple[Group, ...]:
    """1-2, 3-4, then every power of two alone and what lies between: 5-7, 8, 9-15, 16, ...; each d
    alone where there are at most four.
    """
    powers = [2**k for k in range(3, max_latent.bit_length() + 1)]
    tops = {2, 4, *powers, *(p - 1 for p in powers)} if max_latent > 4 else {1, 2, 3}
    tops = sorted({top for top in tops if top < max_latent} | {max_latent})
    return tuple(zip([low + 1 for low in (0, *tops)], tops, strict=False))


@dataclass(frozen=True)
class MultiRateSettings:
    """Everything that, with the data, determines a multi-rate training to the last bit.

    `knots` over log tau; `outer_tables` of the first and last layer, shared among the groups of
    latent sizes, 0 for one each. `rows` are the examples of a batch for each interval and group;
    the weights of the smallest tau learn at `first_rate` of the learning rate; `levels` counts a
    categorical pixel's grey levels. tau = beta sigma2 with a Gaussian likelihood,
    else beta.
    """

    data: str = "digits"
    likelihood: str = "gaussian"
    widths: tuple[int, ...] = (128, 128)
    max_latent: int = 16
    levels: int = 17
    knots: int = 8
    outer_tables: int = 0
    steps: int = 5000
    rows: int = 64
    learning_rate: float = 1e-2
    first_rate: float = 0.09
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
        """The inverse of `to_json`; an unknown key or a value of the wrong type is a UserError, and
        so are the settings of a model of before 2026-12.
        """
        if isinstance(values, dict) and "full_share" in values:
            raise UserError("this multi-rate model is older than December 2026: train it again")
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
        s = settings
        return MultiRateVAE(
            math.prod(shape), s.widths, s.max_latent, levels, s.knots, s.outer_tables
        )


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
        (2 <= s.knots <= 64, f"{s.knots} knots", "use 2 to 64"),
        (
            s.outer_tables == 0
            or (s.outer_tables > 0 and len(groups_of(s.max_latent)) % s.outer_tables == 0),
            f"{s.outer_tables} outer tables",
            f"use 0, or a divisor of {len(groups_of(s.max_latent))}",
        ),
        (1 <= s.rows <= 4096, f"{s.rows} rows", "use 1 to 4096"),
        (
            0 < s.learning_rate < math.inf,
            f"learning rate {s.learning_rate}",
            "give a positive, finite rate",
        ),
        (0 < s.first_rate <= 1, f"first rate {s.first_rate}", "give a share of 1"),
        (s.seed >= 0, f"seed {s.seed}", "use 0 or a positive whole number"),
    ]


# The shipped models by name (with the likelihood behind it where not Gaussian), as found by trial.
# Large data have fewer knots and share the outer layers, to stay under 5 MB.
_LARGE = MultiRateSettings(
    "mnist-5k", knots=5, outer_tables=3, steps=4000, rows=96, first_rate=0.16
)
_PLANE = MultiRateSettings("three-gaussians", max_latent=2, first_rate=0.5)
RECIPES = {
    "digits": MultiRateSettings("digits", knots=9, steps=6000, rows=80),
    "mnist-5k": _LARGE,
    "sprites": dataclasses.replace(_LARGE, data="sprites", outer_tables=2, first_rate=0.5),
    "digits-bernoulli": MultiRateSettings("digits", likelihood="bernoulli", steps=4000),
    "digits-categorical": MultiRateSettings(
        "digits", likelihood="categorical", widths=(64, 64), outer_tables=3, steps=2000
    ),
    "mnist-5k-bernoulli": dataclasses.replace(_LARGE, likelihood="bernoulli", steps=3000),
    **{n: dataclasses.replace(_PLANE, data=n) for n in ("three-gaussians", "moons", "rings")},
}
