"""What the tools of the chapter The bound ask before a move."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.answers import Direction
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.model.predictions import times
from vaeviz.chapters.prediction import Prediction
from vaeviz.theory.importance import effective


def gap(view: Any, context: Context) -> float:
    from vaeviz.chapters.bound.posterior import measured

    return measured(view, context).gap


POSTERIOR = (
    Prediction("vague", Direction("log p(x) − ELBO", "nats"), gap, times(sigma2=4.0)),
    Prediction("weight", Direction("log p(x) − ELBO", "nats"), gap, times(beta=5.0)),
)


def elbo_gap(view: Any, context: Context) -> float:
    from vaeviz.chapters.bound.weighted import drawn

    weights = drawn(view, context)
    return weights.evidence - weights.elbo


def worth(view: Any, context: Context) -> float:
    from vaeviz.chapters.bound.weighted import SHOWN, drawn

    return effective(drawn(view, context).log_w[0, :SHOWN])


WEIGHTS = (
    Prediction("vaguer", Direction("effective draws"), worth, times(sigma2=4.0)),
    Prediction("wider", Direction("log p(x) − ELBO", "nats"), elbo_gap, times(beta=4.0)),
)


def family_gap(view: Any, context: Context) -> float | None:
    """The gap of the best diagonal q; None while it is tuned."""
    from vaeviz.chapters.bound.families import kinds
    from vaeviz.chapters.bound.posterior import measured

    made = measured(view, context)
    best = kinds(view, context, made).get("diagonal")
    return None if best is None else made.evidence - best.elbo


GAPS = (
    Prediction("vaguer", Direction("gap of the best diagonal q", "nats"), family_gap,
               times(sigma2=4.0)),
    Prediction("stronger", Direction("log p(x) − ELBO of the encoder", "nats"), gap,
               times(beta=0.2)),
)  # fmt: skip


def sight_gap(view: Any, context: Context) -> float:
    from vaeviz.chapters.bound.sight import gap_at

    return gap_at(view, context)


SIGHT = (
    Prediction("less", Direction("log p(x) − ELBO", "nats"), sight_gap,
               lambda view: {"seen": view.seen // 2}),
    Prediction("straight", Direction("log p(x) − ELBO", "nats"), sight_gap,
               lambda view: {"angle": 0 if view.angle else 45}),
)  # fmt: skip
