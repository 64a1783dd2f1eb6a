"""The plain autoencoder's objective: D alone, with z = mu; no rate is paid."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from vaeviz.objectives.objective import Objective


class Reconstruction(Objective):
    stochastic: ClassVar[bool] = False
    by_hand: ClassVar[bool] = True

    def code(self, mu: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
        return mu

    def kl(self, mu: Tensor, logvar: Tensor) -> Tensor:
        return torch.zeros_like(mu)


RECONSTRUCTION = Reconstruction()
