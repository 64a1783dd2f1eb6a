"""How many bits per pixel a model needs, on one scale for all likelihoods."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bits:
    """Of one model, all in bits per pixel: `rate`, and `misfit`: minus the mean log probability of
    the pixels' grey levels; `error` is the standard error of rate and `normalised` over examples.

    `density` is −log₂ p at the grey values as it stands in the objective; `dequantised` is that of
    values spread evenly over their levels, an upper bound on `misfit` (None without a density).
    `total` is what the probabilities of all levels add up to, mean over pixels; `normalised` is the
    misfit after division by it.
    """

    name: str
    title: str
    rate: float
    misfit: float
    error: float
    density: float
    dequantised: float | None
    total: float
    normalised: float
    source: str

    @property
    def all(self) -> float:
        """Rate and misfit: an upper bound on −log₂ p(x), as the ELBO is a lower one on log p(x)."""
        return self.rate + self.misfit

    @property
    def proper(self) -> bool:
        """Whether the probabilities of all levels add up to 1."""
        return abs(self.total - 1) < 1e-3
