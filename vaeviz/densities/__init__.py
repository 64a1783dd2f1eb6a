"""Likelihoods and log densities in nats, one family per file; `LIKELIHOODS` finds them by name.

A new likelihood is one file with its object, and one line here.
"""

from vaeviz.densities import (
    bernoulli,
    categorical,
    continuous_bernoulli,
    gaussian,
    gaussian_per_pixel,
)
from vaeviz.densities.likelihood import Likelihood, Variance

LIKELIHOODS: dict[str, Likelihood] = {
    likelihood.name: likelihood
    for likelihood in (
        gaussian.FIXED,
        gaussian.LEARNED,
        gaussian.OPTIMAL,
        gaussian_per_pixel.PER_PIXEL,
        bernoulli.BERNOULLI,
        continuous_bernoulli.CONTINUOUS_BERNOULLI,
        categorical.CATEGORICAL,
    )
}

__all__ = ["LIKELIHOODS", "Likelihood", "Variance"]
