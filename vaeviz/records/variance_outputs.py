"""Trainings of one small VAE whose encoder gives the variance in three ways."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

LOG, DEVIATION, CLAMPED = WAYS = ("log-variance", "deviation", "clamped")
RATES = (0.001, 0.003, 0.01, 0.03, 0.1)  # learning rates
SEEDS = (0, 1, 2)
LAST = 10  # records whose mean is the final loss


@dataclass(frozen=True)
class VarianceRun:
    """One training; a record is a mean over `every` steps of the study.

    `loss` is −ELBO of the batch, nats per example; `dead` the share of the encoder's variance
    outputs at the clamp, or at most 0 where σ is one; `gradient` the norm of the loss's gradient on
    these outputs. `broken` is the step whose loss was no number, 0 for none, and `bad` the share of
    σ that were at most 0 there.
    """

    way: str
    learning_rate: float
    seed: int
    loss: tuple[float, ...]
    dead: tuple[float, ...]
    gradient: tuple[float, ...]
    broken: int
    bad: float

    @property
    def final(self) -> float:
        """The mean loss of the last records."""
        return statistics.fmean(self.loss[-LAST:])


@dataclass(frozen=True)
class VarianceStudy:
    """Runs of each way, learning rate and seed, with the same first weights, batches and noise for
    one seed.

    `sigma2` is the decoder's variance, `clamp` the least σ² of the way that has one; `hidden` units
    per network, `batch` examples per step, `steps` of Adam, a record per `every`.
    """

    date: str
    sigma2: float
    clamp: float
    hidden: int
    batch: int
    steps: int
    every: int
    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    runs: tuple[VarianceRun, ...]

    @property
    def source(self) -> str:
        return (
            f"stored: three Gaussians in the plane, 2-{self.hidden}-2 networks, Adam, batches of"
            f" {self.batch}, s² = {self.sigma2:g}, {self.date}"
        )

    def of(self, learning_rate: float, seed: int) -> tuple[VarianceRun, ...]:
        """The runs of one learning rate and seed, in the order of WAYS."""
        found = {
            run.way: run
            for run in self.runs
            if run.learning_rate == learning_rate and run.seed == seed
        }
        return tuple(found[way] for way in WAYS)


@dataclass(frozen=True)
class Courses:
    """A quantity of the three ways over the steps: `values` per record of `every` steps, and the
    step at which each `broke`, or 0.

    `low` and `high` are the axis's ends, powers of ten where it has `ticks`; what is lower is drawn
    at `low`. Ends are `named` where there is room.
    """

    values: tuple[tuple[float, ...], ...]
    broke: tuple[int, ...]
    every: int
    steps: int
    quantity: str
    low: float
    high: float
    ticks: tuple[float, ...]
    title: str
    finding: str
    source: str
    named: bool = False


@dataclass(frozen=True)
class Pulls:
    """The KL's gradient on an output along `line` (None: a gap), for the three ways, and at `at`
    (None: no number).
    """

    line: tuple[float | None, ...]
    values: tuple[tuple[float | None, ...], ...]
    at: float
    present: tuple[float | None, ...]
    source: str
