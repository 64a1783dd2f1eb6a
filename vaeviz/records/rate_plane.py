"""The rate-distortion plane with dedicated models, lines of equal ELBO, and limits."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.drawings import RateDistortion


@dataclass(frozen=True)
class DedicatedPoint:
    """One trained model: its name ("" in a grid), τ, d, seed, rate in nats, loss as in Curve.

    `shipped`: it comes with vaeviz; else a user kept it.
    """

    name: str
    tau: float
    d: int
    seed: int
    rate: float
    loss: float
    shipped: bool = False


@dataclass(frozen=True, eq=False)
class RatePlane:
    """`base` with `points` in its unit of loss, and the ELBO on its axes.

    D + R is constant along lines that fall by `elbo_slope` units of loss per nat (σ² for a Gaussian
    decoder, 1 for others). `elbo_lines` are the losses at R = 0 where such lines begin; `elbo` and
    `best` those through the current point and of the highest ELBO on the curve, each with its value
    in nats. `training`: the curve is the training set's and the point that of held-out examples, so
    they cannot be compared. `decoding` is the loss of a decoder that ignores z, `encoding` that of
    one that gets x itself; None where not known.
    """

    base: RateDistortion
    points: tuple[DedicatedPoint, ...]
    elbo_slope: float
    elbo_lines: tuple[float, ...]
    elbo: tuple[float, float]
    best: tuple[float, float]
    decoding: float | None
    encoding: float | None
    training: bool = False
