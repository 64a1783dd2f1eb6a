"""Estimates of the gradient of E f(z), z ~ N(μ, σ²), on μ and on σ: their variances, for any
polynomial f.

With z = μ + σε each estimate of one draw is a polynomial in ε ~ N(0, 1), so Gaussian moments give
its mean and its variance exactly. All are unbiased.

- pathwise (Kingma & Welling 2014, arXiv:1312.6114; Rezende et al. 2014, arXiv:1401.4082);
- score function (Williams 1992, "Simple statistical gradient-following algorithms for connectionist
  reinforcement learning", Machine Learning 8), with a constant baseline b or without.

Mohamed et al. 2020 (arXiv:1906.10652) compare them. Float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.polynomial import Polynomial

from vaeviz.records import Array
from vaeviz.theory.water_filling import Floats

DRAWS = 2048  # that the figures share
MOST = 64  # draws of one estimate
ESTIMATES = DRAWS // MOST
FUNCTIONS = {
    "square": Polynomial([0.0, 0.0, 1.0]),
    "shifted": Polynomial([4.0, -4.0, 1.0]),
    "raised": Polynomial([5.0, 0.0, 1.0]),
    "cube": Polynomial([0.0, 0.0, 0.0, 1.0]),
    "quartic": Polynomial([0.0, 0.0, 0.0, 0.0, 1.0]),
}
EPSILON = Polynomial([0.0, 1.0])
_PATH = {"mu": Polynomial([1.0]), "sigma": EPSILON}  # ∂z/∂μ, ∂z/∂σ
_SCORE = {"mu": EPSILON, "sigma": EPSILON**2 - 1}  # σ ∂ log q/∂μ, σ ∂ log q/∂σ


@dataclass(frozen=True)
class Problem:
    """The gradient of E f(z) on one `parameter` ("mu" or "sigma") of N(mu, sigma²)."""

    f: Polynomial
    mu: float
    sigma: float
    parameter: str = "mu"

    @property
    def z(self) -> Polynomial:
        """z as a polynomial in ε."""
        return Polynomial([self.mu, self.sigma])


def pathwise(p: Problem) -> Polynomial:
    """f'(z) ∂z/∂θ."""
    return p.f.deriv()(p.z) * _PATH[p.parameter]


def score(p: Problem, baseline: float = 0.0) -> Polynomial:
    """(f(z) − b) ∂ log q(z)/∂θ."""
    return (p.f(p.z) - baseline) * _SCORE[p.parameter] / p.sigma


def mean_baseline(p: Problem) -> float:
    """b = E f(z)."""
    return mean(p.f(p.z))


def optimal_baseline(p: Problem) -> float:
    """The constant of the least variance: E[f s²] / E[s²], with s the score."""
    square = _SCORE[p.parameter] ** 2
    return mean(p.f(p.z) * square) / mean(square)


BASELINES = {"optimal": optimal_baseline, "mean": mean_baseline}


def estimators(p: Problem, baseline: str) -> tuple[Polynomial, Polynomial, Polynomial]:
    """Pathwise, score function, and the score function with this baseline."""
    return pathwise(p), score(p), score(p, BASELINES[baseline](p))


def moment(k: int) -> float:
    """E ε^k: 1 · 3 · 5 … (k − 1) for an even k, else 0."""
    return 0.0 if k % 2 else float(prod(range(1, k, 2)))


def mean(of: Polynomial) -> float:
    """E of a polynomial in ε."""
    return float(sum(c * moment(k) for k, c in enumerate(of.coef)))


def variance(of: Polynomial) -> float:
    """Var of a polynomial in ε, by the covariances of the powers of ε."""
    c = of.coef
    covariances = [
        [moment(j + k) - moment(j) * moment(k) for k in range(len(c))] for j in range(len(c))
    ]
    return float(c @ np.array(covariances) @ c)


@dataclass(frozen=True)
class Measured:
    """The variance of a mean of `count` draws, measured over independent means, and its error."""

    count: int
    variance: float
    error: float


def measured(of: Polynomial, epsilon: Array, count: int) -> Measured:
    """From draws (N,), cut into N/count means."""
    means = of(epsilon).reshape(-1, count).mean(1)
    off = means - means.mean()
    found = float((off**2).mean())
    error = float(np.sqrt(max((off**4).mean() - found**2, 0.0) / len(means)))
    return Measured(count, found, error)


def draws(seed: int) -> Floats:
    """The draws ε of this seed, rounded so that a message carries them exactly."""
    return np.round(np.random.default_rng(seed).standard_normal(DRAWS), 6)
