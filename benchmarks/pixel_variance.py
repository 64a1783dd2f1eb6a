"""One learned σ² or one per pixel: likelihood and samples, digits and mnist-5k, three seeds.

Both models of a pair are trained alike, by the recipe of the shipped ones, which are seed 0; an
evaluation every 500 steps keeps the weights with the best held-out ELBO, so that each is also
measured at its best number of steps (at most twice the recipe's), which favours both. Samples are
judged by their energy distance to held-out examples (`vaeviz.measures.energy`), as means and as
sampled pixels.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from vaeviz import data
from vaeviz.checkpoints.shipped_recipes import RECIPES
from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.measures.energy import mean_distance, pixel_distance
from vaeviz.models import vae
from vaeviz.training.evaluate import evaluate
from vaeviz.training.loop import Trainer

SEEDS, EVERY, PROBES = (0, 1, 2), 500, 1000


def evaluated(model: vae.VAE, settings: RunSettings, dataset: Dataset) -> str:
    """Held-out ELBO, squared error per pixel, and the two distances."""
    result = evaluate(model, dataset.held_out, settings)
    likelihood = "gaussian" if settings.likelihood == "gaussian-learned" else settings.likelihood
    codec = DedicatedCodec(model, likelihood, 1.0, "")
    sigma2 = float(model.log_sigma2.detach().exp())
    x = dataset.held_out[:PROBES]
    means = mean_distance(codec, 1.0, settings.latent, x)
    sampled = pixel_distance(codec, 1.0, settings.latent, sigma2, x)
    return (
        f"ELBO {result.elbo:8.1f}  MSE {result.squared_error / x.shape[1]:.4f}  means"
        f" {means.value:.3f} ± {means.error:.3f}  sampled {sampled.value:.3f} ± {sampled.error:.3f}"
    )


def run(settings: RunSettings, dataset: Dataset) -> list[str]:
    """A line after the recipe's steps, and one at the best held-out ELBO within twice as many."""
    model = vae.build(settings, dataset.shape)
    trainer, at_end, best = Trainer(model, dataset.train, settings), "", (-math.inf, "")
    for step in range(EVERY, 2 * settings.steps + 1, EVERY):
        while trainer.step < step:
            trainer.advance()
        trainer.record()  # raises Diverged
        elbo = evaluate(model, dataset.held_out, settings, 4, 123).elbo
        if step == settings.steps:
            at_end = f"step {step:>5}: {evaluated(model, settings, dataset)}"
        if elbo > best[0]:
            best = elbo, f"best {step:>5}: {evaluated(model, settings, dataset)}"
    return [at_end, best[1]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="*", default=["digits", "mnist-5k"])
    torch.set_num_threads(1)
    for name in parser.parse_args().data:
        dataset = data.load(name)
        for seed in SEEDS:
            for kind in ("one", "pixel"):
                settings = replace(RECIPES[f"{name}-{kind}-sigma2"], seed=seed)
                for line in run(settings, dataset):
                    print(f"{name:8} seed {seed}  {kind:5}  {line}", flush=True)


if __name__ == "__main__":
    main()
