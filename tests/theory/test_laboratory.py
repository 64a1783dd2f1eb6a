"""Bound and log-likelihood of the linear VAE: no gap at β = 1, against three other forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.datasets import load_digits

from vaeviz.config import UserError
from vaeviz.theory import laboratory as lab
from vaeviz.theory import linear_vae
from vaeviz.theory.linear_vae import Spectrum

RNG = np.random.default_rng(4)
X = RNG.normal(size=(200, 6)) @ RNG.normal(size=(6, 6))
SPECTRA = {
    "synthetic": linear_vae.spectrum(X),
    "digits": linear_vae.spectrum(load_digits().data / 16),
}
BETAS = np.array([0.1, 0.5, 0.99, 1.0, 1.01, 3.0, 20.0, 500.0])
each_spectrum = pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA.keys())


@each_spectrum
@pytest.mark.parametrize("sigma2", [1e-3, 0.05, 1.0])
@pytest.mark.parametrize("latent", [1, 4, 70])
def test_log_likelihood_minus_bound_is_the_gap(
    spectrum: Spectrum, sigma2: float, latent: int
) -> None:
    """Each of the three is computed on its own."""
    seen = lab.over(spectrum, BETAS, np.full(len(BETAS), sigma2), latent)
    np.testing.assert_allclose(seen.log_likelihood - seen.elbo, seen.gap, rtol=1e-9, atol=1e-9)
    assert (seen.gap >= 0).all()
    assert seen.gap[3] == 0


@each_spectrum
@pytest.mark.parametrize("beta", [0.3, 1.0, 2.5])
def test_it_is_the_solved_models_bound_and_ppcas_density(spectrum: Spectrum, beta: float) -> None:
    exact, seen = linear_vae.solve(spectrum, beta, 0.04, 4), lab.laboratory(spectrum, beta, 0.04, 4)
    assert seen.elbo == pytest.approx(exact.elbo, rel=1e-12)
    assert seen.log_likelihood == pytest.approx(exact.log_likelihood, rel=1e-9)
    assert seen.gap.sum() == pytest.approx(exact.gap, abs=1e-8)
    np.testing.assert_allclose(seen.kl, exact.kl, rtol=1e-12)
    assert seen.kept.sum() == pytest.approx(exact.squared_error, rel=1e-12)
    assert (seen.active, seen.tau) == (exact.active, pytest.approx(0.04 * beta))


def test_pairs_of_beta_and_sigma2_are_each_their_own_laboratory() -> None:
    sigma2s = np.geomspace(1e-3, 2, len(BETAS))
    seen = lab.over(SPECTRA["digits"], BETAS, sigma2s, 5)
    for k, (beta, sigma2) in enumerate(zip(BETAS, sigma2s, strict=True)):
        exact = linear_vae.solve(SPECTRA["digits"], beta, sigma2, 5)
        assert seen.elbo[k] == pytest.approx(exact.elbo)
        assert seen.log_likelihood[k] == pytest.approx(exact.log_likelihood)
        assert seen.gap[k] == pytest.approx(exact.gap, abs=1e-8)


def test_log_likelihood_is_the_mean_of_scipys_density() -> None:
    for beta in (0.2, 1.0, 4.0):
        exact = linear_vae.solve(SPECTRA["synthetic"], beta, 0.3, 3)
        C = exact.W @ exact.W.T + 0.3 * np.eye(6)
        by_hand = multivariate_normal(exact.mean, C).logpdf(X).mean()
        assert lab.laboratory(SPECTRA["synthetic"], beta, 0.3, 3).log_likelihood == pytest.approx(
            by_hand
        )


@pytest.mark.parametrize("beta", [0.2, 2.0])
def test_the_gap_is_the_mean_kl_from_the_exact_posterior(beta: float) -> None:
    """KL between the two Gaussians, example by example."""
    sigma2 = 0.3
    exact = linear_vae.solve(SPECTRA["synthetic"], beta, sigma2, 4)
    M = exact.W.T @ exact.W + sigma2 * np.eye(4)
    centred = X - exact.mean
    apart = centred @ exact.V.T - centred @ np.linalg.solve(M, exact.W.T).T  # (N, d)
    precision = np.diag(M) / sigma2
    ratio = exact.variances * precision
    kl = 0.5 * (ratio - 1 - np.log(ratio) + (apart**2 * precision).mean(0))  # (d,)
    seen = lab.laboratory(SPECTRA["synthetic"], beta, sigma2, 4)
    np.testing.assert_allclose(seen.gap, kl, atol=1e-10)


@given(
    st.floats(1e-3, 1e3), st.floats(1e-4, 10), st.lists(st.floats(0, 100), min_size=1, max_size=5)
)
def test_no_gap_is_below_zero(beta: float, sigma2: float, values: list[float]) -> None:
    eigenvalues = np.sort(values)[::-1]
    gap = lab.gap_per_component(eigenvalues, beta, sigma2, 5)
    assert (gap >= -1e-12).all()
    assert (gap[eigenvalues <= beta * sigma2] == 0).all()


def test_nothing_beats_the_best_log_likelihood() -> None:
    best = lab.laboratory(SPECTRA["digits"], 3.0, 0.2, 8).best
    for sigma2 in np.geomspace(1e-3, 1, 40):
        assert (
            lab.over(SPECTRA["digits"], BETAS, np.full(len(BETAS), sigma2), 8).log_likelihood
            <= best + 1e-9
        ).all()
    ideal = linear_vae.optimal_sigma2(SPECTRA["digits"], 1.0, 8)
    at_best = lab.laboratory(SPECTRA["digits"], 1.0, ideal, 8)
    assert at_best.elbo == pytest.approx(best)
    assert at_best.optimal_sigma2 == ideal
    assert lab.laboratory(SPECTRA["digits"], 3.0, 0.2, 8).optimal_sigma2 > ideal


def test_under_water_everything_is_the_isotropic_gaussian() -> None:
    seen = lab.laboratory(SPECTRA["synthetic"], 1e6, 0.3, 4)
    assert seen.active == 0
    assert seen.elbo == pytest.approx(seen.log_likelihood)
    isotropic = multivariate_normal(X.mean(0), 0.3 * np.eye(6)).logpdf(X).mean()
    assert seen.elbo == pytest.approx(isotropic)
    np.testing.assert_array_equal(seen.kept, SPECTRA["synthetic"].eigenvalues)


def test_where_the_code_holds_all_the_best_is_infinite() -> None:
    seen = lab.laboratory(SPECTRA["digits"], 0.5, 0.1, 64)  # three pixels never vary
    assert seen.best == math.inf
    assert seen.optimal_sigma2 == 0


@pytest.mark.parametrize(
    ("beta", "sigma2"), [(0.0, 1.0), (1.0, 0.0), (math.inf, 1.0), (1.0, math.nan)]
)
def test_what_has_no_optimum_is_refused(beta: float, sigma2: float) -> None:
    with pytest.raises(UserError, match="above 0"):
        lab.laboratory(SPECTRA["synthetic"], beta, sigma2, 2)
