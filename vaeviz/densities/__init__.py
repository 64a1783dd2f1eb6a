"""Likelihoods and log densities in nats, one family per file; `LIKELIHOODS` finds them by name.

A new likelihood is one file with its object in `ENTRIES`, and one line here.
"""

from importlib import import_module

from vaeviz.densities.likelihood import Likelihood, Variance

_FILES = (
    "gaussian",
    "gaussian_per_pixel",
    "bernoulli",
    "continuous_bernoulli",
    "categorical",
)
LIKELIHOODS: dict[str, Likelihood] = {
    likelihood.name: likelihood
    for file in _FILES
    for likelihood in import_module(f"{__name__}.{file}").ENTRIES
}

__all__ = ["LIKELIHOODS", "Likelihood", "Variance"]
