"""Does a VAE's latent space have fewer holes than a plain autoencoder's? mnist-5k, d = 2, three
seeds.

Both are trained alike, by the recipe of the shipped pair, which is seed 0. Samples come from N(0,
I), the VAE's prior, and for the autoencoder also from a Gaussian fitted to its codes. Near: within
the distance of 95 % of held-out examples to the nearest training example
(`vaeviz.measures.latent.holes`), and within that of half of them. The control is the mean
training image, which is no digit and must not be near.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from vaeviz import checkpoints, data
from vaeviz.checkpoints.shipped_recipes import RECIPES
from vaeviz.data import Dataset
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.measures.latent import holes
from vaeviz.measures.latent.neighbours import nearest
from vaeviz.models import vae
from vaeviz.training.loop import train

SEEDS, SAMPLES = (0, 1, 2), 2000
NAMES = ("mnist-5k-ae-2d", "mnist-5k-vae-2d")


def codec(name: str, seed: int, dataset: Dataset) -> DedicatedCodec:
    """The shipped model of this name, or one trained like it from another seed."""
    settings = replace(RECIPES[name], seed=seed)
    if seed == RECIPES[name].seed:
        model = checkpoints.load(name, (checkpoints.SHIPPED,)).model
    else:
        model = vae.build(settings, dataset.shape)
        for _ in train(model, dataset.train, settings, every=500):
            pass
    assert isinstance(model, vae.VAE)
    return DedicatedCodec(model, settings.likelihood, 1.0, name)


def shares(
    model: DedicatedCodec, z: np.ndarray, dataset: Dataset, thresholds: list[float]
) -> list[holes.NearShare]:
    return [
        holes.near_share(lambda c: model.decode(c, 1.0, 2), z, dataset.train, t) for t in thresholds
    ]


def main() -> None:
    torch.set_num_threads(1)
    dataset = data.load("mnist-5k")
    kept = nearest(dataset.held_out, dataset.train)[0]
    thresholds = [holes.near_distance(dataset.held_out, dataset.train), float(np.median(kept))]
    control = nearest(dataset.train.mean(0)[None], dataset.train)[0][0]
    print(
        f"near: {thresholds[0]:.2f} (95 %), {thresholds[1]:.2f} (half); the mean image:"
        f" {control:.2f}"
    )
    z = holes.prior_samples(SAMPLES, 2, 0)
    for seed in SEEDS:
        plain, variational = (codec(name, seed, dataset) for name in NAMES)
        fitted = holes.fitted_samples(plain.encode(dataset.train.copy(), 1.0, 2)[0], SAMPLES, 0)
        result = [
            shares(m, c, dataset, thresholds)
            for m, c in ((plain, z), (plain, fitted), (variational, z))
        ]
        for k, what in enumerate(("95 %", "half")):
            ae, fit, own = (f[k] for f in result)
            margins = [
                f"{own.share - o.share:+.3f} ± {math.hypot(own.error, o.error):.3f}"
                for o in (ae, fit)
            ]
            words = "  ".join(f"{s.share:.3f} ± {s.error:.3f}" for s in (ae, fit, own))
            print(
                f"seed {seed}  {what}  AE, AE fitted, VAE: {words}  VAE − AE: {'; '.join(margins)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
