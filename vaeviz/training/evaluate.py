"""Held-out rate, distortion and ELBO in nats, from several posterior samples of every example.

The rate is exact (a closed form); the distortion is a Monte Carlo estimate, with the standard error
that sampling z causes.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vaeviz.config import RunSettings, UserError
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.models.vae import parameters
from vaeviz.objectives import Objective
from vaeviz.records import ACTIVE, Evaluation

ROWS = 2048  # examples at once


class Coder(Protocol):
    """The model's interface for evaluation."""

    @property
    def log_sigma2(self) -> Tensor: ...
    @property
    def objective(self) -> Objective: ...
    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]: ...
    def decode(self, z: Tensor) -> Tensor: ...


@torch.inference_mode()
def evaluate(
    model: Coder,
    x: Tensor | NDArray[np.float32],
    settings: RunSettings,
    samples: int = 16,
    seed: int = 0,
) -> Evaluation:
    """Averages over examples (N, D); an optimal sigma2 is that of the training data, not of `x`.

    Raises UserError when a number is infinite or NaN.
    """
    if samples < 1:
        raise UserError(f"{samples} posterior samples: use 1 or more")
    tensor = (x if isinstance(x, Tensor) else torch.tensor(x)).to(
        model.log_sigma2.device, torch.float32
    )
    generator = torch.Generator(tensor.device).manual_seed(seed)
    parts = [_chunk(model, rows, settings, samples, generator) for rows in tensor.split(ROWS)]
    mu, kl, losses, errors = zip(*parts, strict=True)
    loss, error = (torch.stack(sums).sum(0) / len(tensor) for sums in (losses, errors))  # (S,) each
    return _record(torch.cat(mu).double(), torch.cat(kl).double(), loss, error, model, settings)


def _chunk(
    model: Coder, x: Tensor, settings: RunSettings, samples: int, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """mu (B, d), kl (B, d); sums over x of distortion and squared error, per sample: (S,)."""
    mu, logvar = model.encode(x)
    objective, likelihood = model.objective, LIKELIHOODS[settings.likelihood].known
    losses, errors = [], []
    for _ in range(samples if objective.stochastic else 1):
        noise = torch.randn(mu.shape, generator=generator, device=mu.device)
        out = parameters(model, objective.code(mu, logvar, noise), x)
        losses.append(-likelihood.log_prob(x, out, model.log_sigma2).double().sum())
        errors.append(((x - likelihood.mean(out)) ** 2).double().sum())
    kl = objective.kl(mu, logvar)
    return mu, kl, torch.stack(losses), torch.stack(errors)


def _record(
    mu: Tensor, kl: Tensor, losses: Tensor, errors: Tensor, model: Coder, settings: RunSettings
) -> Evaluation:
    mean, rate = losses.mean().item(), kl.sum(-1).mean().item()
    if not math.isfinite(mean + rate):
        raise UserError(
            "the model's held-out numbers are not finite: train it again with a smaller learning"
            " rate"
        )
    samples = len(losses)
    return Evaluation(
        distortion=mean,
        rate=rate,
        kl=kl.mean(0).cpu().numpy(),
        elbo=-(mean + rate),
        objective=mean + settings.beta * rate,
        beta=settings.beta,
        sigma2=(
            math.nan
            if LIKELIHOODS[settings.likelihood].variance is Variance.PER_ELEMENT
            else model.log_sigma2.exp().item()
        ),
        error=losses.std().item() / math.sqrt(samples) if samples > 1 else 0.0,
        squared_error=errors.mean().item(),
        active=int((mu.var(0, correction=0) > ACTIVE).sum()),
        examples=len(mu),
        samples=samples,
    )
