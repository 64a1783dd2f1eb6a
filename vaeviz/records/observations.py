"""Measures of a model on a set of examples. Rates are in nats."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vaeviz.records.active import Units, alarm
from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Curve:
    """A rate-distortion curve: trade-offs τ (T,), rates (T,) in nats, decoder losses (T,).

    The loss is the squared error summed over elements for a Gaussian decoder, -log p(x|z) in nats
    for others.
    """

    taus: Array
    rates: Array
    losses: Array


@dataclass(frozen=True, eq=False)
class Observation:
    """A codec's posteriors and losses on a set of examples at one (τ, d).

    mu, logvar (N, d); kl (d,) mean nats of each dimension; `losses` (N,) at one posterior sample
    each (unit as in Curve), `loss` their mean and `loss_error` its standard error over the N
    examples.
    """

    tau: float
    mu: Array
    logvar: Array
    kl: Array
    loss: float
    loss_error: float
    losses: Array = field(default_factory=lambda: np.zeros(0))

    @property
    def rate(self) -> float:
        """R, nats per example."""
        return float(self.kl.sum())


@dataclass(frozen=True)
class Readings:
    """The read-outs at one (β, σ²), nats per example; `error`: standard error of the distortion.

    `objective` is J = D + βR; `optimal_sigma2` the mean squared error per element (None without a
    σ²); `active` counts Var_x(μ_j) > 0.01 (Burda et al. 2016); `collapsed` mean KL_j below the
    threshold; `both` those that are active and collapsed.
    """

    rate: float
    distortion: float
    error: float
    elbo: float
    objective: float
    optimal_sigma2: float | None
    active: int
    collapsed: int
    dimensions: int
    both: int = 0

    @property
    def units(self) -> Units:
        return Units(self.active, self.collapsed, self.both, self.dimensions)

    @property
    def alarm(self) -> str:
        """ "fine", "warning" (over 10 % of the dimensions collapsed) or "alarm" (over 20 %)."""
        return alarm(self.collapsed / self.dimensions) or "fine"
