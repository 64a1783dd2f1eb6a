"""The Bernoulli likelihood on [0, 1] pixels, given logits; grey values count as expectations of {0,
1}.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def log_prob(x: Tensor, logits: Tensor) -> Tensor:
    """Sum over the last axis of x log p + (1 - x) log(1 - p), in nats: (..., D) -> (...)."""
    return -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(
        -1
    )


def mean(logits: Tensor) -> Tensor:
    """The expected pixel, shape of `logits`."""
    return logits.sigmoid()
