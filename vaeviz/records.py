"""Frozen NumPy records: what training and measures produce, and what figures draw. Rates are in nats."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class StepRecord:
    """One training step, measured on its own batch before the update that it caused.

    `step` counts from 1. `distortion`, `rate` and `elbo` = -(distortion + rate) are nats per example; `kl`
    (d,) is the rate of each latent dimension; `beta` the KL weight of this step, `objective` what was
    minimised (D + βR, with the floor of the free bits where there is one); `sigma2` the decoder's variance in
    squared data units (no meaning for Bernoulli and categorical decoders). A plain autoencoder has rate 0:
    its `elbo` is -distortion and no bound.
    """

    step: int
    beta: float
    distortion: float
    rate: float
    kl: Array
    elbo: float
    objective: float
    sigma2: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Held-out averages in nats per example, over `examples` examples and `samples` posterior samples each.

    `error` is the standard error of `distortion` that comes from sampling z (not from the choice of
    examples); `objective` = distortion + beta · rate; `sigma2` the variance used; `active` counts the
    dimensions with Var_x(E[z_j|x]) > 0.01 (Burda et al. 2016, arXiv:1509.00519).
    """

    distortion: float
    rate: float
    kl: Array
    elbo: float
    objective: float
    beta: float
    sigma2: float
    error: float
    squared_error: float
    active: int
    examples: int
    samples: int


@dataclass(frozen=True, eq=False)
class Chosen:
    """An example picked by hand, seen in two latent dimensions: posterior mean (2,) and deviation (2,)."""

    name: str
    index: int
    mean: Array
    deviation: Array


@dataclass(frozen=True, eq=False)
class LatentMap:
    """Posterior means (N, 2) by class in two latent dimensions (numbered from 0), axes from -span to span."""

    points: Array
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    dims: tuple[int, int]
    chosen: tuple[Chosen, ...]
    span: float
    source: str


@dataclass(frozen=True, eq=False)
class KLBars:
    """Mean KL (d,) of each latent dimension and the linear VAE's prediction for the sorted ones, in nats."""

    kl: Array
    linear: Array
    threshold: float
    top: float
    source: str


@dataclass(frozen=True, eq=False)
class RateDistortion:
    """The curve that the trade-off sweeps, and where we are on it.

    Rates in nats; `losses` and `loss` in `unit`: half the squared error for a Gaussian decoder (so that the
    picture stands still while σ² moves), nats for the others. `slope` is -dloss/drate at our point: τ, or β.
    `nats` pairs positions on the loss axis with the distortion in nats there, for a second scale.
    """

    rates: Array
    losses: Array
    linear_rates: Array
    linear_losses: Array
    rate: float
    loss: float
    slope: float
    beta: float
    right: float
    top: float
    unit: str
    nats: tuple[tuple[float, float], ...]
    source: str


@dataclass(frozen=True, eq=False)
class PlaneView:
    """Named point sets or paths in the data plane, for two-dimensional data: (name, symbol role, (n, 2))."""

    title: str
    layers: tuple[tuple[str, str, Array], ...]
    low: float
    high: float
    source: str


@dataclass(frozen=True, eq=False)
class ImageStrip:
    """Rows of grey images as one mosaic: bytes (rows, columns, H, W), with a name for each row."""

    title: str
    images: NDArray[np.uint8]
    row_names: tuple[str, ...]
    finding: str
    source: str


@dataclass(frozen=True, eq=False)
class Curve:
    """A rate-distortion curve: trade-offs τ (T,), rates (T,) in nats, and the decoder's losses (T,).

    The loss is the squared error summed over elements for a Gaussian decoder, -log p(x|z) in nats for others.
    """

    taus: Array
    rates: Array
    losses: Array


@dataclass(frozen=True, eq=False)
class Observation:
    """What a codec does to a set of examples at one (τ, d).

    mu, logvar (N, d); kl (d,) mean nats of each dimension; `losses` (N,) at one posterior sample each (unit
    as in Curve), `loss` their mean and `loss_error` its standard error over the N examples.
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
    """The read-outs at one (β, σ²), nats per example; `error` is the standard error of the distortion.

    `objective` is J = D + βR; `optimal_sigma2` the mean squared error per element (None without a σ²);
    `active` counts Var_x(μ_j) > 0.01 (Burda et al. 2016); `collapsed` mean KL_j below the threshold.
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

    @property
    def alarm(self) -> str:
        """ "fine", "warning" (over 10 % of the dimensions collapsed) or "alarm" (over 20 %)."""
        share = self.collapsed / self.dimensions
        return "alarm" if share > 0.2 else "warning" if share > 0.1 else "fine"


@dataclass(frozen=True)
class Move:
    """A setting of a run that a hand moved: "beta", "sigma2" or "learning_rate", in force after `step`."""

    step: int
    name: str
    value: float


@dataclass(frozen=True, eq=False)
class History:
    """T recorded steps of one model: each array (T,), `kl` (T, d); nats, on the step's own batch.

    `active` counts Var_x(μ_j) > 0.01 on the batch. The gradients are norms over the encoder's weights, of D
    and of βR, on fixed examples with fixed noise; NaN at steps where they were not measured.
    """

    step: Array
    beta: Array
    sigma2: Array
    learning_rate: Array
    distortion: Array
    rate: Array
    active: Array
    distortion_gradient: Array
    rate_gradient: Array
    kl: Array

    @property
    def elbo(self) -> Array:
        """-(D + R) (T,)."""
        return -(self.distortion + self.rate)


@dataclass(frozen=True, eq=False)
class Learner:
    """One model of a live run after `step` updates, seen on N fixed held-out examples with fixed noise.

    mu, logvar (N, d); kl (d,) mean nats of each dimension; `distortion` and `rate` mean nats, one z an
    example; `active` counts Var_x(μ_j) > 0.01; `recon` (n, D) the decoder's means for the first n examples,
    `samples` (m, D) those of m fixed draws from the prior. `beta` is the weight in force, after its schedule.
    """

    label: str
    variational: bool
    step: int
    beta: float
    sigma2: float
    learning_rate: float
    mu: Array
    logvar: Array
    kl: Array
    distortion: float
    rate: float
    active: int
    recon: Array
    samples: Array
    history: History


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """A live run as the page shows it: one learner, or two twins; `pace` in steps a second."""

    step: int
    steps: int
    pace: float
    seconds_left: float
    learners: tuple[Learner, ...]
    moves: tuple[Move, ...]
