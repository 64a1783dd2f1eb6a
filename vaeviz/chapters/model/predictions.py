"""What predictions measure of a model at a view, and how they move its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vaeviz.chapters.answers import Dimensions, Direction, Number, Place
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.model import views
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.model.views import COLLAPSED, observed
from vaeviz.chapters.prediction import Prediction
from vaeviz.chapters.settings import Log, Whole, declared
from vaeviz.measures.observe import read, units
from vaeviz.records import Array, Readings

Move = Callable[[Any], Mapping[str, Any]]
SAMPLES = 200  # draws from the prior


def readings(view: ModelView, context: Context) -> Readings:
    """The read-outs at a view."""
    observation, likelihood = observed(view, context), context.model.codec.likelihood
    elements = context.probe.elements
    return read(observation, elements, likelihood, view.beta, view.sigma2, COLLAPSED)


def rate(view: ModelView, context: Context) -> float:
    return observed(view, context).rate


def distortion(view: ModelView, context: Context) -> float:
    return readings(view, context).distortion


def elbo(view: ModelView, context: Context) -> float:
    return readings(view, context).elbo


def squared_error(view: ModelView, context: Context) -> float:
    """What the reconstructions miss, in the decoder's own loss."""
    return observed(view, context).loss


def kl(view: ModelView, context: Context) -> Array:
    """Nats of each dimension, (d,)."""
    return observed(view, context).kl


def active(view: ModelView, context: Context) -> float:
    return units(observed(view, context), COLLAPSED).active


def collapsed(view: ModelView, context: Context) -> float:
    return units(observed(view, context), COLLAPSED).collapsed


def spread_of_means(view: ModelView, context: Context) -> float:
    """Var(μ), a mean over the dimensions: 0 where all examples have one code."""
    return float(observed(view, context).mu.var(0).mean())


def difference_of_samples(view: ModelView, context: Context) -> float:
    """The standard deviation over decoded draws from the prior, a mean over the elements."""
    codec, tau = context.model.codec, observed(view, context).tau
    z = np.random.default_rng(0).standard_normal((SAMPLES, view.d)).astype(np.float32)
    return float(codec.decode(z, tau, view.d).std(0).mean())


def place(view: ModelView, context: Context) -> tuple[float, float, float, float]:
    """The point on the rate–distortion plane, and the ends of its axes."""
    record = views.rate_distortion(
        view, context.probe, context.model.codec, observed(view, context)
    )
    return record.rate, record.loss, record.right, record.top


def times(**factors: float) -> Move:
    """Each setting times its factor; all of them by the inverse where one would leave its range."""

    def move(view: Any) -> Mapping[str, Any]:
        there = {name: getattr(view, name) * factor for name, factor in factors.items()}
        if all(_within(view, name, value) for name, value in there.items()):
            return there
        return {name: getattr(view, name) / factor for name, factor in factors.items()}

    return move


def _within(view: Any, name: str, value: float) -> bool:
    kind = declared(type(view))[name].kind
    assert isinstance(kind, Log | Whole)
    return kind.low <= value <= kind.high


def doubled_d(view: ModelView) -> Mapping[str, Any]:
    """Twice the dimensions, or half of them from 9 on."""
    return {"d": 2 * view.d if view.d <= 8 else view.d // 2}


DYING = Prediction(
    "dying", Dimensions(COLLAPSED), kl, lambda view: {"beta": min(100.0, 30.0 * view.beta)}
)
PLACE = Prediction("place", Place("rate", "loss"), place, times(beta=5.0))
RATE = Number("R", "nats")
ACTIVE = Number("Active units", least=1.0, within=0.0)
ELBO = Direction("ELBO", "nats")
