"""What the figures of gradient estimators draw: pathwise, score function, and with a baseline."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array

NAMES = ("pathwise", "score function", "with a baseline")
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

    `quantity` is what runs along the line, with `ticks`; `low` and `high` are powers of
    ten of the axis.
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
