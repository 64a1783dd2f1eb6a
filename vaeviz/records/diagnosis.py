"""The numbers behind a diagnosis. N examples, d dimensions; nats per example unless said.

Every `source` names the estimator and its count of posteriors, samples or examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vaeviz.records.active import ACTIVE, alarm
from vaeviz.records.array import Array
from vaeviz.records.latent import AggregateKL
from vaeviz.records.observations import Observation
from vaeviz.records.total_correlation import TotalCorrelation

Verdict = Literal[
    "healthy", "partly collapsed", "collapsed", "the prior simply fits well", "not trained yet"
]


@dataclass(frozen=True, eq=False)
class PairwiseKL:
    """Mean KL(q(z|x) ‖ q(z|x')) over ordered pairs of different examples; by dimension (d,)."""

    mean: float
    by_dimension: Array
    posteriors: int
    source: str

    @property
    def bound(self) -> float:
        """An upper bound on I(z; n) of these posteriors: the mean over all N² pairs."""
        return self.mean * (self.posteriors - 1) / self.posteriors


@dataclass(frozen=True, eq=False)
class Swap:
    """The decoder's loss (N,) with the example's code, a prior sample, and another example's code.

    Units as in Curve: squared error summed over elements (Gaussian), -log p(x|z) in nats (others).
    """

    code: Array
    prior: Array
    other: Array
    source: str

    @property
    def prior_rise(self) -> Mean:
        """The rise of the loss with a prior sample in place of z."""
        return Mean.of(self.prior - self.code)

    @property
    def other_rise(self) -> Mean:
        """The rise of the loss with another example's code in place of z."""
        return Mean.of(self.other - self.code)


@dataclass(frozen=True)
class Mean:
    """A mean over examples and its standard error, in nats."""

    value: float
    error: float

    @classmethod
    def of(cls, values: Array) -> Mean:
        """From one number per example, (N,)."""
        values = np.asarray(values, np.float64)
        error = float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else float("inf")
        return cls(float(values.mean()), error)

    @property
    def clear(self) -> bool:
        """Over 0.1 nats and over three errors."""
        return self.value > 0.1 and self.value > 3 * self.error


@dataclass(frozen=True)
class Evidence:
    """The numbers that decide a verdict. J/τ is in nats; "coding nothing" is the constant decoder.

    A dimension carries information where both KL_j and the mean KL between two examples' q(z_j|x)
    are at least `threshold`; the latter does not depend on the scale of the codes.
    """

    # the posterior
    dimensions: int
    coding: int  # dimensions that carry information
    rate: float
    # differences of J/τ, on training examples; `idle`, `astray` and `blind` on held-out ones
    saved: Mean  # against coding nothing
    excess: Mean  # over coding nothing, less 1 % of its loss
    idle: Mean  # over the same decoder without a code
    linear: Mean  # saved by a linear VAE at this τ
    lag: Mean  # `saved` behind half of what a linear code of `coding` dimensions saves on new data
    astray: Mean  # as `excess`
    blind: Mean  # saved by the decoder without a code
    # on held-out examples, at β = 1 and the best σ²
    worth: Mean  # of coding the data
    short: Mean  # this model behind half of `worth`
    missed: Mean | None  # worth of a linear code of the residual in the dead dimensions
    # the linear VAE
    expected: int  # its active dimensions at this τ
    largest: float  # its largest variance in units of τ
    tau: float
    variance: bool = True  # whether p(x|z) has one σ²
    threshold: float = 0.1  # nats
    # over time
    fall: Mean | None = None  # of J/τ over the last `over` steps
    over: int = 0  # 0: since the last diagnosis


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """All numbers of one model at one (τ, d), the verdict and its reason in a sentence.

    `observation` holds the posteriors of the held-out examples; below `threshold` nats a dimension
    counts as collapsed.
    """

    observation: Observation
    threshold: float
    aggregate: AggregateKL
    correlation: TotalCorrelation
    pairwise: PairwiseKL
    swap: Swap
    evidence: Evidence
    verdict: Verdict
    reason: str
    source: str

    @property
    def kl(self) -> Array:
        return self.observation.kl

    @property
    def var_mu(self) -> Array:
        return self.observation.mu.var(0, dtype=np.float64)

    @property
    def variance(self) -> Array:
        """E σ_j², (d,)."""
        return np.exp(self.observation.logvar.astype(np.float64)).mean(0)

    @property
    def collapsed(self) -> NDArray[np.bool_]:
        """Dimensions with a mean KL below the threshold, (d,)."""
        return self.kl < self.threshold

    @property
    def active(self) -> NDArray[np.bool_]:
        """Active units, (d,): Var_x(μ_j) > 0.01 (Burda et al. 2016)."""
        return self.var_mu > ACTIVE

    @property
    def alarm(self) -> str:
        """ "fine", "warning" (over 10 % of the dimensions collapsed) or "alarm" (over 20 %)."""
        return alarm(float(self.collapsed.mean())) or "fine"
