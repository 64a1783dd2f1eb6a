"""Importance weights w = p(x, z) / q(z|x) of a trained model, and of the linear decoder."""

from __future__ import annotations

import math

import numpy as np

from vaeviz.measures.bound.joint import Joint, log_normal
from vaeviz.measures.bound.true_posterior import REACH, example_bound, points
from vaeviz.records import Array
from vaeviz.records.true_posterior import ExampleBound
from vaeviz.records.weights import Weights
from vaeviz.theory.linear_posterior import LinearDecoder, gaussian_gap, relative_variance
from vaeviz.theory.water_filling import Floats

EDGE = 0.8  # of the box: what lies beyond must not count
CLEAR = 0.02  # of the integral
LINES = 81


def network_weights(joint: Joint, x: Array, draws: int, seed: int) -> Weights:
    """The weights of draws from the encoder's q, for examples (N, D) at two dimensions."""
    rng = np.random.default_rng(seed)
    made = [example_bound(joint, one) for one in x]
    log_w = np.empty((len(x), draws))
    for k, (one, of) in enumerate(zip(x, made, strict=True)):
        z = of.mean + of.deviation * rng.standard_normal((draws, joint.d))
        log_w[k] = joint(one, z) - log_normal(z, of.mean, of.deviation)
    return Weights(
        log_w,
        float(np.mean([of.evidence for of in made])),
        _mean_variance(joint, x, made),
        float(np.mean([of.elbo for of in made])),
    )


def _mean_variance(joint: Joint, x: Array, made: list[ExampleBound]) -> float:
    """The mean of Var w / E[w]²: infinite as soon as that of one example is."""
    total = 0.0
    for one, of in zip(x, made, strict=True):
        total += second_moment(joint, one, of) - 1
        if total == math.inf:
            break
    return total / len(made)


def second_moment(joint: Joint, x: Array, made: ExampleBound) -> float:
    """E[w²] / E[w]² = ∫ p(z|x)² / q(z|x) dz, on a grid over the posterior; infinite if a part that
    counts lies at the grid's edge, where the integrand would go on.
    """
    line = np.linspace(-1, 1, LINES)
    centre, half = _box(made)
    z = centre + half * points(line, line)
    log_ratio = 2 * (joint(x, z) - made.evidence) - log_normal(z, made.mean, made.deviation)
    parts = np.exp(np.minimum(log_ratio, 700.0)) * (line[1] - line[0]) ** 2 * float(np.prod(half))
    inside = (np.abs((z - centre) / half) < EDGE).all(axis=1)
    whole = float(parts.sum())
    return whole if parts[~inside].sum() < CLEAR * whole else math.inf


def _box(made: ExampleBound) -> tuple[Array, Array]:
    """The middle and half the sides (2,) of a box around the posterior's grid and q."""
    grid, reach = made.grid, REACH * made.deviation
    low = np.minimum([grid.u[0], grid.v[0]], made.mean - reach)
    high = np.maximum([grid.u[-1], grid.v[-1]], made.mean + reach)
    return (low + high) / 2, 0.65 * (high - low)


def linear_weights(decoder: LinearDecoder, tau: float, x: Floats, draws: int, seed: int) -> Weights:
    """The same for the linear decoder, at every d, with the best diagonal q at trade-off τ."""
    mu = decoder.posterior_mean(x, tau)  # (N, d)
    variances = 1 / np.diag(decoder.precision(tau))
    rng, log_w = np.random.default_rng(seed), np.empty((len(x), draws))
    for k, (one, mean) in enumerate(zip(x, mu, strict=True)):
        z = mean + np.sqrt(variances) * rng.standard_normal((draws, len(variances)))
        log_w[k] = decoder.log_joint(one, z) - log_normal(z, mean, np.sqrt(variances))
    off, precision = mu - decoder.posterior_mean(x), decoder.precision()
    evidence = float(decoder.evidence(x).mean())
    return Weights(
        log_w,
        evidence,
        float(relative_variance(precision, off, variances).mean()),
        evidence - float(gaussian_gap(precision, off, variances).mean()),
    )
