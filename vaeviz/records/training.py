"""A training step, an evaluation, and a frame of a live run. Rates are in nats."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class StepRecord:
    """One training step, measured on its batch before its update.

    `step` counts from 1. `distortion`, `rate` and `elbo` = -(distortion + rate) are nats per
    example; `kl` (d,) is the rate of each latent dimension; `beta` the KL weight of this step,
    `objective` what was minimised (D + βR, with the floor of the free bits where there is one);
    `sigma2` the decoder's variance in squared data units (meaningless without one σ² for all
    pixels). A plain autoencoder has rate 0: its `elbo` is -distortion and no bound.
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
    """Held-out averages in nats per example, over `examples`, each with `samples` posterior
    samples.

    `error` is the standard error of `distortion` from sampling z (not from the choice of examples);
    `objective` = distortion + beta · rate; `sigma2` the variance used, NaN where every pixel has
    its own; `active` counts the dimensions with Var_x(E[z_j|x]) > 0.01 (Burda et al. 2016,
    arXiv:1509.00519).
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


@dataclass(frozen=True)
class Move:
    """A user's change of "beta", "sigma2" or "learning_rate", in force after `step`."""

    step: int
    name: str
    value: float


@dataclass(frozen=True, eq=False)
class History:
    """T recorded steps of one model: each array (T,), `kl` (T, d); nats, on the step's own batch.

    `active` counts Var_x(μ_j) > 0.01 on the batch. The gradients are norms over the encoder's
    weights, of D and of βR, on fixed examples with fixed noise; NaN at steps where they were not
    measured.
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


TWINS = {"": "", "A": "1", "B": "2"}  # a twin's label, and its name on pages: A is an example


@dataclass(frozen=True, eq=False)
class Learner:
    """One model of a live run after `step` updates, on N fixed held-out examples with fixed noise.

    mu, logvar (N, d); kl (d,) mean nats of each dimension; `distortion` and `rate` mean nats, one z
    per example; `active` counts Var_x(μ_j) > 0.01; `recon` (n, D) the decoder's means for the first
    n examples, `samples` (m, D) those of m fixed draws from the prior. `beta` is the weight in
    force, after its schedule. `origin` is what the figures' sources call it.
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
    origin: str = "live model"


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """A frame of a live run: one learner, or two twins; `pace` in steps per second."""

    step: int
    steps: int
    pace: float
    seconds_left: float
    learners: tuple[Learner, ...]
    moves: tuple[Move, ...]
