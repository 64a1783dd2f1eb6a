"""The examples of a training, checked where a run's settings meet them, before the first step."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from numpy.typing import NDArray
from torch import Tensor

from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS


@dataclass(frozen=True)
class _Found:
    """What a likelihood may require, of examples instead of a description."""

    value_range: tuple[float, float]
    dim: int


def checked(x: Tensor | NDArray, likelihood: str, name: str) -> Tensor:
    """The examples (N, D) of the data set `name` in float32, a copy of an array.

    UserError, one line: for another shape, NaN or infinity, or values that `likelihood` can't have.
    """
    tensor = (x if isinstance(x, Tensor) else torch.tensor(x)).to(torch.float32)
    if tensor.ndim != 2 or tensor.shape[0] == 0 or tensor.shape[1] == 0:
        raise UserError(
            f"training data of shape {tuple(tensor.shape)}: give examples as rows, (N, D)"
        )
    bad = ~torch.isfinite(tensor).all(1)
    if bad.any():
        row = int(bad.nonzero()[0])
        raise UserError(
            f"example {row} of the training data has a NaN or infinite value: mend or remove it"
        )
    found = _Found((tensor.min().item(), tensor.max().item()), tensor.shape[1])
    refusal = LIKELIHOODS[likelihood].refusal(found)
    if refusal:
        raise UserError(
            f"{name} and the likelihood {likelihood} do not go together ({refusal}): use gaussian"
        )
    return tensor
