"""The KL weight as a function of the step, counted from 1.

Linear warm-up: Bowman et al. 2016 (arXiv:1511.06349). Cyclical: Fu et al. 2019 (arXiv:1903.10145),
equations 6-7 with R = 0.5: in each cycle of `length` steps beta rises for the first half and is
constant for the second.
"""

from __future__ import annotations

from collections.abc import Callable

from vaeviz.config import RunSettings, Schedule

RISING = 0.5  # the share of a cycle in which beta rises: R in Fu et al.


def constant(step: int, beta: float, length: int) -> float:
    """`beta` at every step."""
    return beta


def linear(step: int, beta: float, length: int) -> float:
    """Rises from beta / length at step 1 to `beta` at step `length`, and stays."""
    return beta * min(1.0, step / length)


def cyclical(step: int, beta: float, length: int) -> float:
    """Starts every cycle of `length` steps at 0, reaches `beta` half-way and stays."""
    position = (step - 1) % length / length
    return beta * min(1.0, position / RISING)


SCHEDULES: dict[Schedule, Callable[[int, float, int], float]] = {
    "constant": constant,
    "linear": linear,
    "cyclical": cyclical,
}


def beta_at(settings: RunSettings, step: int) -> float:
    """The KL weight of step `step` (from 1) of a run."""
    return SCHEDULES[settings.schedule](step, settings.beta, settings.warmup)
