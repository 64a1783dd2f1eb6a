"""Trains a tiny VAE exactly as its functions say, mistakes included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from vaeviz.models import parts as right
from vaeviz.models.tiny import Tiny


@dataclass(frozen=True)
class Plan:
    """Everything that, with functions and data, determines a run."""

    latent: int
    steps: int
    beta: float = 1.0
    learning_rate: float = 2e-3
    batch: int = 128
    seed: int = 0


@dataclass(frozen=True)
class Look:
    """A step: the loss as the code prints it, and the true error and KL, nats per example."""

    step: int
    printed: float
    error: float
    kl: float


def fit(model: Tiny, x: Tensor, plan: Plan, every: int = 1) -> Iterator[Look]:
    """Trains `model` in place by Adam on examples (N, D); a look at step 1 and every `every`-th."""
    parts, generator = model.parts, torch.Generator().manual_seed(plan.seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=plan.learning_rate)
    for step in range(1, plan.steps + 1):
        batch = x[torch.randint(len(x), (plan.batch,), generator=generator)]  # (B, D)
        noise = torch.randn((plan.batch, plan.latent), generator=generator)
        x_hat, mu, logvar = model(batch, noise)
        beta = parts.beta_at(step, plan.beta)
        loss = parts.loss(parts.error(x_hat, batch), parts.kl(mu, logvar), beta)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step == 1 or step % every == 0:
            yield _look(step, loss.detach(), x_hat.detach(), batch, mu.detach(), logvar.detach())


def _look(step: int, loss: Tensor, x_hat: Tensor, x: Tensor, mu: Tensor, logvar: Tensor) -> Look:
    """In the terms of the right functions, whatever the run minimises."""
    return Look(
        step, float(loss), float(right.error(x_hat, x).mean()), float(right.kl(mu, logvar).mean())
    )
