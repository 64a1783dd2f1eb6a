"""What the linear laboratory shows, all closed form. D components, d latent dimensions, nats per example."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Laboratory:
    """The linear VAE's optimum at (β, σ²), by its spectrum.

    Eigenvalues (D,) over the water level `tau`; `kept` (D,) is the squared error left in each component,
    `kl` (k,) and `gap` (k,) the rate of each of the first k = min(d, D) and its share of the bound's gap.
    `optimal_sigma2` is the best σ² at this β; `best` the highest log-likelihood at any (β, σ²): that of β = 1
    at its own best σ². Where d holds all that varies in the data, they are 0 and infinite.
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
        """Components above the water."""
        return int((self.kl > 0).sum())


@dataclass(frozen=True, eq=False)
class BoundCurve:
    """The linear VAE's optimum at each β (B,) and one σ²: ELBO, exact log-likelihood, and gap, (B,) each."""

    betas: Array
    sigma2: float
    elbo: Array
    log_likelihood: Array
    gap: Array
    source: str
