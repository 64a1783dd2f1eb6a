"""What the tools of the chapter Gradients ask before a move."""

from __future__ import annotations

import math
from typing import Any

from vaeviz.chapters.answers import Direction, Number, Which
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.prediction import Prediction
from vaeviz.figures.ways_over_steps import NAMES as READINGS
from vaeviz.records.estimators import RELAXED

ALONE = {"way": "reparameterized", "counted": "nll"}


def at_mu(view: Any, context: Context) -> float:
    """The size of what arrives at μ; None is nothing."""
    return abs(view.gradient.mu or 0.0)


def at_logvar(view: Any, context: Context) -> float:
    return view.gradient.logvar or 0.0


def left_at_mu(view: Any, context: Context) -> float:
    return view.gradient.mu or 0.0


NODE = (
    Prediction("open", Direction("the size of what arrives at μ"), at_mu,
               lambda view: {**ALONE, "x": 3.0}),
    Prediction("flip", Number("what arrives at log σ²", within=0.05, least=0.02), at_logvar,
               lambda view: {**ALONE, "x": view.mu, "epsilon": 2.0, "logvar": 0.0, "noise": 1.0}),
    Prediction("forgotten", Number("what arrives at μ", within=0.02, least=0.02), left_at_mu,
               lambda view: {"way": "sampled", "counted": "both"}),
)  # fmt: skip


def factor(view: Any, context: Context) -> float:
    return view.factor


def pathwise(view: Any, context: Context) -> float:
    return view.variances[0]


def of_the_mean(view: Any, context: Context) -> float:
    """The variance of the score function's mean over the view's draws."""
    return view.variances[1] / view.count


ESTIMATORS = (
    Prediction("narrow", Direction("the factor"), factor,
               lambda view: {"f": "square", "spread": max(0.05, view.spread / 4)}),
    Prediction("raise", Direction("the pathwise variance"), pathwise,
               lambda view: {"f": "raised" if view.f == "square" else view.f, "count": 1}),
    Prediction("draws", Number("the variance of the score function's estimate", within=0.1),
               of_the_mean, lambda view: {"count": min(64, 4 * view.count)}),
)  # fmt: skip


CLASSES = {"law": "classes"}


def soft_variance(view: Any, context: Context) -> float:
    return view.estimates[0].variance


def scattered(view: Any, context: Context) -> dict[str, float]:
    """The variance of each estimator at the temperature."""
    return {name: one.variance for name, one in zip(RELAXED, view.estimates, strict=True)}


DISTRIBUTIONS = (
    Prediction("step", Number("dz/dθ", least=0.02), lambda view, context: view.slope,
               lambda view: {**CLASSES, "theta": 3.0}),
    Prediction("cold", Direction("the variance of Gumbel-softmax"), soft_variance,
               lambda view: {**CLASSES, "temperature": max(0.05, view.temperature / 4)}),
    Prediction("which", Which(options=RELAXED), scattered,
               lambda view: {**CLASSES, "temperature": 0.1}),
)  # fmt: skip


def at_the_clamp(view: Any, context: Context) -> float:
    """In percent, at the end of the run."""
    return 100 * view.runs[2].dead[-1]


def losses(view: Any, context: Context) -> dict[str, float]:
    """The final loss of each way; ∞ for one that broke."""
    return {name: math.inf if run.broken else run.final
            for name, run in zip(READINGS, view.runs, strict=True)}  # fmt: skip


def below(view: Any, context: Context) -> float:
    return view.present[2] or 0.0


OUTPUTS = (
    Prediction("faster", Number("outputs at the clamp", "%", within=0.1, least=5.0), at_the_clamp,
               lambda view: {"learning": "0.1"}),
    Prediction("best", Which("nats", least=True, options=READINGS), losses,
               lambda view: {"learning": "0.03"}),
    Prediction("below", Number("the pull on a clamped output", least=0.02), below,
               lambda view: {"output": -2.0}),
)  # fmt: skip
