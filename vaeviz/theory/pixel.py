"""One grey value x in [0, 1] under three likelihoods with one output λ in (0, 1), in nats.

The Gaussian N(λ, σ²); the expression λ^x (1 - λ)^(1 - x) of a Bernoulli, which is a probability for
x in {0, 1} alone: between them its integral is below 1; and the continuous Bernoulli, which is that
expression divided by its integral (Loaiza-Ganem & Cunningham 2019, arXiv:1907.06845).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vaeviz.densities.continuous_bernoulli import log_partition, logit_of, mean
from vaeviz.theory.gaussian_kl import log_density
from vaeviz.theory.water_filling import Floats


@dataclass(frozen=True)
class Pixel:
    """`area` is the integral of the Bernoulli's expression over [0, 1]; `mean` the continuous
    Bernoulli's; `best` the λ at which the continuous Bernoulli gives x the highest density; and
    −log p(x) under each.
    """

    area: float
    mean: float
    best: float
    gaussian: float
    bernoulli: float
    continuous: float


def pixel(x: float, output: float, sigma2: float) -> Pixel:
    """Everything at one x and one λ = `output`."""
    a = logit(output)
    losses = (
        -float(log(x, output, sigma2)) for log in (log_gaussian, log_bernoulli, log_continuous)
    )
    best = 1 / (1 + np.exp(-logit_of(np.array(np.clip(x, 0.001, 0.999)))))
    return Pixel(float(np.exp(log_area(output))), float(mean(a)), float(best), *losses)


def logit(output: ArrayLike) -> Floats:
    """a = log λ / (1 - λ)."""
    value = np.asarray(output, np.float64)
    return np.log(value) - np.log1p(-value)


def log_gaussian(x: ArrayLike, output: ArrayLike, sigma2: float) -> Floats:
    """log N(x; λ, σ²)."""
    return log_density(x, output, sigma2)


def log_bernoulli(x: ArrayLike, output: ArrayLike, sigma2: float = 0.0) -> Floats:
    """x log λ + (1 - x) log(1 - λ): minus the cross-entropy."""
    value, grey = np.asarray(output, np.float64), np.asarray(x, np.float64)
    return grey * np.log(value) + (1 - grey) * np.log1p(-value)


def log_continuous(x: ArrayLike, output: ArrayLike, sigma2: float = 0.0) -> Floats:
    """The same minus the log of its integral."""
    return log_bernoulli(x, output) - log_area(output)


def log_area(output: ArrayLike) -> Floats:
    """log ∫ λ^x (1 - λ)^(1 - x) dx over [0, 1]."""
    value = np.asarray(output, np.float64)
    return np.asarray(log_partition(logit(value)) + np.log1p(-value), np.float64)
