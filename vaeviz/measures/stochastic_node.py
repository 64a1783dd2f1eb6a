"""The gradients of one example's loss on a real autograd graph, with its random node made two ways.

The loss is −log N(x; wz, s²) at the weight w = 1, with or without KL(N(μ, σ²) ‖ N(0, 1)); float64.
Its closed form is theory/one_step.py, with ∂/∂w = z ∂/∂z at w = 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence


@dataclass(frozen=True)
class Arrived:
    """What `.grad` is after `backward()`: None where no gradient arrives."""

    mu: float | None
    logvar: float | None
    weight: float | None
    z: float | None


def sampled(mu: Tensor, sigma: Tensor, epsilon: float) -> Tensor:
    """A sampler's answer, as `Normal(mu, sigma).sample()` gives it: a number without a history."""
    with torch.no_grad():
        return mu + sigma * epsilon


def reparameterized(mu: Tensor, sigma: Tensor, epsilon: float) -> Tensor:
    """The same number, computed from μ and σ inside the graph."""
    return mu + sigma * epsilon


DRAWS = {"sampled": sampled, "reparameterized": reparameterized}


def arrived(
    way: str, mu: float, logvar: float, x: float, epsilon: float, noise: float, kl: bool
) -> Arrived:
    """The gradients on the leaves and on z; `noise` is s², `kl` adds the KL to the loss."""
    leaves = (_leaf(mu), _leaf(logvar), _leaf(1.0))
    mean, log_variance, weight = leaves
    sigma = torch.exp(0.5 * log_variance)
    z = DRAWS[way](mean, sigma, epsilon)
    if z.requires_grad:
        z.retain_grad()
    loss = -Normal(weight * z, noise**0.5).log_prob(_number(x))
    if kl:
        loss = loss + kl_divergence(Normal(mean, sigma), Normal(_number(0.0), _number(1.0)))
    loss.backward()
    return Arrived(*(None if t.grad is None else t.grad.item() for t in (*leaves, z)))


def _number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


def _leaf(value: float) -> Tensor:
    return _number(value).requires_grad_()
