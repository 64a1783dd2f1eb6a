"""From held-out numbers to the manifest of a checkpoint."""

from __future__ import annotations

import math
from typing import Any

from vaeviz.checkpoints import Manifest
from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.records import Evaluation


def manifest(name: str, kind: str, settings: Any, dataset: Dataset, found: Evaluation) -> Manifest:
    """That of a model trained by these settings, with its held-out numbers."""
    return Manifest(
        name=name,
        kind=kind,
        settings=settings.to_json(),
        data=dataset.name,
        digest=dataset.digest,
        seed=settings.seed,
        steps=settings.steps,
        held_out=numbers(found),
    )


def multi_rate_probe(
    settings: MultiRateSettings, beta: float, sigma2: float, d: int
) -> RunSettings:
    """The run settings that a multi-rate model is judged by at one setting of its knobs."""
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


def numbers(found: Evaluation) -> dict[str, float]:
    """The scalar results by name: nats per example, but for `squared_error` and `sigma2` in data
    units.

    Where every pixel has a σ² of its own there is no "sigma2".
    """
    values = {
        "rate": found.rate,
        "distortion": found.distortion,
        "error": found.error,
        "elbo": found.elbo,
        "objective": found.objective,
        "squared_error": found.squared_error,
        "sigma2": found.sigma2,
        "active": found.active,
        "examples": found.examples,
        "samples": found.samples,
    }
    return {name: value for name, value in values.items() if not math.isnan(value)}
