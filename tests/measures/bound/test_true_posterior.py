"""log p(x) and the true posterior on a grid: against sampling, and against the closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vaeviz.measures.bound.joint import Joint, log_normal
from vaeviz.measures.bound.true_posterior import (
    divergence,
    example_bound,
    points,
    quadrature,
    true_posterior,
)
from vaeviz.records import Array
from vaeviz.records.true_posterior import PosteriorGrid
from vaeviz.serve import models
from vaeviz.serve.probes import Probe
from vaeviz.theory import linear_vae
from vaeviz.theory.importance import log_mean_exp
from vaeviz.theory.linear_posterior import gaussian_gap, rotated

DRAWS = 60_000


def moments(grid: PosteriorGrid) -> tuple[Array, Array]:
    """Mean (2,) and covariance (2, 2) of p(z|x)."""
    z, mass = points(grid.u, grid.v), grid.density.ravel() * grid.cell
    mean = mass @ z
    return mean, (z - mean).T @ (mass[:, None] * (z - mean))


def sampled(joint: Joint, x: Array, grid: PosteriorGrid, seed: int) -> float:
    """log p(x) by importance sampling from a wide Student's t with 3 degrees around p(z|x)."""
    rng = np.random.default_rng(seed)
    mean, covariance = moments(grid)
    root = np.linalg.cholesky(covariance)
    scale = np.sqrt(3 / rng.chisquare(3, DRAWS))[:, None]
    off = rng.standard_normal((DRAWS, 2)) * scale
    log_t = -2.5 * np.log1p((off**2).sum(1) / 3) - math.log(2 * math.pi)
    log_t -= np.log(np.diag(root)).sum()
    return float(log_mean_exp(joint(x, mean + off @ root.T) - log_t))


def test_the_grid_agrees_with_importance_sampling_on_fifty_digits(
    digits: Probe, joint: Joint
) -> None:
    off = []
    for k in range(50):
        grid = true_posterior(joint, digits.x[k])
        assert grid.density.sum() * grid.cell == pytest.approx(1.0, abs=1e-9)
        off.append(sampled(joint, digits.x[k], grid, k) - grid.evidence)
    assert np.abs(off).max() < 0.02
    assert abs(np.mean(off)) < 0.003


def test_a_finer_grid_says_the_same_within_what_the_coarser_one_admits(
    digits: Probe, joint: Joint
) -> None:
    for k in range(8):
        grid = true_posterior(joint, digits.x[k])
        finer = true_posterior(joint, digits.x[k], 201)
        assert abs(finer.evidence - grid.evidence) <= max(grid.halved, 1e-3)


def test_the_gap_is_the_divergence(digits: Probe, joint: Joint) -> None:
    made = [example_bound(joint, x) for x in digits.x[:30]]
    assert max(abs(each.gap - each.kl) for each in made) < 0.02
    assert min(each.kl for each in made) > 0
    assert np.mean([each.gap for each in made]) == pytest.approx(6.19, abs=0.1)


@pytest.mark.parametrize("beta", [0.5, 1.0, 3.0])
def test_a_linear_decoder_has_its_closed_form(digits: Probe, beta: float) -> None:
    joint = Joint(digits.linear, beta * 0.05, 2, 0.05)
    vae = linear_vae.solve(digits.linear.spectrum, beta, 0.05, 2)
    exact, x = rotated(vae, 0.05, 0.0), digits.x[:6].astype(np.float64)
    mu, _ = vae.encode(x)
    gaps = gaussian_gap(exact.precision(), mu - exact.posterior_mean(x), vae.variances)
    for k, example in enumerate(digits.x[:6]):
        made = example_bound(joint, example)
        assert made.evidence == pytest.approx(exact.evidence(x)[k], abs=1e-4)
        assert made.gap == pytest.approx(gaps[k], abs=2e-4)
        assert made.kl == pytest.approx(gaps[k], abs=2e-4)
        mean, covariance = moments(made.grid)
        np.testing.assert_allclose(mean, exact.posterior_mean(x)[k], atol=1e-4)
        np.testing.assert_allclose(covariance, np.linalg.inv(exact.precision()), atol=1e-4)


def test_a_likelihood_without_a_variance_has_a_grid_too(digits: Probe) -> None:
    codec = models.multi_rate(digits, "bernoulli", 60)
    assert codec is not None
    made = example_bound(Joint(codec, 1.0, 2, 0.05), digits.x[0])
    assert made.gap == pytest.approx(made.kl, abs=0.01)
    assert made.gap > 0


def test_a_posterior_between_the_lines_of_the_coarse_grid_is_found(digits: Probe) -> None:
    codec = models.multi_rate(digits, "gaussian", 60)
    assert codec is not None
    joint = Joint(codec, 0.001, 2, 0.001)
    for x in digits.x[:6]:
        mu, sigma = joint.encode(x)
        nodes, weights = quadrature(8, 2)
        log_q = log_normal(mu + sigma * nodes, mu, sigma)
        elbo = weights @ (joint(x, mu + sigma * nodes) - log_q)
        assert true_posterior(joint, x).evidence > elbo
        assert divergence(joint, x, mu, sigma, elbo) == pytest.approx(0.0, abs=1.0)


def test_quadrature_is_exact_for_polynomials() -> None:
    nodes, weights = quadrature(5, 2)
    assert weights.sum() == pytest.approx(1.0)
    assert weights @ nodes[:, 0] ** 4 == pytest.approx(3.0)
    assert weights @ (nodes[:, 0] * nodes[:, 1]) == pytest.approx(0.0, abs=1e-12)
