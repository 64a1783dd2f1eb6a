"""The continuous Bernoulli: the Bernoulli's expression on [0, 1], divided by its integral.

    p(x) = λ^x (1 - λ)^(1 - x) / ∫ = exp(a x - A(a)),   A(a) = log((e^a - 1) / a)

with the logit a of λ (Loaiza-Ganem & Cunningham 2019, arXiv:1907.06845). Its mean is A'(a), which
is not λ, and its variance A''(a). Near a = 0 series take the place of 0/0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vaeviz.densities.likelihood import Likelihood, Values, Variance, edges, grey
from vaeviz.records.array import Array

if TYPE_CHECKING:
    from torch import Tensor

SMALL = 0.05  # of |a|, below which the series hold to 1e-12
LEAST_MEAN = 0.01  # of a pixel: bounds the logit of a constant one
WIDEST = 700.0  # logits that are looked for


@dataclass(frozen=True)
class ContinuousBernoulli(Likelihood):
    """p(x|z) = Π_j exp(a_j x_j - A(a_j)), with the decoder's outputs a."""

    def refusal(self, values: Values) -> str:
        return "" if grey(values) else "this likelihood needs values from 0 to 1"

    def expected(self, outputs: Array) -> Array:
        return mean(outputs)

    def neutral(self, mean: Array, levels: int) -> Array:
        return logit_of(np.clip(mean, LEAST_MEAN, 1 - LEAST_MEAN))

    def constant(self, x: Array, levels: int) -> tuple[Array, Array]:
        """The logits of the examples' mean, which is the maximum of their likelihood."""
        logits = self.neutral(x.mean(0, dtype=np.float64), levels)
        return mean(logits), logits

    def constant_losses(self, x: Array, parameters: Array) -> Array:
        return (log_partition(parameters) - parameters * x).sum(1)

    def noise_scale(self, x: Array, predicted: Array) -> Array:
        inside = np.clip(predicted, LEAST_MEAN, 1 - LEAST_MEAN)
        return np.sqrt(variance(logit_of(inside.astype(np.float64))))

    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        """Sum over the last axis of a x - A(a), in nats: (..., D) -> (...)."""
        import torch

        large = torch.where(outputs.abs() > SMALL, outputs, 1.0)  # no 0/0 in the other branch
        size = large.abs()
        exact = 0.5 * (large + size) + torch.log1p(-(-size).exp()) - size.log()
        series = 0.5 * outputs + outputs**2 / 24 - outputs**4 / 2880
        partition = torch.where(outputs.abs() > SMALL, exact, series)
        return (outputs * x - partition).sum(-1)

    def log_masses(self, x: Array, outputs: Array, sigma2: float, levels: int) -> Array:
        return log_mass(*edges(x, levels), outputs)

    def mean(self, outputs: Tensor) -> Tensor:
        import torch

        large = torch.where(outputs.abs() > SMALL, outputs, 1.0)
        exact = 1 / -torch.expm1(-large) - 1 / large
        return torch.where(outputs.abs() > SMALL, exact, 0.5 + outputs / 12 - outputs**3 / 720)

    def without_code(self, outputs: Tensor, mean: Tensor) -> Tensor:
        logits = self.neutral(mean.detach().numpy().astype(np.float64), 0)
        return outputs.new_tensor(logits).expand_as(outputs)

    def sample(self, outputs: Tensor, sigma2: float | Array, seed: int) -> Array:
        """By the inverse of the distribution function."""
        u = np.random.default_rng(seed).random(outputs.shape)
        return quantile(u, outputs.numpy().astype(np.float64)).astype(np.float32)


def log_partition(a: Array) -> Array:
    """A(a): the log of the integral of e^(a x) over [0, 1]."""
    large = np.where(np.abs(a) > SMALL, a, 1.0)
    size = np.abs(large)
    exact = 0.5 * (large + size) + np.log1p(-np.exp(-size)) - np.log(size)
    return np.where(np.abs(a) > SMALL, exact, 0.5 * a + a**2 / 24 - a**4 / 2880)


def mean(a: Array) -> Array:
    """A'(a)."""
    large = np.where(np.abs(a) > SMALL, a, 1.0)
    with np.errstate(over="ignore"):
        exact = 1 / -np.expm1(-large) - 1 / large
    return np.where(np.abs(a) > SMALL, exact, 0.5 + a / 12 - a**3 / 720)


def variance(a: Array) -> Array:
    """A''(a)."""
    large = np.where(np.abs(a) > SMALL, a, 1.0)
    with np.errstate(over="ignore"):
        exact = 1 / large**2 - 0.25 / np.sinh(0.5 * large) ** 2
    return np.where(np.abs(a) > SMALL, exact, 1 / 12 - a**2 / 240)


def log_mass(low: Array, high: Array, a: Array) -> Array:
    """log P(low < X < high) for 0 ≤ low < high ≤ 1, without a difference of nearly equal numbers.

    X at a is 1 - X at -a, so that the density falls: there it is e^(-|a| low) times a ratio.
    """
    size, width = np.maximum(np.abs(a), 1e-9), high - low
    near = np.where(a > 0, 1 - high, low)
    return -size * near + np.log(np.expm1(-size * width) / np.expm1(-size))


def quantile(u: Array, a: Array) -> Array:
    """The inverse of `distribution` for u in [0, 1]."""
    size = np.abs(np.where(np.abs(a) > 1e-9, a, 1.0))
    up = np.where(a > 0, 1 - u, u)  # X at a is 1 - X at -a
    low = -np.log1p(up * np.expm1(-size)) / size
    return np.where(np.abs(a) > 1e-9, np.where(a > 0, 1 - low, low), u)


def logit_of(wanted: Array) -> Array:
    """a of the mean A'(a) in (0, 1), by bisection."""
    low, high = np.full(np.shape(wanted), -WIDEST), np.full(np.shape(wanted), WIDEST)
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = mean(middle) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)


CONTINUOUS_BERNOULLI = ContinuousBernoulli(
    "continuous-bernoulli", "Continuous Bernoulli", Variance.NONE, "density", "continuous-bernoulli"
)
ENTRIES = (CONTINUOUS_BERNOULLI,)
