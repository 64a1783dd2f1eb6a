"""The Gaussian with a variance per pixel and example: the decoder has two outputs per pixel.

    log p(x|z) = -½ Σ_j [(x_j - m_j)² / s_j + log(2π s_j)],    s_j = FLOOR + exp(a_j), a_j ≤ TOP

with m_j and a_j outputs of the decoder: Kingma & Welling 2014 (arXiv:1312.6114), appendix C.2;
Nix & Weigend 1994, "Estimating the mean and variance of the target probability distribution". A
constant pixel would have an infinite likelihood, so the variance has a smooth floor; log s_j is
computed as log(e^a_j + e^log FLOOR), a finite number for every finite output.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaeviz.densities.gaussian import LOG_2PI, gaussian_pixels
from vaeviz.densities.likelihood import Likelihood, Variance
from vaeviz.records.array import Array
from vaeviz.records.variance import FLOOR

if TYPE_CHECKING:
    from torch import Tensor

TOP = 10.0  # log variance beyond which an output changes nothing


@dataclass(frozen=True)
class GaussianPerPixel(Likelihood):
    """p(x|z) = Π_j N(x_j; m_j, s_j), outputs (..., D, 2)."""

    def outputs(self, levels: int) -> int:
        return 2

    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        log_s = self.log_variance(outputs)
        return -0.5 * ((x - self.mean(outputs)) ** 2 * (-log_s).exp() + log_s + LOG_2PI).sum(-1)

    def mean(self, outputs: Tensor) -> Tensor:
        """m: (..., D, 2) -> (..., D)."""
        return outputs[..., 0]

    def log_variance(self, outputs: Tensor) -> Tensor:
        """log s, from log FLOOR to TOP: (..., D, 2) -> (..., D)."""
        a = outputs[..., 1].clamp(max=TOP)
        return a.logaddexp(a.new_tensor(math.log(FLOOR)))

    def without_code(self, outputs: Tensor, mean: Tensor) -> Tensor:
        """With the variances of these outputs, so that the means alone differ."""
        import torch

        return torch.stack([mean.expand_as(outputs[..., 0]), outputs[..., 1]], -1)

    def sample(self, outputs: Tensor, sigma2: float | Array, seed: int) -> Array:
        variances = self.log_variance(outputs).exp()  # (N, D)
        return gaussian_pixels(self.mean(outputs).numpy(), variances.numpy(), seed)


PER_PIXEL = GaussianPerPixel(
    "gaussian-per-pixel", "Gaussian, σ² per pixel", Variance.PER_ELEMENT, "density", "gaussian"
)
ENTRIES = (PER_PIXEL,)
