"""The Bernoulli likelihood on [0, 1] pixels, given logits; grey values count as expectations of {0,
1}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vaeviz.densities.likelihood import Likelihood, Values, Variance, grey
from vaeviz.records.array import Array

if TYPE_CHECKING:
    from torch import Tensor

LEAST_MEAN = 0.01  # of a pixel: bounds the logit of a constant one
LEAST_DEVIATION = 0.1  # of a pixel: bounds the weight of a constant one


@dataclass(frozen=True)
class Bernoulli(Likelihood):
    """p(x|z) = Π_j p_j^x_j (1 - p_j)^(1 - x_j), with p = sigmoid(output)."""

    has_output_gradient: ClassVar[bool] = True
    noise_follows_mean: ClassVar[bool] = True

    def refusal(self, values: Values) -> str:
        return "" if grey(values) else "this likelihood needs values from 0 to 1"

    def expected(self, outputs: Array) -> Array:
        return 0.5 * (1 + np.tanh(0.5 * outputs))

    def neutral(self, mean: Array, levels: int) -> Array:
        p = np.clip(mean, LEAST_MEAN, 1 - LEAST_MEAN)
        return np.log(p / (1 - p))

    def constant(self, x: Array, levels: int) -> tuple[Array, Array]:
        """Each pixel's frequency, with half a count of 0 and of 1 added."""
        frequency = (x.sum(0) + 0.5) / (len(x) + 1)
        return frequency, frequency

    def constant_losses(self, x: Array, parameters: Array) -> Array:
        return -(x @ np.log(parameters) + (1 - x) @ np.log1p(-parameters))

    def noise_scale(self, x: Array, predicted: Array) -> Array:
        return np.sqrt(np.maximum(predicted * (1 - predicted), LEAST_DEVIATION**2))

    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        """Sum over the last axis of x log p + (1 - x) log(1 - p), in nats: (..., D) -> (...)."""
        from torch.nn.functional import binary_cross_entropy_with_logits

        target = x.expand_as(outputs)
        return -binary_cross_entropy_with_logits(outputs, target, reduction="none").sum(-1)

    def log_masses(self, x: Array, outputs: Array, sigma2: float, levels: int) -> Array:
        """x log p + (1 - x) log(1 - p) as if it were one: a probability for x in {0, 1} alone."""
        return outputs * x - np.logaddexp(0.0, outputs)

    def mean(self, outputs: Tensor) -> Tensor:
        return outputs.sigmoid()

    def without_code(self, outputs: Tensor, mean: Tensor) -> Tensor:
        return mean.clamp(LEAST_MEAN, 1 - LEAST_MEAN).logit().expand_as(outputs)

    def sample(self, outputs: Tensor, sigma2: float | Array, seed: int) -> Array:
        from torch import Generator

        return outputs.sigmoid().bernoulli(generator=Generator().manual_seed(seed)).numpy()

    def output_gradient(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor) -> Tensor:
        return outputs.sigmoid().sub_(x).div_(len(x))


BERNOULLI = Bernoulli("bernoulli", "Bernoulli", Variance.NONE, "cross-entropy", "bernoulli")
ENTRIES = (BERNOULLI,)
