"""Likelihoods whose parameters are not the mean itself, by name, for all who read a decoder's
outputs.

The Gaussian ones that are missing here have one variance for all elements, which is no output of
the decoder.
"""

from __future__ import annotations

from typing import Protocol, cast

from torch import Tensor

from vaeviz.densities import bernoulli, categorical, gaussian_per_pixel


class Family(Protocol):
    """A density module: log p(x|z) in nats (...,) of x (..., D), and the mean (..., D), given
    parameters.
    """

    @staticmethod
    def log_prob(x: Tensor, parameters: Tensor, /) -> Tensor: ...
    @staticmethod
    def mean(parameters: Tensor, /) -> Tensor: ...


FAMILIES = {
    "bernoulli": cast(Family, bernoulli),
    "categorical": cast(Family, categorical),
    "gaussian-per-pixel": cast(Family, gaussian_per_pixel),
}


def mean(parameters: Tensor, likelihood: str) -> Tensor:
    """The mean (..., D) of the likelihood with these parameters, in data units."""
    family = FAMILIES.get(likelihood)
    return parameters if family is None else family.mean(parameters)
