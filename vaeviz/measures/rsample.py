"""What torch's `rsample` does: its gradient on θ, beside −(∂F/∂θ) / p at the same draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Beta, Categorical, Distribution, Gamma, Laplace, Normal

from vaeviz.measures.laws import LAWS
from vaeviz.records import Array

DRAWS = 200
MADE: dict[str, Callable[[Tensor], Distribution]] = {
    "normal": lambda theta: Normal(torch.zeros_like(theta), theta),
    "laplace": lambda theta: Laplace(torch.zeros_like(theta), theta),
    "gamma": lambda theta: Gamma(theta, torch.ones_like(theta)),
    "beta": lambda theta: Beta(theta, torch.full_like(theta, 2.0)),
    "classes": lambda theta: Categorical(
        torch.stack([theta, torch.ones_like(theta), torch.ones_like(theta)], -1)
    ),
}


def rsample(name: str, theta: float, seed: int = 0) -> tuple[Array, Array] | None:
    """Draws of torch and dz/dθ of each by its autograd; None where torch has no `rsample`."""
    leaf = torch.full((DRAWS,), theta, dtype=torch.float64, requires_grad=True)
    law = MADE[name](leaf)
    if not law.has_rsample:
        return None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        z = law.rsample()
    (slopes,) = torch.autograd.grad(z.sum(), leaf)
    return z.detach().numpy(), slopes.numpy()


def miss(name: str, theta: float) -> float | None:
    """The largest difference from ours, as a share of the largest slope; None without `rsample`."""
    made = rsample(name, theta)
    if made is None:
        return None
    z, theirs = made
    ours = LAWS[name].slope(z, theta)
    return float(np.abs(theirs - ours).max() / np.abs(ours).max())
