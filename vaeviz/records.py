"""Frozen NumPy records: what training and measures produce, and what figures draw. Rates are in nats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StepRecord:
    """One training step, measured on its own batch before the update that it caused.

    `step` counts from 1. `distortion`, `rate` and `elbo` = -(distortion + rate) are nats per example; `kl`
    (d,) is the rate of each latent dimension; `beta` the KL weight of this step, `objective` what was
    minimised (D + βR, with the floor of the free bits where there is one); `sigma2` the decoder's variance in
    squared data units (no meaning for Bernoulli and categorical decoders). A plain autoencoder has rate 0: its
    `elbo` is -distortion and no bound.
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
