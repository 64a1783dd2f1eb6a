"""A dedicated model at one (tau, d), trained until its held-out objective stops falling.

The objective is L = 1/2 ||x - x̂||² + tau R per example: sigma2 J without its constant, for tau =
beta sigma2. The recipe: evaluate the held-out L every 100 steps; after 10 evaluations without a new
low restore the best weights with a tenth of the learning rate; after 10 more, stop and keep the
best weights. The held-out set thus picks the stopping point, which favours the dedicated model: its
L is the bar for a multi-rate model.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.models.vae import VAE
from vaeviz.records import StepRecord
from vaeviz.training.evaluate import evaluate
from vaeviz.training.loop import Trainer

EVERY = 100  # steps between evaluations
PATIENCE = 10  # evaluations without a new low
STAGES = 2  # learning rates: that of the settings, then a tenth of it
BETTER = 1e-4  # a new low is lower by this fraction
LOOK_SAMPLES, LOOK_SEED = 4, 123  # the same noise at every evaluation
FINAL_SAMPLES, FINAL_SEED = 16, 999


@dataclass(frozen=True)
class Look:
    """One evaluation: L, and the lowest so far with its step; all in data units."""

    step: int
    objective: float
    best: float
    best_step: int
    stage: int


@dataclass
class _Best:
    objective: float = math.inf
    step: int = 0
    weights: dict[str, Any] = field(default_factory=dict)


def until_flat(
    model: VAE, train: NDArray[np.float32], held_out: NDArray[np.float32], settings: RunSettings
) -> Iterator[Look]:
    """Train `model` in place on (N, D); yields every evaluation. At the end it holds the best
    weights.

    Stops after `settings.steps` updates at the latest. Raises Diverged as `train` does.
    """
    yield from _until_flat(Trainer(model, train, settings), held_out)


def records_until_flat(model: VAE, dataset: Dataset, settings: RunSettings) -> Iterator[StepRecord]:
    """`until_flat` as records: after every evaluation, that of the newest step."""
    trainer = Trainer(model, dataset.train, settings)
    for _ in _until_flat(trainer, dataset.held_out):
        yield trainer.record()


def _until_flat(trainer: Trainer, held_out: NDArray[np.float32]) -> Iterator[Look]:
    model, settings, best = trainer.model, trainer.settings, _Best()
    for stage in range(STAGES):
        if stage > 0:
            _step_down(trainer, best)
        misses = 0
        while misses < PATIENCE and trainer.step < settings.steps:
            look = _look(trainer, held_out, settings)
            misses = 0 if _lower(look, best.objective) else misses + 1
            if misses == 0:
                best = _Best(look, trainer.step, copy.deepcopy(model.state_dict()))
            yield Look(trainer.step, look, best.objective, best.step, stage)
    model.load_state_dict(best.weights)


def tau_objective(
    model: Any,
    x: NDArray[np.float32],
    tau: float,
    samples: int = FINAL_SAMPLES,
    seed: int = FINAL_SEED,
) -> tuple[float, float, float]:
    """L = 1/2 ||x - x̂||² + tau R over examples (N, D); R in nats; L's error from sampling z."""
    evaluation = evaluate(model, x, RunSettings(sigma2=tau), samples, seed)
    return (
        0.5 * evaluation.squared_error + tau * evaluation.rate,
        evaluation.rate,
        evaluation.sigma2 * evaluation.error,
    )


def _look(trainer: Trainer, held_out: NDArray[np.float32], settings: RunSettings) -> float:
    """Up to EVERY more steps, then the held-out L; J in nats unless σ² is fixed."""
    for _ in range(min(EVERY, settings.steps - trainer.step)):
        trainer.advance()
    trainer.record()  # raises Diverged
    if LIKELIHOODS[settings.likelihood].variance is Variance.FIXED:
        tau = settings.beta * settings.sigma2
        return tau_objective(trainer.model, held_out, tau, LOOK_SAMPLES, LOOK_SEED)[0]
    return evaluate(trainer.model, held_out, settings, LOOK_SAMPLES, LOOK_SEED).objective


def _lower(value: float, best: float) -> bool:
    return math.isinf(best) or value < best - BETTER * abs(best)


def _step_down(trainer: Trainer, best: _Best) -> None:
    """Restores the best weights, with a tenth of the learning rate; Adam keeps its averages."""
    trainer.model.load_state_dict(best.weights)
    for group in trainer.optimizer.param_groups:
        group["lr"] = trainer.settings.learning_rate / 10
