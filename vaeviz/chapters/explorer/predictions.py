"""What the tools of the Explorer ask before a move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vaeviz.chapters.answers import Direction, Which
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.model import predictions as model
from vaeviz.chapters.model.predictions import times
from vaeviz.chapters.prediction import Prediction

EXPLORE = (
    model.DYING,
    Prediction("sharper", model.ELBO, model.elbo, times(sigma2=0.1)),
    Prediction("held", Direction("R", "nats"), model.rate, times(beta=4.0, sigma2=0.25)),
    Prediction("larger", model.ACTIVE, model.active, model.doubled_d),
    model.PLACE,
    Prediction(
        "alike",
        Direction("Deviation between samples", stays=0.05),
        model.difference_of_samples,
        lambda view: {"beta": 100.0 if view.beta < 50 else 0.1},
    ),
)


def costs(view: Any, context: Context) -> Mapping[str, float]:
    """What the move adds to each of the two costs of the held-out examples."""
    return {
        "distortion D": model.distortion(view, context),
        "rate R": model.rate(view, context),
    }


STEPS = (
    Prediction("rate", model.RATE, model.rate, times(beta=10.0)),
    Prediction("larger-cost", Which("nats"), costs, times(sigma2=0.2)),
    Prediction("misses", Direction("Squared error"), model.squared_error, times(beta=0.1)),
)
