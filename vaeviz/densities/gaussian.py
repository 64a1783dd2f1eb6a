"""The diagonal Gaussian: log density, KL to the standard normal, reparameterized sample.

KL: Kingma & Welling 2014 (arXiv:1312.6114), appendix B. All results are in nats.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

LOG_2PI = math.log(2 * math.pi)


def log_prob(x: Tensor, mean: Tensor, sigma2: Tensor | float) -> Tensor:
    """log N(x; mean, sigma2 I), summed over the last axis: (..., D) -> (...).

    `sigma2` is one variance for all elements or a tensor that broadcasts against `x`.
    """
    variance = torch.as_tensor(sigma2, dtype=x.dtype, device=x.device)
    return -0.5 * ((x - mean) ** 2 / variance + variance.log() + LOG_2PI).sum(-1)


def kl_to_standard_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """KL(N(mu, exp logvar) || N(0, 1)) of each dimension: (..., d) -> (..., d)."""
    return 0.5 * (mu**2 + torch.expm1(logvar) - logvar)


def sample(mu: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
    """z = mu + sigma * noise, with noise ~ N(0, I) of the same shape as `mu`."""
    return mu + torch.exp(0.5 * logvar) * noise
