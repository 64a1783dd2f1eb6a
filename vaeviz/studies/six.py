"""The course's six checks on a current model and on broken ones: three Gaussians in the plane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vaeviz.data.three_gaussians import COUNT, draw
from vaeviz.models.parts import RIGHT, Parts
from vaeviz.studies.museum import kl_sign, no_gradient, no_kl, pixel_mean, raw_sigma

if TYPE_CHECKING:
    from vaeviz.studies.tiny import Trained

STEPS, LATENT, LEARNING_RATE = 500, 2, 6e-3
HELD_OUT = 1000  # points of another seed
COURSE = ("gradient", "kl", "shapes", "samples", "falls", "point")


@dataclass(frozen=True)
class Case:
    """A model by its functions; `red` names the check that it fails, "" for none."""

    title: str
    red: str
    parts: Parts = RIGHT
    learning_rate: float = LEARNING_RATE


CASES = {
    "sound": Case("a sound VAE", ""),
    "no-gradient": Case("1 drawn without a gradient", "gradient", Parts(sample=no_gradient.sample)),
    "kl-sign": Case("2 the KL's sign", "kl", Parts(kl=kl_sign.kl)),
    "one-output": Case("3 one output too few", "shapes", replace(RIGHT, outputs=1)),
    "no-kl": Case("4 no KL in the loss", "samples", Parts(loss=no_kl.loss)),
    "slow": Case("5 a learning rate of 6e-7", "falls", learning_rate=LEARNING_RATE / 1e4),
    "raw-sigma": Case("6 σ taken for log σ²", "point", Parts(sample=raw_sigma.sample)),
    "pixel-mean": Case("a mean over elements", "weight", Parts(error=pixel_mean.error)),
}


def checked(case: Case, seed: int, watch: Callable[[Any], None] = lambda look: None) -> Trained:
    """Trains the case on points of this seed and puts it to all checks; takes about a second."""
    from vaeviz.studies.tiny import trained
    from vaeviz.training.tiny import Plan

    plan = Plan(LATENT, STEPS, learning_rate=case.learning_rate, seed=seed)
    return trained(case.parts, draw(COUNT, seed)[0], draw(HELD_OUT, seed + 1)[0], plan, watch)
