"""What the tools of the chapter Gradients ask before a move."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.answers import Direction, Number
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.prediction import Prediction

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
