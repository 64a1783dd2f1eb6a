"""A multi-rate model held at one (tau, d): a plain VAE for whoever asks no more of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vaeviz.config import UserError
from vaeviz.models.multi_rate import TAU_HIGH, TAU_LOW, Held, MultiRateVAE
from vaeviz.objectives import ELBO, Objective

ROUNDING = 1.000001  # so that beta times sigma2 may miss an end of the range by rounding


@dataclass(frozen=True)
class At:
    """A multi-rate model's networks at one (tau, d), with a plain VAE's `encode` and `decode`."""

    held: Held
    log_sigma2: Tensor
    objective: Objective = ELBO

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.held.encode(x)  # (B, d) each

    def decode(self, z: Tensor) -> Tensor:
        return self.held.decode(z)  # (B, D)


def at(model: MultiRateVAE, tau: float, d: int, sigma2: float | None = None) -> At:
    """`model` at trade-off tau with the first d dimensions alive; UserError when it has fewer.

    `sigma2` is the decoder's variance where nats are asked for; tau itself (beta = 1) if it is left
    out.
    """
    if not TAU_LOW / ROUNDING <= tau <= TAU_HIGH * ROUNDING:
        raise UserError(
            f"τ = {tau:g}: a multi-rate model covers {TAU_LOW:g} to {TAU_HIGH:g}; change β or σ²"
        )
    if not 1 <= d <= model.max_latent:
        raise UserError(
            f"latent size {d}: this model has 1 to {model.max_latent}; choose one of them"
        )
    variance = tau if sigma2 is None else sigma2
    return At(model.at(tau, d), torch.tensor(math.log(variance)))
