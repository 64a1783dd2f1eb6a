"""A checkpoint's manifest from held-out numbers."""

from __future__ import annotations

import math
from typing import Any

from vaeviz.checkpoints import Manifest
from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.records import Evaluation


def manifest(
    name: str, kind: str, settings: Any, dataset: Dataset, evaluation: Evaluation
) -> Manifest:
    """The manifest of a model trained by these settings, with its held-out numbers."""
    return Manifest(
        name=name,
        kind=kind,
        settings=settings.to_json(),
        data=dataset.name,
        digest=dataset.digest,
        seed=settings.seed,
        steps=settings.steps,
        held_out=numbers(evaluation),
    )


def multi_rate_probe(
    settings: MultiRateSettings, beta: float, sigma2: float, d: int
) -> RunSettings:
    """The run settings at which a multi-rate model is evaluated."""
    return RunSettings.from_json(
        {
            "data": settings.data,
            "likelihood": settings.likelihood,
            "widths": settings.widths,
            "levels": settings.levels,
            "latent": d,
            "beta": beta,
            "sigma2": sigma2,
        }
    )


def numbers(evaluation: Evaluation) -> dict[str, float]:
    """The scalar results by name: nats per example; `squared_error` and `sigma2` in data units.

    With a σ² per pixel there is no "sigma2".
    """
    values = {
        "rate": evaluation.rate,
        "distortion": evaluation.distortion,
        "error": evaluation.error,
        "elbo": evaluation.elbo,
        "objective": evaluation.objective,
        "squared_error": evaluation.squared_error,
        "sigma2": evaluation.sigma2,
        "active": evaluation.active,
        "examples": evaluation.examples,
        "samples": evaluation.samples,
    }
    return {name: value for name, value in values.items() if not math.isnan(value)}
