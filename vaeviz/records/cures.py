"""A study of cures for posterior collapse: a model with and without each, over seeds. In nats."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

COLLAPSED = 0.1  # nats: a model with a smaller rate has collapsed
REVIVED = 2  # active units that a cure must restore
WORTH = 1.0  # nats of ELBO that it may cost
NONE = "none"  # the baseline's name


@dataclass(frozen=True)
class Cure:
    """A name, a short title, and the settings that differ from the baseline's."""

    name: str
    title: str
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CureRun:
    """One trained model on held-out examples, nats per example.

    `error` is the distortion's standard error from sampling z; `information` I(x;z) with its own,
    capped at log N; `active` counts Var_x(μ_j) > 0.01 (Burda et al. 2016); `sigma2` is the Gaussian
    decoder's variance, and `squared_error` E‖x - x̂‖², by the same draws of z as the distortion.
    """

    cure: str
    seed: int
    rate: float
    distortion: float
    error: float
    active: int
    information: float
    information_error: float
    sigma2: float
    squared_error: float

    @property
    def elbo(self) -> float:
        return -(self.distortion + self.rate)

    def elbo_at(self, sigma2: float, elements: int) -> float:
        """The ELBO of the same network on examples of `elements` values, at another variance."""
        constant = 0.5 * elements * math.log(2 * math.pi * sigma2)
        return -(self.squared_error / (2 * sigma2) + constant + self.rate)


@dataclass(frozen=True)
class CureStudy:
    """The runs of every cure over the same seeds; `settings` are the baseline's, without its seed.

    A run's distortion is estimated on `examples` held-out examples of `elements` values, with
    `samples` draws of z each; its information by `draws`, capped at `cap` = log `examples`. `tried`
    says how the settings were chosen.
    """

    data: str
    digest: str
    date: str
    settings: dict[str, Any]
    cures: tuple[Cure, ...]
    runs: tuple[CureRun, ...]
    examples: int
    elements: int
    samples: int
    draws: int
    cap: float
    tried: str

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(run.seed for run in self.of(NONE))

    @property
    def source(self) -> str:
        seeds = ", ".join(map(str, self.seeds))
        return (
            f"measured, {len(self.seeds)} seeds ({seeds}), {self.examples} held-out examples,"
            f" {self.date}"
        )

    def of(self, cure: str) -> tuple[CureRun, ...]:
        """The runs of one cure, by seed."""
        return tuple(
            sorted((run for run in self.runs if run.cure == cure), key=lambda run: run.seed)
        )

    def collapsed(self, cure: str = NONE) -> int:
        """The number of seeds whose rate is below COLLAPSED nats."""
        return sum(run.rate < COLLAPSED for run in self.of(cure))

    def revived(self, cure: str) -> int:
        """The number of seeds with at least REVIVED active units."""
        return sum(run.active >= REVIVED for run in self.of(cure))

    def gains(self, cure: str) -> tuple[float, ...]:
        """The ELBO with the cure minus that without, per seed: positive is better.

        Both use the cured model's σ²: what another σ² gains for a collapsed model is not the cure's
        gain.
        """
        pairs = zip(self.of(cure), self.of(NONE), strict=True)
        return tuple(
            cured.elbo - plain.elbo_at(cured.sigma2, self.elements) for cured, plain in pairs
        )

    def verdict(self, cure: str) -> str:
        seeds, revived, worst = len(self.seeds), self.revived(cure), min(self.gains(cure))
        if cure == NONE:
            return f"collapsed in {self.collapsed()} of {seeds}"
        if self.collapsed() < seeds:
            return "no collapse to cure in every seed"
        if revived < seeds:
            return f"revives {revived} of {seeds}"
        return "cures" if worst >= -WORTH else f"revives, costs up to {-worst:.1f} nats"
