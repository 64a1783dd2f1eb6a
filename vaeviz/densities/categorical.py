"""The categorical likelihood: every pixel is one of K grey levels, equally spaced on [0, 1]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vaeviz.densities.likelihood import Likelihood, Values, Variance, grey
from vaeviz.records.array import Array

if TYPE_CHECKING:
    from torch import Tensor

LARGEST = 1024  # elements per example: the decoder has K outputs for each


def quantize(x: Tensor, levels: int) -> Tensor:
    """The index of the nearest of `levels` grey levels: (..., D) in [0, 1] -> ints (..., D)."""
    return (x * (levels - 1)).round().long().clamp_(0, levels - 1)


@dataclass(frozen=True)
class Categorical(Likelihood):
    """p(x|z) = Π_j softmax(output_j) at the grey level of x_j, outputs (..., D, K)."""

    def outputs(self, levels: int) -> int:
        return levels

    def refusal(self, values: Values) -> str:
        if not grey(values):
            return "this likelihood needs values from 0 to 1"
        fits = values.dim <= LARGEST
        return "" if fits else f"grey levels are learned for images of at most {LARGEST:,} pixels"

    def expected(self, outputs: Array) -> Array:
        p = np.exp(outputs - outputs.max(-1, keepdims=True))  # (N, D, K)
        return (p @ np.linspace(0, 1, outputs.shape[-1], dtype=np.float32)) / p.sum(-1)

    def constant(self, x: Array, levels: int) -> tuple[Array, Array]:
        """The mean, and log frequencies (D, K) of each pixel's levels, half a count added."""
        index = np.rint(x * (levels - 1)).astype(np.int64)  # (N, D)
        counts = (index[:, :, None] == np.arange(levels)).sum(0) + 0.5
        mean = x.mean(0, dtype=np.float64).astype(x.dtype)
        return mean, np.log(counts / counts.sum(1, keepdims=True))

    def constant_losses(self, x: Array, parameters: Array) -> Array:
        index = np.rint(x * (parameters.shape[1] - 1)).astype(np.int64)  # (N, D)
        return -parameters[np.arange(index.shape[1]), index].sum(1)

    def noise_scale(self, x: Array, predicted: Array) -> Array:
        return np.sqrt(np.maximum(((x - predicted) ** 2).mean(0), 1e-4))

    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        """log p(quantized x); x repeats over leading axes that only `outputs` has."""
        index = quantize(x, outputs.shape[-1]).expand(outputs.shape[:-1])  # (..., D)
        return outputs.log_softmax(-1).gather(-1, index.unsqueeze(-1)).squeeze(-1).sum(-1)

    def log_masses(self, x: Array, outputs: Array, sigma2: float, levels: int) -> Array:
        top = outputs.max(-1, keepdims=True)
        logs = outputs - top - np.log(np.exp(outputs - top).sum(-1, keepdims=True))
        index = np.rint(x * (levels - 1)).astype(np.int64)
        return np.take_along_axis(logs, index[..., None], -1)[..., 0]

    def mean(self, outputs: Tensor) -> Tensor:
        """The expected grey value of each pixel: (..., D, K) -> (..., D)."""
        import torch

        levels = torch.linspace(0, 1, outputs.shape[-1], dtype=outputs.dtype, device=outputs.device)
        return outputs.softmax(-1) @ levels

    def sample(self, outputs: Tensor, sigma2: float | Array, seed: int) -> Array:
        from torch import Generator

        levels = outputs.shape[-1]
        p = outputs.softmax(-1).flatten(0, -2)  # (N·D, K)
        index = p.multinomial(1, generator=Generator().manual_seed(seed)).view(outputs.shape[:-1])
        return (index.float() / (levels - 1)).numpy()


CATEGORICAL = Categorical("categorical", "Categorical", Variance.NONE, "mass", "categorical")
ENTRIES = (CATEGORICAL,)
