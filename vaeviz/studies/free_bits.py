"""The effect of free bits on the gradient of each dimension, measured during a run.

Kingma et al. 2016 (arXiv:1606.04934), appendix C.8: R is sum_j max(lambda, E_x KL_j). Below lambda
the term is constant and has no gradient; above, it is the plain rate.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from torch import Tensor

from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.densities import gaussian
from vaeviz.models import vae
from vaeviz.objectives import ELBO, Terms
from vaeviz.records import Array
from vaeviz.records.free_bits import Pull
from vaeviz.training.gradients import Autoencoder
from vaeviz.training.loop import Trainer

EVERY = 25  # steps between measurements


def watched(dataset: Dataset, settings: RunSettings) -> Pull:
    """Train a model with free bits; measure one batch at every EVERY-th step. Raises Diverged."""
    model = vae.build(settings, dataset.shape)
    trainer = Trainer(model, dataset.train, settings)
    x = trainer.x[: settings.batch]  # (B, D)
    looks, steps = list[tuple[Array, Array, Array]](), list[int]()
    for step in range(settings.steps + 1):
        if step:
            trainer.advance()
        if step % EVERY == 0:
            looks.append(look(model, x, settings))
            steps.append(step)
    kl, pull, free = (np.stack(each) for each in zip(*looks, strict=True))  # (T, d) each
    about = (
        f"seed {settings.seed}, {len(x)} training examples, every {EVERY} of {settings.steps:,}"
        " steps"
    )
    return Pull(settings.free_bits, np.array(steps, float), kl, pull, free, about)


def look(model: Autoencoder, x: Tensor, settings: RunSettings) -> tuple[Array, Array, Array]:
    """Mean KL (d,) over examples (B, D), and the pull with and without the floor, (d,) each."""
    floored, kl = _pull(model, x, settings)
    free, _ = _pull(model, x, dataclasses.replace(settings, free_bits=0.0))
    return kl, floored, free


def _pull(model: Autoencoder, x: Tensor, settings: RunSettings) -> tuple[Array, Array]:
    with torch.no_grad():
        codes = [each.detach().requires_grad_() for each in model.encode(x)]  # mu, logvar: (B, d)
    with torch.enable_grad():
        kl = gaussian.kl_to_standard_normal(*codes)  # (B, d)
        pressed = ELBO.weigh(Terms(torch.zeros(len(x)), kl), settings.beta, settings.free_bits)
        grads = torch.autograd.grad(pressed, codes)  # (B, d) each; of the mean over examples
    squares = (len(x) * torch.stack(grads)).square().sum(0).mean(0)  # (2, B, d) -> (d,)
    return squares.sqrt().numpy(), kl.detach().mean(0).numpy()
