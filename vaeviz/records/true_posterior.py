"""The true posterior of one example on a grid, and what q misses of it."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class PosteriorGrid:
    """p(z|x) (Gv, Gu) at evenly spaced u (Gu,), v (Gv,). `evidence` is log p(x) in nats, and
    `halved` by how much it moves with every second line of the grid left out.
    """

    u: Array
    v: Array
    density: Array
    evidence: float
    halved: float

    @property
    def cell(self) -> float:
        """The area of a cell."""
        return float((self.u[1] - self.u[0]) * (self.v[1] - self.v[0]))


@dataclass(frozen=True, eq=False)
class ExampleBound:
    """One example: the true posterior, q's mean (2,) and deviation (2,), and the parts of the ELBO.

    `likelihood` is E_q log p(x|z), `rate` KL(q ‖ p(z)); `kl` is KL(q ‖ p(z|x)), summed on a grid of
    its own.
    """

    grid: PosteriorGrid
    mean: Array
    deviation: Array
    likelihood: float
    rate: float
    kl: float

    @property
    def evidence(self) -> float:
        """log p(x)."""
        return self.grid.evidence

    @property
    def elbo(self) -> float:
        """E_q log p(x|z) − KL(q ‖ p(z))."""
        return self.likelihood - self.rate

    @property
    def gap(self) -> float:
        """log p(x) − ELBO."""
        return self.evidence - self.elbo


@dataclass(frozen=True, eq=False)
class PosteriorView:
    """What the figure draws: the grid, curves of q by their name (each (n, 2), the first is the
    inner one), the title's words, and half the width of the axes around `centre` (2,).
    """

    grid: PosteriorGrid
    curves: tuple[Array, ...]
    q: str
    gap: float
    centre: Array
    reach: float
    source: str
