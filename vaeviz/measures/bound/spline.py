"""A flow of monotonic splines from zuko: Durkan et al. 2019 (arXiv:1906.04032), "Neural spline
flows", autoregressive; it begins as the identity.
"""

from __future__ import annotations

from typing import Any, cast

import torch
import zuko
from torch import Tensor, nn


class SplineFlow(nn.Module):
    """The layers of a zuko NSF, with the log determinant.

    zuko builds them to judge data; here they carry noise to codes, the direction that takes one
    pass. Either is invertible, and only the density of own draws is asked for.
    """

    def __init__(self, d: int, layers: int, seed: int) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.flow = zuko.flows.NSF(d, transforms=layers, hidden_features=(32, 32))
        for layer in cast(Any, self.flow.transform).transforms:
            last = layer.hyper[-1]
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Codes (S, d) and log |det| (S,) of noise (S, d)."""
        return self.flow().transform.call_and_ladj(z)
