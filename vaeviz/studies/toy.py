"""The classic toy: a small VAE on three Gaussians in the plane, whose numbers are known.

2-64-64-(2+2) and 2-64-64-2, ReLU, Adam 1e-3, batch 256, 800 epochs over 2,000 points, minimising
||x - x̂||² + KL: that is J with beta = 1 and sigma2 = 1/2, less the Gaussian's constant log π (D =
2).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from vaeviz.config import RunSettings
from vaeviz.data.three_gaussians import COUNT, draw
from vaeviz.data.three_gaussians import REFERENCE as REFERENCE
from vaeviz.data.three_gaussians import distances as to_centre
from vaeviz.models import vae
from vaeviz.records import StepRecord
from vaeviz.training.loop import train

EPOCHS = 800
BATCHES = math.ceil(COUNT / 256)  # a pass over the points
SETTINGS = RunSettings(
    data="three-gaussians", widths=(64, 64), latent=2, sigma2=0.5, batch=256, steps=EPOCHS * BATCHES
)
CONSTANT = math.log(2 * math.pi * SETTINGS.sigma2)  # of -log N(x; x̂, sigma2 I) with D = 2


@dataclass(frozen=True)
class Toy:
    """Mean losses of the first and the last epoch, and the distances of 2,000 decoded prior
    samples.

    `distance` is their mean distance to the nearest centre, `near` the share within 1.0.
    """

    first_loss: float
    last_loss: float
    distance: float
    near: float


def toy(seed: int = 0, watch: Callable[[StepRecord], None] = lambda record: None) -> Toy:
    """Train and sample the toy; `watch` gets every step's record."""
    settings = RunSettings.from_json({**SETTINGS.to_json(), "seed": seed})
    model = vae.build(settings, (2,))
    losses = []
    for record in train(model, draw(COUNT, seed)[0], settings):
        losses.append(record.objective - CONSTANT)
        watch(record)
    distance = distances(model, seed)
    first, last = float(np.mean(losses[:BATCHES])), float(np.mean(losses[-BATCHES:]))
    return Toy(first, last, float(distance.mean()), float((distance < 1).mean()))


@torch.inference_mode()
def distances(model: vae.VAE, seed: int) -> np.ndarray:
    """The distance of each of 2,000 decoded prior samples to the nearest centre, (2000,)."""
    z = torch.randn((COUNT, 2), generator=torch.Generator().manual_seed(seed))
    return to_centre(model.decode(z).numpy())  # (N, 2) -> (N,)
