"""Divergence: J is no longer a finite number, or stays far above that of coding nothing.

Coding nothing is a decoder that says the data's mean whatever z, at the model's σ²: it pays D₀ and
no rate (with free bits, β λ per dimension, which every model pays). A healthy training ends below
it, and exceeds it by more than FAR times its size only in its first steps, or after a jump of β or
σ². Adam moves a weight by about the learning rate per step; so a training that is still that far
above after its weights could have moved by TRAVEL has lost its way. By trial (all likelihoods,
digits and points of the plane, σ² from 10⁻⁶ to 1,000, every schedule, jumps of β to 1,000), healthy
trainings with rates up to 0.03 get below within 0.5 of a weight's travel; with rates from 0.3 to
10 most stay above for 10 and more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

from vaeviz.config import RunSettings, UserError
from vaeviz.densities import LIKELIHOODS
from vaeviz.training.gradients import Outputs

FAR = 3.0  # times the size of J₀, which counts as at least a nat per element
TRAVEL = 2.0  # the sum of the learning rates of the steps above
LOOKS = 8  # looks, at the least, until a weight can have moved by TRAVEL


class Diverged(UserError):
    """The objective is not finite, or stays far above that of coding nothing."""

    def __init__(self, step: int, settings: RunSettings, found: str = "") -> None:
        self.step = step
        super().__init__(
            f"training diverged by step {step}{found}: use a learning rate below"
            f" {settings.learning_rate:g}, or a larger σ² or smaller β"
        )


def coding_nothing(outputs: Outputs, mean: Tensor, settings: RunSettings, beta: float) -> Tensor:
    """J₀ of a step's examples, nats, from the mean (D,) of all."""
    likelihood = LIKELIHOODS[settings.likelihood]
    flat = likelihood.without_code(outputs.parameters, mean)  # (B, D[, K])
    distortion = -likelihood.log_prob(outputs.x, flat, outputs.log_sigma2).mean()
    return distortion + beta * settings.free_bits * outputs.mu.shape[1]


def steps_between_looks(learning_rate: float, most: int) -> int:
    """So many steps that a weight moves by a LOOKS-th of TRAVEL; from 1 to `most`."""
    return max(1, min(most, math.floor(TRAVEL / LOOKS / learning_rate)))


@dataclass
class Watch:
    """Looks at J now and then; `astray` from the first look at which it is far above J₀."""

    mean: Tensor  # (D,) of the data
    since: int | None = None  # the step of that look

    @property
    def astray(self) -> bool:
        return self.since is not None

    def look(self, step: int, objective: float, nothing: float, settings: RunSettings) -> None:
        """Raises Diverged."""
        if not math.isfinite(objective):
            raise Diverged(step, settings)
        size = max(abs(nothing), len(self.mean))
        if objective <= nothing + FAR * size:
            self.since = None
            return
        self.since = step if self.since is None else self.since
        if (step - self.since) * settings.learning_rate > TRAVEL:
            raise Diverged(
                step, settings, f" (J is {objective:.3g} nats, {nothing:.3g} without any code)"
            )
