"""What the tools of the chapter Objective ask before a move."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.answers import Direction, Number
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.prediction import Prediction
from vaeviz.theory.one_step import Step, step


def taken(view: Any) -> Step:
    """The step at a view's numbers."""
    return step(view.mu, view.logvar, view.x, view.epsilon, view.noise)


def kl(view: Any, context: Context) -> float:
    return taken(view).kl


def nll(view: Any, context: Context) -> float:
    return taken(view).nll


STEP = (
    Prediction("draw", Direction("KL", "nats"), kl, lambda view: {"epsilon": -view.epsilon or 1.0}),
    Prediction("double", Number("KL", "nats", within=0.05, least=0.02), kl,
               lambda view: {"mu": 2.0, "logvar": 0.0}),
    Prediction("wide", Direction("−log p(x|z)", "nats"), nll,
               lambda view: {"noise": min(5.0, 4 * view.noise)}),
)  # fmt: skip
