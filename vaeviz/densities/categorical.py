"""The categorical likelihood: every pixel is one of K grey levels, equally spaced on [0, 1]."""

from __future__ import annotations

import torch
from torch import Tensor


def quantize(x: Tensor, levels: int) -> Tensor:
    """The index of the nearest of `levels` grey levels: floats in [0, 1] (..., D) -> ints (...,
    D).
    """
    return (x * (levels - 1)).round().long().clamp_(0, levels - 1)


def log_prob(x: Tensor, logits: Tensor) -> Tensor:
    """log p(quantized x), summed over pixels, in nats: x (..., D), logits (..., D, K) -> (...).

    x is repeated over leading axes that only `logits` has, such as posterior samples.
    """
    index = quantize(x, logits.shape[-1]).expand(logits.shape[:-1])  # (..., D)
    return logits.log_softmax(-1).gather(-1, index.unsqueeze(-1)).squeeze(-1).sum(-1)


def mean(logits: Tensor) -> Tensor:
    """The expected grey value of each pixel: (..., D, K) -> (..., D)."""
    levels = torch.linspace(0, 1, logits.shape[-1], dtype=logits.dtype, device=logits.device)
    return logits.softmax(-1) @ levels
