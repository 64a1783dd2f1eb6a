"""From a trained model to its held-out numbers and the manifest of its checkpoint."""

from __future__ import annotations

from vaeviz.checkpoints import Manifest
from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.records import Evaluation
from vaeviz.training.evaluate import Coder, evaluate


def judged(
    model: Coder, settings: RunSettings, dataset: Dataset, name: str, kind: str = "vae"
) -> tuple[Evaluation, Manifest]:
    """Held-out numbers, and a manifest that states them, ready for `checkpoints.save`."""
    found = evaluate(model, dataset.held_out, settings)
    manifest = Manifest(
        name=name,
        kind=kind,
        settings=settings.to_json(),
        data=dataset.name,
        digest=dataset.digest,
        seed=settings.seed,
        steps=settings.steps,
        held_out=numbers(found),
    )
    return found, manifest


def numbers(found: Evaluation) -> dict[str, float]:
    """The scalar results by name: nats per example, but for `squared_error` and `sigma2` in data units."""
    return {
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
