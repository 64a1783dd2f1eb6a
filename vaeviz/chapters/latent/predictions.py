"""What the page Latent space asks before a move; of a multi-rate model, which can move."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.chapters.answers import Direction, Kind
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.latent.view import LatentView
from vaeviz.chapters.model import predictions as model
from vaeviz.chapters.model.predictions import Move, times
from vaeviz.chapters.prediction import Prediction


def posterior_variance(view: LatentView, context: Context) -> float:
    """E σ², a mean over examples and dimensions: 1 is the prior's."""
    return float(np.exp(model.observed(view, context).logvar.astype(np.float64)).mean())


def _question(name: str, kind: Kind, measure: Any, move: Move) -> Prediction:
    every = lambda view, context: context.model.kept is None  # noqa: E731
    return Prediction(name, kind, measure, move, every)


SPACE = (
    _question("spread", Direction("Var(μ)"), model.spread_of_means, times(beta=10.0)),
    _question("variance", Direction("Mean σ²"), posterior_variance, times(beta=0.1)),
    _question("misses", Direction("Squared error"), model.squared_error, model.doubled_d),
)
