"""Records of figures over T training steps, with the user's moves; twins share the axes."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array
from vaeviz.records.training import Move

Limits = tuple[float, float]


@dataclass(frozen=True, eq=False)
class LossCurves:
    """D and -ELBO (T,) at `step` (T,), in nats; the axis of steps ends at `right`.

    A plain autoencoder (`variational` false) has a distortion and no bound.
    """

    step: Array
    distortion: Array
    elbo: Array
    variational: bool
    moves: tuple[Move, ...]
    right: float
    limits: Limits
    source: str


@dataclass(frozen=True, eq=False)
class RateCurve:
    """R in nats and the active units of `dimensions`, (T,) each; the nats end at `top`."""

    step: Array
    rate: Array
    active: Array
    dimensions: int
    variational: bool
    moves: tuple[Move, ...]
    right: float
    top: float
    source: str


@dataclass(frozen=True, eq=False)
class KLHeat:
    """Mean KL (T, d) per latent dimension, nats; colours end at `top`, collapse at `threshold`."""

    step: Array
    kl: Array
    variational: bool
    threshold: float
    moves: tuple[Move, ...]
    right: float
    top: float
    source: str


@dataclass(frozen=True, eq=False)
class GradientNorms:
    """Norms (T,) over the encoder's weights of dD and d(βR), NaN where not measured.

    `limits` are whole powers of ten: log10 of the ends of the axis.
    """

    step: Array
    distortion: Array
    rate: Array
    moves: tuple[Move, ...]
    right: float
    limits: Limits
    source: str
