"""What the figures of gradient estimators draw: pathwise, score function, and with a baseline."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array

NAMES = ("pathwise", "score function", "with a baseline")
RELAXED = ("Gumbel-softmax", "score function", "straight-through")
ROLES = ("posterior", "rate", "decoder")  # of the theme


@dataclass(frozen=True, eq=False)
class Estimates:
    """Of each estimator, (3, N) estimates of `count` draws each, and the `exact` gradient.

    `spread` (3,) are their standard deviations in closed form; `symbol` is what is estimated.
    """

    values: Array
    exact: float
    spread: Array
    count: int
    symbol: str
    source: str


@dataclass(frozen=True, eq=False)
class Variances:
    """Of each estimator the variance along `line`, (3, N), and at some places, (3, K), measured,
    with the errors (3, K).

    `names` are the estimators', in the order of ROLES. `quantity` is what runs along the line, with
    `ticks`; `low` and `high` are powers of ten of the axis.
    """

    line: Array
    exact: Array
    at: Array
    measured: Array
    error: Array
    quantity: str
    ticks: tuple[float, ...]
    title: str
    finding: str
    low: int
    high: int
    source: str
    names: tuple[str, ...] = NAMES


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Over the temperatures `taus` (T,): means (3, T) of each estimator with their errors, those at
    the present `tau` (3,), and the `exact` gradient, by enumeration.
    """

    taus: Array
    means: Array
    errors: Array
    tau: float
    present: Array
    present_error: Array
    exact: float
    source: str


@dataclass(frozen=True, eq=False)
class HeldNumber:
    """A draw over θ with its random number u held: `line` (N,) and `draws` (N,), None at a jump;
    `z` at `theta`, with its `slope` dz/dθ. `low` and `high` are the ends of z's axis.
    """

    law: str
    line: list[float | None]
    draws: list[float | None]
    theta: float
    z: float
    slope: float
    smooth: bool
    low: float
    high: float
    source: str


@dataclass(frozen=True, eq=False)
class TwoCurves:
    """Distribution functions along `line`, at θ and at θ + `change`, and where both reach `u`."""

    law: str
    line: Array
    here: Array
    there: Array
    theta: float
    change: float
    u: float
    z: tuple[float, float]
    source: str


@dataclass(frozen=True, eq=False)
class Simplex:
    """Soft draws (N, 3) at a temperature, the class (N,) that each is nearest to by its noise, and
    the probabilities p (3,).
    """

    draws: Array
    classes: Array
    p: Array
    tau: float
    source: str
