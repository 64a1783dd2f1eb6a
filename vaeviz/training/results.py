"""From a trained model to its held-out numbers and the manifest of its checkpoint."""

from __future__ import annotations

import math

from vaeviz.checkpoints import Manifest
from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.models.multi_rate_at import at
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.records import Evaluation
from vaeviz.training.evaluate import Coder, evaluate

SIGMA2 = 0.1  # where a multi-rate model's numbers in its manifest are taken


def judged(
    model: Coder, settings: RunSettings, dataset: Dataset, name: str, kind: str = ""
) -> tuple[Evaluation, Manifest]:
    """Held-out numbers, and a manifest that states them, ready for `checkpoints.save`.

    A VAE with a masked decoder is a kind of its own: its decoder is no function of z alone.
    """
    found = evaluate(model, dataset.held_out, settings)
    kind = kind or ("masked" if settings.decoder == "masked" else "vae")
    return found, _manifest(name, kind, settings, dataset, found)


def judged_multi_rate(
    model: MultiRateVAE, settings: MultiRateSettings, dataset: Dataset, name: str
) -> Manifest:
    """The manifest of a multi-rate model, with its held-out numbers at beta 1, sigma2 0.1 and its
    full d.
    """
    probe = multi_rate_probe(settings, 1.0, SIGMA2, settings.max_latent)
    tau = SIGMA2 if settings.likelihood == "gaussian" else 1.0
    found = evaluate(at(model, tau, settings.max_latent, SIGMA2), dataset.held_out, probe)
    return _manifest(name, "multi-rate", settings, dataset, found)


def _manifest(
    name: str,
    kind: str,
    settings: RunSettings | MultiRateSettings,
    dataset: Dataset,
    found: Evaluation,
) -> Manifest:
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
