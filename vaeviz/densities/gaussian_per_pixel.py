"""The Gaussian with a variance of its own for every pixel and example, both put out by the decoder.

    log p(x|z) = -½ Σ_j [(x_j - m_j)² / s_j + log(2π s_j)],    s_j = FLOOR + exp(a_j), a_j ≤ TOP

with m_j and a_j two outputs of the decoder: Kingma & Welling 2014 (arXiv:1312.6114), appendix C.2;
Nix & Weigend 1994, "Estimating the mean and variance of the target probability distribution". A
pixel that never varies would earn infinitely many nats, so the variance has a floor, reached
smoothly; log s_j is taken as log(e^a_j + e^log FLOOR), a finite number for every finite output.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from vaeviz.densities.gaussian import LOG_2PI
from vaeviz.records.variance import FLOOR

OUTPUTS = 2  # of the decoder for each element
TOP = 10.0  # log variance beyond which an output changes nothing


def log_prob(x: Tensor, parameters: Tensor) -> Tensor:
    """log p(x|z) in nats, summed over elements: x (..., D), parameters (..., D, 2) -> (...)."""
    log_s = log_variance(parameters)
    return -0.5 * ((x - mean(parameters)) ** 2 * (-log_s).exp() + log_s + LOG_2PI).sum(-1)


def mean(parameters: Tensor) -> Tensor:
    """m: (..., D, 2) -> (..., D)."""
    return parameters[..., 0]


def log_variance(parameters: Tensor) -> Tensor:
    """log s, from log FLOOR to TOP: (..., D, 2) -> (..., D)."""
    a = parameters[..., 1].clamp(max=TOP)
    return torch.logaddexp(a, a.new_tensor(math.log(FLOOR)))
