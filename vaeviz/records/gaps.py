"""The gap of the ELBO, split into what the family of q and what the encoder loses; nats."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array

TITLES = {  # of the kinds of q
    "encoder": "encoder",
    "diagonal": "diagonal",
    "full": "full",
    "planar": "planar flow",
    "spline": "spline flow",
}


@dataclass(frozen=True, eq=False)
class Gaps:
    """Of N examples: log p(x), the ELBO of the encoder's q, and of the best q of each Gaussian
    family, all (N,).
    """

    evidence: Array
    encoder: Array
    diagonal: Array
    full: Array


@dataclass(frozen=True, eq=False)
class Kind:
    """A q for one example: its ELBO, the standard error of that, and where it puts the circles of
    one and two deviations, each (n, 2).
    """

    title: str
    elbo: float
    error: float
    curves: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class GapStack:
    """Gaps of examples (n,) by their numbers, the last one being the mean of `count`; `depth` ends
    the axis. Empty arrays while `waits` says what is on its way.
    """

    numbers: tuple[str, ...]
    approximation: Array
    amortization: Array
    family: str
    count: int
    depth: float
    source: str
    waits: str = ""


@dataclass(frozen=True, eq=False)
class KindGaps:
    """The gap log p(x) − ELBO of each kind of q for one example, with standard errors."""

    titles: tuple[str, ...]
    gap: Array
    error: Array
    chosen: int
    source: str
    waits: str = ""
