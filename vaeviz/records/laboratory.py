"""The linear laboratory, in closed form. D components, d latent dimensions, nats per example."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Laboratory:
    """The linear VAE's optimum at (β, σ²), by its spectrum.

    Eigenvalues (D,) over the water level `tau`; `kept` (D,) is the squared error left in each
    component, `kl` (k,) and `gap` (k,) the rate of each of the first k = min(d, D) and its share of
    the bound's gap. `optimal_sigma2` is the best σ² at this β; `best` the highest log-likelihood at
    any (β, σ²): that of β = 1 at its own best σ². Where d holds all that varies in the data, they
    are 0 and infinite.
    """

    eigenvalues: Array
    beta: float
    sigma2: float
    kept: Array
    kl: Array
    gap: Array
    elbo: float
    log_likelihood: float
    optimal_sigma2: float
    best: float
    source: str

    @property
    def tau(self) -> float:
        """βσ², the water level."""
        return self.beta * self.sigma2

    @property
    def active(self) -> int:
        """Components above the water level."""
        return int((self.kl > 0).sum())


@dataclass(frozen=True, eq=False)
class BoundCurve:
    """The linear VAE's optimum at each β (B,) and σ² (B,): ELBO, log-likelihood, gap (B,)."""

    betas: Array
    sigma2s: Array
    elbo: Array
    log_likelihood: Array
    gap: Array
    source: str


@dataclass(frozen=True, eq=False)
class Bound:
    """The bound and the log-likelihood (B,) over β or σ² (`symbol`) at x (B,), in nats per example.

    `at` is the current x, with `elbo_at` and `likelihood_at`; `best` the x to mark, None where it
    is not on the axis, and `named` what it is; `low` and `high` the ends of the axis of nats.
    """

    symbol: str
    x: Array
    elbo: Array
    log_likelihood: Array
    at: float
    elbo_at: float
    likelihood_at: float
    best: float | None
    named: str
    low: float
    high: float
    source: str


@dataclass(frozen=True, eq=False)
class Levels:
    """A spectrum and its water level τ: eigenvalues (D,), the error `kept` of each, `latent`
    dimensions.

    `low` and `high` are the ends of the axis of eigenvalues.
    """

    eigenvalues: Array
    kept: Array
    tau: float
    latent: int
    low: float
    high: float
    source: str


@dataclass(frozen=True, eq=False)
class KLPair:
    """KL (d,) of each dimension by falling size, exact and trained; `trained` is empty before
    training.

    `state` says how far the training is: "" where none was started, "trained" at its end. Bars
    below `threshold` nats do not count for `worst`.
    """

    exact: Array
    trained: Array
    state: str
    threshold: float
    top: float
    source: str

    @property
    def total_off(self) -> float:
        """|trained - exact| of the whole KL over the exact one; 0 / 0 is 0."""
        return _part(abs(float(self.trained.sum() - self.exact.sum())), float(self.exact.sum()))

    @property
    def worst(self) -> float:
        """The largest such ratio among the bars whose exact KL is over the threshold, or 0."""
        counted = self.exact > self.threshold
        off = abs(self.trained[counted] - self.exact[counted]) / self.exact[counted]
        return float(off.max(initial=0.0))


def _part(difference: float, whole: float) -> float:
    return difference / whole if whole > 0 else float(difference > 0)
