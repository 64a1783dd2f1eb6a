"""A planar flow, written line by line: Rezende & Mohamed 2015 (arXiv:1505.05770), section 4.1.

    f(z) = z + û tanh(w·z + b),     log |det ∂f/∂z| = log |1 + (1 − tanh²(w·z + b)) û·w|

One layer pushes z along û, across the plane w·z + b = 0. It can be inverted iff û·w ≥ −1, so û is u
with its part along w replaced (appendix A.1). A chain of layers bends a Gaussian.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

STILL = math.log(math.e - 1)  # w·u at which û = 0


class PlanarLayer(nn.Module):
    """One layer of d dimensions; it begins as the identity."""

    def __init__(self, d: int, generator: torch.Generator) -> None:
        super().__init__()
        w = torch.randn(d, generator=generator)
        self.w = nn.Parameter(w)
        self.u = nn.Parameter(STILL * w / (w @ w))
        self.b = nn.Parameter(torch.randn((), generator=generator))

    def invertible_u(self) -> Tensor:
        """û: u, moved along w until û·w > −1."""
        wu = self.w @ self.u
        return self.u + (F.softplus(wu) - 1 - wu) * self.w / (self.w @ self.w)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """f(z) (S, d) and log |det ∂f/∂z| (S,) of codes (S, d)."""
        u, h = self.invertible_u(), torch.tanh(z @ self.w + self.b)  # (d,), (S,)
        log_det = torch.log((1 + (1 - h**2) * (u @ self.w)).abs())
        return z + u * h[:, None], log_det


class PlanarFlow(nn.Module):
    """A chain of layers; log determinants add up."""

    def __init__(self, d: int, layers: int, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.layers = nn.ModuleList(PlanarLayer(d, generator) for _ in range(layers))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        total = z.new_zeros(len(z))
        for layer in self.layers:
            z, log_det = layer(z)
            total = total + log_det
        return z, total
