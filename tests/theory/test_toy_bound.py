"""The identity log p(x) = ELBO + KL(q ‖ p(z|x)) of one number, by quadrature and Monte Carlo."""

from __future__ import annotations

import numpy as np
import pytest

from vaeviz.theory.gaussian_kl import log_density
from vaeviz.theory.toy_bound import bound, elbo, posterior

PLACES = [(0.5, 1.0, 1.2, 1.0), (-2.0, 0.3, 3.0, 0.05), (1.0, 2.0, -1.5, 5.0), (0, 0.2, 0.4, 0.3)]
each = pytest.mark.parametrize(("mu", "sigma", "x", "noise"), PLACES)


@each
def test_evidence_is_elbo_plus_gap(mu: float, sigma: float, x: float, noise: float) -> None:
    made = bound(mu, sigma, x, noise)
    assert made.elbo + made.gap == pytest.approx(made.evidence, abs=1e-12)
    assert made.gap >= 0
    assert elbo(mu, sigma, x, noise) == pytest.approx(made.elbo, abs=1e-12)


@each
def test_evidence_and_elbo_agree_with_quadrature(
    mu: float, sigma: float, x: float, noise: float
) -> None:
    z = np.linspace(-24, 24, 80_001)
    joint = log_density(z, 0, 1) + log_density(x, z, noise)
    made = bound(mu, sigma, x, noise)
    assert np.log(np.trapezoid(np.exp(joint), z)) == pytest.approx(made.evidence, abs=1e-9)
    log_q = log_density(z, mu, sigma**2)
    integrand = np.exp(log_q) * (joint - log_q)
    assert np.trapezoid(integrand, z) == pytest.approx(made.elbo, abs=1e-6)


@each
def test_draws_agree_within_four_errors(mu: float, sigma: float, x: float, noise: float) -> None:
    z = mu + sigma * np.random.default_rng(0).standard_normal(100_000)
    terms = log_density(x, z, noise) + log_density(z, 0, 1) - log_density(z, mu, sigma**2)
    error = terms.std() / np.sqrt(len(terms))
    assert abs(terms.mean() - bound(mu, sigma, x, noise).elbo) < 4 * error


def test_the_gap_closes_at_the_true_posterior_alone() -> None:
    for *_, x, noise in PLACES:
        true = posterior(x, noise)
        assert bound(true.mu, true.sigma, x, noise).gap == pytest.approx(0, abs=1e-12)
        for mu, sigma in ((true.mu + 0.1, true.sigma), (true.mu, 1.1 * true.sigma)):
            assert bound(mu, sigma, x, noise).gap > 1e-3
