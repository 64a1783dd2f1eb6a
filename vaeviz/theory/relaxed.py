"""Gradients of E f(k) on the logits of three classes, k ~ softmax(ℓ), and what is drawn for them.

f(k) = (v_k − x)²: a decoder gives class k the value v_k. Adding Gumbel noise g to the logits and
taking the argmax draws from softmax(ℓ); Gumbel-softmax, or Concrete (Jang et al. 2017,
arXiv:1611.01144; Maddison et al. 2017, arXiv:1611.00712), puts softmax((ℓ + g) / τ) in its place,
and f(y) = (v·y − x)². Straight-through (Bengio et al. 2013, arXiv:1308.3432; with Gumbel-softmax:
Jang et al. 2017) takes the value at the class, and the derivative of the soft one. The score
function is Williams's (1992). All gradients are on ℓ₁. Float64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.records import Array

VALUES = np.array([-1.0, 0.5, 2.0])  # v
TARGET = 0.8  # x
LOSSES = (VALUES - TARGET) ** 2  # f(k)
DRAWS = 3000
TAUS = np.geomspace(0.05, 5.0, 13)


def softmax(a: Array) -> Array:
    """Along the last axis."""
    exps = np.exp(a - a.max(-1, keepdims=True))
    return exps / exps.sum(-1, keepdims=True)


def gumbel(seed: int, count: int = DRAWS) -> Array:
    """Gumbel noise (N, 3), rounded so that a message carries it exactly."""
    return np.round(np.random.default_rng(seed).gumbel(size=(count, 3)), 4)


def enumerated(logits: Array) -> float:
    """∂/∂ℓ₁ Σ_k p_k f(k) = p₁ (f(1) − Σ_k p_k f(k)): no draw, all classes."""
    p = softmax(logits)
    return float(p[0] * (LOSSES[0] - p @ LOSSES))


def gumbel_softmax(logits: Array, noise: Array, tau: float) -> Array:
    """2 (v·y − x) · v·∂y/∂ℓ₁ at the soft y of each draw: (N, 3) -> (N,)."""
    y = softmax((logits + noise) / tau)
    value = y @ VALUES
    return 2 * (value - TARGET) * y[:, 0] * (VALUES[0] - value) / tau


def straight_through(logits: Array, noise: Array, tau: float) -> Array:
    """The same, with f's derivative at the drawn class."""
    y = softmax((logits + noise) / tau)
    hard = VALUES[(logits + noise).argmax(1)]
    return 2 * (hard - TARGET) * y[:, 0] * (VALUES[0] - y @ VALUES) / tau


def score(logits: Array, noise: Array, tau: float = 1.0) -> Array:
    """f(k) ∂ log p_k/∂ℓ₁ at the drawn class; τ plays no part."""
    k = (logits + noise).argmax(1)
    return LOSSES[k] * ((k == 0) - softmax(logits)[0])


ESTIMATORS = (gumbel_softmax, score, straight_through)


@dataclass(frozen=True)
class Estimate:
    """Mean and variance of one draw's estimate, each with its standard error."""

    mean: float
    error: float
    variance: float
    variance_error: float


def estimate(values: Array) -> Estimate:
    """From independent estimates (N,)."""
    off = values - values.mean()
    variance = float((off**2).mean())
    spread = max(float((off**4).mean()) - variance**2, 0.0)
    return Estimate(
        float(values.mean()),
        (variance / (len(values) - 1)) ** 0.5,
        variance,
        (spread / len(values)) ** 0.5,
    )


def score_variance(logits: Array) -> float:
    """Var of the score function's estimate, by enumeration."""
    p = softmax(logits)
    each = LOSSES * (np.array([1.0, 0.0, 0.0]) - p[0])
    return float(p @ each**2 - (p @ each) ** 2)
