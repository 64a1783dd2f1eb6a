"""The KL between two Gaussians: values to know, quadrature, draws."""

from __future__ import annotations

import numpy as np
import pytest

from vaeviz.theory.two_gaussians import DRAWS, LINE, Gaussian, divergence, noise

PRIOR = Gaussian(0.0, 1.0)


@pytest.mark.parametrize(
    ("mu", "sigma", "nats"), [(0, 1, 0.0), (2, 1, 2.0), (0, 0.5, 0.318), (1, 2, 1.307)]
)
def test_the_values_to_know(mu: float, sigma: float, nats: float) -> None:
    assert divergence(Gaussian(mu, sigma), PRIOR, noise(0)).exact == pytest.approx(nats, abs=5e-4)


def test_quadrature_agrees_with_the_closed_form_over_all_settings() -> None:
    draw = np.random.default_rng(1)
    for _ in range(100):
        q = Gaussian(draw.uniform(-4, 4), 10 ** draw.uniform(np.log10(0.05), np.log10(4)))
        p = Gaussian(draw.uniform(-4, 4), 10 ** draw.uniform(np.log10(0.2), np.log10(4)))
        for first, second in ((q, p), (p, q)):
            made = divergence(first, second, noise(0))
            assert made.quadrature == pytest.approx(made.exact, rel=1e-9, abs=1e-9)
            assert made.exact >= 0


def test_draws_agree_within_four_standard_errors_and_the_error_shrinks() -> None:
    for seed in range(20):
        made = divergence(Gaussian(1.0, 0.5), PRIOR, noise(seed))
        assert abs(made.running[-1] - made.exact) < 4 * made.error[-1]
    assert made.error[-1] < 0.5 * made.error[DRAWS // 10]
    assert made.error[-1] == pytest.approx(
        np.std(ratios(Gaussian(1.0, 0.5), noise(seed)), ddof=1) / np.sqrt(DRAWS), rel=1e-9
    )


def ratios(q: Gaussian, epsilon: np.ndarray) -> np.ndarray:
    z = q.mu + q.sigma * epsilon
    return q.log(z) - PRIOR.log(z)


def test_the_integrand_is_zero_where_the_curves_cross_and_everywhere_when_they_are_one() -> None:
    assert np.abs(divergence(PRIOR, PRIOR, noise(0)).integrand).max() == 0
    made = divergence(Gaussian(1.0, 1.0), PRIOR, noise(0))  # they cross at z = 1/2
    assert made.integrand[np.abs(LINE - 0.5).argmin()] == pytest.approx(0, abs=1e-12)
    assert made.integrand[LINE < 0.4].max() < 0
    assert made.integrand[LINE > 0.6].min() > 0


def test_a_posterior_that_becomes_a_point_costs_log_two_per_halving() -> None:
    exact = [divergence(Gaussian(0.0, s), PRIOR, noise(0)).exact for s in (1e-3, 5e-4)]
    assert exact[1] - exact[0] == pytest.approx(np.log(2), abs=1e-5)
