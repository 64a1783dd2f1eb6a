"""The interface of a likelihood p(x|z): one frozen object per likelihood.

The decoder is the network; the likelihood says what its outputs mean. A codec's *loss* is the
squared error ‖x - x̂‖² where one σ² holds for all elements, so that one network serves every σ²,
and -log p(x|z) in nats elsewhere. With h = ½ for a squared error and 1 for nats, and D elements,

    distortion = h loss/σ² + ½ D log 2πσ²   (one σ²),      distortion = loss   (others)

The NumPy half needs no torch; the methods that do import it when they are called.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

import numpy as np

from vaeviz.records.array import Array
from vaeviz.records.network import Output

if TYPE_CHECKING:
    from torch import Tensor

LEAST_PIXEL_VARIANCE = 0.02  # so that an almost constant pixel is no component


class Variance(Enum):
    """The origin of the σ² of p(x|z)."""

    NONE = "none"
    FIXED = "fixed"  # a setting
    LEARNED = "learned"  # a parameter of the model
    OPTIMAL = "optimal"  # the mean squared error per element
    PER_ELEMENT = "per element"  # an output of the decoder

    @property
    def shared(self) -> bool:
        """Whether one σ² holds for all elements."""
        return self in (Variance.FIXED, Variance.LEARNED, Variance.OPTIMAL)


class Values(Protocol):
    """What a likelihood may require of data; `vaeviz.data.Source` has it."""

    @property
    def value_range(self) -> tuple[float, float]: ...
    @property
    def dim(self) -> int: ...


def edges(x: Array, levels: int) -> tuple[Array, Array]:
    """Between which values the grey level of x in [0, 1] lies: half a step around it."""
    index = np.rint(x * (levels - 1))
    step = 1 / (levels - 1)
    return np.maximum((index - 0.5) * step, 0.0), np.minimum((index + 0.5) * step, 1.0)


def grey(values: Values) -> bool:
    """Whether all values lie within [0, 1]."""
    low, high = values.value_range
    return low >= 0 and high <= 1


@dataclass(frozen=True)
class Likelihood(ABC):
    """`distortion_of` names the density whose expected -log is D; D is in nats always.

    `expectation` names the map from outputs to expected data, for an exported network.
    """

    name: str
    title: str
    variance: Variance
    distortion_of: Literal["density", "mass", "cross-entropy"]
    expectation: Output
    has_output_gradient: ClassVar[bool] = False
    noise_follows_mean: ClassVar[bool] = False  # as a Bernoulli's variance p (1 - p) does

    @property
    def known(self) -> Likelihood:
        """The likelihood for held-out data: σ² is the one from training."""
        return self

    @property
    def loss_factor(self) -> float:
        """h."""
        return 0.5 if self.variance.shared else 1.0

    def outputs(self, levels: int) -> int:
        """The decoder's outputs per element; `levels` are the grey levels of a categorical."""
        return 1

    def tau(self, beta: float, sigma2: float) -> float:
        """The trade-off τ: βσ² with one σ², else β."""
        return beta * sigma2 if self.variance.shared else beta

    def refusal(self, values: Values) -> str:
        """Why these data cannot have this likelihood, or ""."""
        return ""

    def nats_per_loss(self, sigma2: float) -> float:
        """Nats of distortion per unit of the codec's loss."""
        return self.loss_factor / sigma2 if self.variance.shared else 1.0

    def nats(self, loss: float, elements: int, sigma2: float) -> float:
        """The distortion of a codec's loss, with its constant."""
        return loss

    def loss_of_nats(self, distortion: Array, elements: int, sigma2: Array) -> Array:
        """The inverse of `nats`."""
        return distortion

    def expected(self, outputs: Array) -> Array:
        """The mean (..., D) of NumPy outputs, (..., D) or (..., D, K)."""
        return outputs

    def unit(self, mean: Array) -> Array:
        """The standard deviation (D,) of p(x|z) at the data's mean (D,)."""
        return np.sqrt(np.maximum(mean * (1 - mean), LEAST_PIXEL_VARIANCE))

    def neutral(self, mean: Array, levels: int) -> Array:
        """The decoder's flat initial outputs, which give the data's mean (D,)."""
        return np.zeros(len(mean) * self.outputs(levels))

    def constant(self, x: Array, levels: int) -> tuple[Array, Array]:
        """The best decoder without z, fitted to examples (N, D): its mean (D,) and parameters."""
        raise TypeError(f"{self.name} has no decoder without z")

    def constant_losses(self, x: Array, parameters: Array) -> Array:
        """The codec's losses (N,) of examples (N, D) under these parameters."""
        raise TypeError(f"{self.name} has no decoder without z")

    def noise_scale(self, x: Array, predicted: Array) -> Array | float:
        """The deviation of p(x|z) at predictions (N, D), or fitted to x: one number, (D,) or (N,
        D).
        """
        raise TypeError(f"{self.name} has no single scale of noise")

    def log_masses(self, x: Array, outputs: Array, sigma2: float, levels: int) -> Array:
        """log P (N, D) of the grey level of each x (N, D) among `levels`, outputs (N, D[, K]).

        A density is integrated over the values that round to the level.
        """
        raise TypeError(f"{self.name} has no probabilities of grey levels")

    @abstractmethod
    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        """log p(x|z) in nats, summed over elements: x (..., D), outputs (..., D[, K]) -> (...)."""

    @abstractmethod
    def mean(self, outputs: Tensor) -> Tensor:
        """The expected data (..., D)."""

    @abstractmethod
    def sample(self, outputs: Tensor, sigma2: float | Array, seed: int) -> Array:
        """One draw (N, D) per code; `sigma2` is one number or (D,), unused where σ² is no input."""

    def without_code(self, outputs: Tensor, mean: Tensor) -> Tensor:
        """Outputs in place of these (B, D[, K]) that say about the data's mean (D,) for every z."""
        return outputs.new_zeros(()).expand_as(outputs)

    def loss(self, x: Tensor, outputs: Tensor) -> Tensor:
        """The codec's loss (N,)."""
        return -self.log_prob(x, outputs)

    def output_gradient(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor) -> Tensor:
        """d/d outputs (B, D) of the batch mean of -log p(x|z), where `has_output_gradient`."""
        raise TypeError(f"{self.name} leaves its gradient to autograd")
