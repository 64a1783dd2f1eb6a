"""The true posterior p(z|x) = p(x, z) / p(x) of one example on a grid of two dimensions.

The decoder is evaluated on a coarse grid over the prior, then on finer ones around where p(x, z) is
not negligible; the sum over the last one is p(x). The ELBO's expectation is by Gauss-Hermite
quadrature, so that log p(x) − ELBO and KL(q ‖ p(z|x)) are computed in two ways.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from vaeviz.measures.bound.joint import Joint, log_normal
from vaeviz.records import Array
from vaeviz.records.true_posterior import ExampleBound, PosteriorGrid
from vaeviz.theory.gaussian_kl import kl

REACH = 6.0  # prior deviations
COARSE, MIDDLE, FINE = 61, 41, 101  # lines of the grids, on each axis
NEGLIGIBLE = 18.0  # nats below the highest point: e⁻¹⁸ of its density
NODES = 64  # of the quadrature, per dimension: the decoder has kinks
ACROSS = 61  # lines of q's own grid


def points(u: Array, v: Array) -> Array:
    """The points (Gv Gu, 2) of a grid, u fastest."""
    return np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)


def evidence(log_joint: Array, cell: float) -> float:
    """log p(x) = log ∫ p(x, z) dz, from log p(x, z) at the points of a grid."""
    top = log_joint.max()
    return float(top + np.log(np.exp(log_joint - top).sum() * cell))


def true_posterior(joint: Joint, x: Array, lines: int = FINE) -> PosteriorGrid:
    """p(z|x) of one example (D,), with p(x)."""
    mu = joint.encode(x)[0]  # a posterior narrower than the coarse cells may be met there alone
    u = v = np.linspace(-REACH, REACH, COARSE)
    for count in (MIDDLE, MIDDLE, lines):
        z = np.concatenate([points(u, v), mu[None]])
        u, v = _around(joint(x, z), z, (u[1] - u[0], v[1] - v[0]), count)
    log_joint = joint(x, points(u, v)).reshape(len(v), len(u))
    cell = float((u[1] - u[0]) * (v[1] - v[0]))
    whole = evidence(log_joint, cell)
    half = evidence(log_joint[::2, ::2], 4 * cell)
    return PosteriorGrid(u, v, np.exp(log_joint - whole), whole, abs(half - whole))


def _around(
    log_joint: Array, z: Array, cell: tuple[float, float], count: int
) -> tuple[Array, Array]:
    """`count` lines each way around what is not negligible, two cells wider on every side."""
    there = z[log_joint > log_joint.max() - NEGLIGIBLE]
    low, high = there.min(axis=0) - 2 * np.array(cell), there.max(axis=0) + 2 * np.array(cell)
    u, v = np.linspace(low, high, count).T
    return u, v


def example_bound(joint: Joint, x: Array, lines: int = FINE) -> ExampleBound:
    """All parts of the ELBO and its gap for one example (D,) and its q(z|x)."""
    mu, sigma = joint.encode(x)
    grid = true_posterior(joint, x, lines)
    nodes, weights = quadrature(NODES, joint.d)
    likelihood = float(weights @ joint.log_likelihood(x, mu + sigma * nodes))
    return ExampleBound(
        grid, mu, sigma, likelihood, float(kl(mu, sigma).sum()),
        divergence(joint, x, mu, sigma, grid.evidence),
    )  # fmt: skip


def divergence(joint: Joint, x: Array, mu: Array, sigma: Array, log_evidence: float) -> float:
    """KL(q ‖ p(z|x)) = Σ q log(q / p(z|x)) over a grid of q = N(mu, diag sigma²)."""
    line = np.linspace(-REACH, REACH, ACROSS)
    z = mu + sigma * points(line, line)
    log_q = log_normal(z, mu, sigma)
    log_posterior = joint(x, z) - log_evidence
    cell = (line[1] - line[0]) ** 2 * float(np.prod(sigma))
    return float((np.exp(log_q) * (log_q - log_posterior)).sum() * cell)


@lru_cache
def quadrature(count: int, d: int) -> tuple[Array, Array]:
    """Gauss-Hermite nodes (count^d, d) and weights for a mean over N(0, I)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    weights = weights / math.sqrt(2 * math.pi)
    every = np.stack(np.meshgrid(*[nodes] * d, indexing="ij"), axis=-1).reshape(-1, d)
    product = np.stack(np.meshgrid(*[weights] * d, indexing="ij"), axis=-1).reshape(-1, d)
    return every, product.prod(axis=1)
