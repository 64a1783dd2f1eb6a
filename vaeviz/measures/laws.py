"""Draws as functions of a parameter θ: z = F⁻¹(u; θ), with the random number u held.

A distribution can be reparameterized where z moves smoothly with θ. Explicitly, where F⁻¹ is a
formula in θ and noise; implicitly (Figurnov et al. 2018, arXiv:1805.08498), where only the
distribution function F and the density p are known: F(z; θ) = u, so dz/dθ = −(∂F/∂θ) / p(z; θ).
Of three classes the draw is a step in θ, and no derivative is of use. Float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

STEP = 1e-5  # of the central difference, in θ
Value = Any  # a number or an array of numbers


@dataclass(frozen=True)
class Law:
    """A distribution of one parameter: its name, how its draws are made differentiable, and its
    functions of (u or z, θ). `low` and `high` are the ends of its axis. θ is the `scale` of some.
    """

    title: str
    how: str
    quantile: Callable[[Value, Value], Value]
    cdf: Callable[[Value, Value], Value]
    density: Callable[[Value, Value], Value]
    low: float
    high: float
    smooth: bool = True
    scale: bool = False

    def slope(self, z: Value, theta: float) -> Value:
        """dz/dθ at a draw z: ε = z/θ of z = θε; 0 for classes, as the step is flat."""
        if self.scale:
            return z / theta
        return implicit(self, z, theta) if self.smooth else 0.0 * z


def implicit(law: Law, z: Value, theta: float) -> Value:
    """−(∂F/∂θ) / p(z), with ∂F/∂θ by a central difference."""
    change = law.cdf(z, theta + STEP) - law.cdf(z, theta - STEP)
    return -change / (2 * STEP) / law.density(z, theta)


def _normal(z: Value, theta: Value) -> Value:
    return np.exp(-0.5 * (z / theta) ** 2) / (theta * math.sqrt(2 * math.pi))


def _laplace_quantile(u: Value, theta: Value) -> Value:
    away = np.asarray(u) - 0.5
    return -theta * np.sign(away) * np.log1p(-2 * np.abs(away))


def _laplace_cdf(z: Value, theta: Value) -> Value:
    return 0.5 - 0.5 * np.sign(z) * np.expm1(-np.abs(z) / theta)


def _gamma(z: Value, theta: Value) -> Value:
    return np.exp((theta - 1) * np.log(z) - z - special.gammaln(theta))


def _beta(z: Value, theta: Value) -> Value:
    log = (theta - 1) * np.log(z) + np.log1p(-z) - special.betaln(theta, 2.0)
    return np.exp(log)


def _bounds(theta: Value) -> tuple[Value, Value]:
    """Where class 1 and class 2 end, of probabilities (θ, 1, 1) / (θ + 2)."""
    return theta / (theta + 2), (theta + 1) / (theta + 2)


def _class(u: Value, theta: Value) -> Value:
    first, second = _bounds(np.asarray(theta, np.float64))
    return 1.0 + (u > first) + (u > second)


def _class_cdf(z: Value, theta: Value) -> Value:
    first, second = _bounds(theta)
    return np.select([z < 1, z < 2, z < 3], [0.0, first, second], 1.0)


LAWS = {
    "normal": Law("N(0, θ²)", "explicit: z = θε", lambda u, t: t * special.ndtri(u),
                  lambda z, t: special.ndtr(z / t), _normal, -9.0, 9.0, scale=True),
    "laplace": Law("Laplace(0, θ)", "explicit: z = θε", _laplace_quantile, _laplace_cdf,
                   lambda z, t: np.exp(-np.abs(z) / t) / (2 * t), -12.0, 12.0, scale=True),
    "gamma": Law("Gamma(θ, 1)", "implicit", lambda u, t: special.gammaincinv(t, u),
                 lambda z, t: special.gammainc(t, z), _gamma, 0.0, 10.0),
    "beta": Law("Beta(θ, 2)", "implicit", lambda u, t: special.betaincinv(t, 2.0, u),
                lambda z, t: special.betainc(t, 2.0, z), _beta, 0.0, 1.0),
    "classes": Law("Categorical", "not at all: a step", _class, _class_cdf,
                   lambda z, t: np.zeros_like(z), 0.5, 3.5, smooth=False),
}  # fmt: skip
