"""The linear VAE's closed form against brute force, pPCA's density, Monte Carlo, and its limits."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import multivariate_normal, ortho_group
from sklearn.datasets import load_digits

from vaeviz.config import UserError
from vaeviz.densities import gaussian
from vaeviz.objectives import ELBO
from vaeviz.theory import linear_vae
from vaeviz.theory.linear_vae import LinearVAE, Spectrum

DEVIATIONS = np.sqrt([4.0, 2.0, 1.2, 0.6, 0.2, 0.05])
PAIRS = [
    (1.0, 0.3),
    (4.0, 0.1),
    (0.25, 0.5),
    (10.0, 0.15),
    (0.5, 2.0),
    (30.0, 1.0),
]  # (beta, sigma2)


def _data(n: int = 80, seed: int = 0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    rotation = ortho_group.rvs(len(DEVIATIONS), random_state=seed)
    return rng.normal(size=(n, len(DEVIATIONS))) * DEVIATIONS @ rotation.T + rng.normal(
        size=len(DEVIATIONS)
    )


X = _data()
SPECTRUM = linear_vae.spectrum(X)
DIGITS = load_digits().data / 16
DIGITS_SPECTRUM = linear_vae.spectrum(DIGITS)


def _of(values: NDArray[np.float64]) -> Spectrum:
    """A spectrum with given eigenvalues, on the axes."""
    return Spectrum(np.zeros(len(values)), np.array(values), np.eye(len(values)))


# --- brute force: the exact expectation of J over data and noise, for any V, W, variances and
# sigma2


def _expected_terms(
    V: torch.Tensor, W: torch.Tensor, logvar: torch.Tensor, log_sigma2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Mean distortion, mean KL (d,), mean squared error; every expectation computed here, not by
    sampling.
    """
    centred = torch.tensor(X - X.mean(0))
    mu = centred @ V.T  # (N, d)
    error = ((centred - mu @ W.T) ** 2).sum(-1).mean() + (logvar.exp() * (W**2).sum(0)).sum()
    distortion = 0.5 * X.shape[1] * (np.log(2 * np.pi) + log_sigma2) + error / (
        2 * log_sigma2.exp()
    )
    return distortion, gaussian.kl_to_standard_normal(mu, logvar.expand_as(mu)).mean(0), error


def _minimise(beta: float, sigma2: float | None, latent: int) -> dict[str, NDArray[np.float64]]:
    """The minimum of J by L-BFGS from a random start; over sigma2 too where it is None."""
    size = X.shape[1]
    shapes = [(latent, size), (size, latent), (latent,), ()]
    counts = [int(np.prod(shape)) for shape in shapes]

    def unpack(flat: torch.Tensor) -> list[torch.Tensor]:
        parts = [p.reshape(shape) for p, shape in zip(flat.split(counts), shapes, strict=True)]
        return parts if sigma2 is None else [*parts[:3], torch.tensor(np.log(sigma2))]

    def objective(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        flat = torch.tensor(values, requires_grad=True)
        distortion, kl, _ = _expected_terms(*unpack(flat))
        J = distortion + beta * kl.sum()
        J.backward()
        assert flat.grad is not None
        return J.item(), flat.grad.numpy()

    start = np.random.default_rng(0).normal(size=sum(counts)) * 0.5
    options = {"maxiter": 4000, "maxfun": 4000, "ftol": 1e-16, "gtol": 1e-9, "maxcor": 50}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options=options)
    V, W, logvar, log_sigma2 = unpack(torch.tensor(found.x))
    distortion, kl, error = _expected_terms(V, W, logvar, log_sigma2)
    order = np.argsort(-kl.numpy())
    return {
        "J": np.array(found.fun),
        "distortion": distortion.numpy(),
        "kl": kl.numpy()[order],
        "error": error.numpy(),
        "sigma2": log_sigma2.exp().numpy(),
        "V": V.numpy()[order],
        "W": W.numpy()[:, order],
        "variances": logvar.exp().numpy()[order],
    }


@pytest.mark.parametrize(("beta", "sigma2"), PAIRS)
@pytest.mark.parametrize("latent", [3, 6])
def test_brute_force_finds_the_same_optimum(beta: float, sigma2: float, latent: int) -> None:
    exact, found = linear_vae.solve(SPECTRUM, beta, sigma2, latent), _minimise(beta, sigma2, latent)
    assert exact.objective == pytest.approx(found["J"], abs=1e-7)
    assert exact.distortion == pytest.approx(found["distortion"], abs=1e-3)
    assert exact.squared_error == pytest.approx(found["error"], rel=1e-4)
    np.testing.assert_allclose(exact.kl, found["kl"], atol=2e-4)
    for name in ("W", "V"):  # each axis may point either way
        np.testing.assert_allclose(np.abs(getattr(exact, name)), np.abs(found[name]), atol=5e-3)
    np.testing.assert_allclose(exact.variances, found["variances"], atol=2e-3)


@pytest.mark.parametrize(("beta", "sigma2"), PAIRS)
def test_the_gradient_vanishes_at_the_closed_form(beta: float, sigma2: float) -> None:
    exact = linear_vae.solve(SPECTRUM, beta, sigma2, 5)
    parts = [
        torch.tensor(a, requires_grad=True) for a in (exact.V, exact.W, np.log(exact.variances))
    ]
    distortion, kl, error = _expected_terms(*parts, torch.tensor(np.log(sigma2)))
    for gradient in torch.autograd.grad(distortion + beta * kl.sum(), parts):
        assert gradient.abs().max() < 1e-9
    assert distortion.item() == pytest.approx(exact.distortion, abs=1e-10)
    assert error.item() == pytest.approx(exact.squared_error, abs=1e-10)
    np.testing.assert_allclose(kl.detach().numpy(), exact.kl, atol=1e-12)


@pytest.mark.parametrize("beta", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("latent", [2, 3])
def test_brute_force_over_sigma2_too_finds_the_optimal_one(beta: float, latent: int) -> None:
    best = linear_vae.optimal_sigma2(SPECTRUM, beta, latent)
    found = _minimise(beta, None, latent)
    assert best == pytest.approx(found["sigma2"], rel=1e-4)
    assert linear_vae.solve(SPECTRUM, beta, best, latent).objective == pytest.approx(
        found["J"], abs=1e-7
    )


# --- the exact log-likelihood


def _log_likelihood(x: NDArray[np.float64], model: LinearVAE) -> float:
    C = model.W @ model.W.T + model.sigma2 * np.eye(len(model.mean))
    return float(multivariate_normal(model.mean, C).logpdf(x).mean())


@pytest.mark.parametrize("sigma2", [0.001, 0.02, 0.1, 0.5, 5.0])
@pytest.mark.parametrize("latent", [1, 3, 16])
@pytest.mark.parametrize("data", [X, DIGITS], ids=["synthetic", "digits"])
def test_at_beta_1_the_elbo_is_the_exact_log_likelihood(
    data: NDArray[np.float64], sigma2: float, latent: int
) -> None:
    exact = linear_vae.solve(linear_vae.spectrum(data), 1.0, sigma2, latent)
    assert exact.elbo == pytest.approx(_log_likelihood(data, exact), abs=1e-6)
    assert exact.log_likelihood == pytest.approx(exact.elbo, abs=1e-6)
    assert exact.gap == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("beta", "sigma2"), [pair for pair in PAIRS if pair[0] != 1])
def test_elsewhere_the_elbo_lies_below_by_the_kl_to_the_true_posterior(
    beta: float, sigma2: float
) -> None:
    exact = linear_vae.solve(SPECTRUM, beta, sigma2, 5)
    assert exact.log_likelihood == pytest.approx(_log_likelihood(X, exact), abs=1e-9)
    M = exact.W.T @ exact.W + sigma2 * np.eye(5)  # posterior N(M^-1 W'(x - m), sigma2 M^-1)
    mu, logvar = exact.encode(X)
    off = mu - (X - exact.mean) @ exact.W @ np.linalg.inv(M)
    variances = np.exp(logvar[0])
    log_dets = np.log(sigma2) * 5 - np.linalg.slogdet(M)[1] - logvar[0].sum()
    quadratic = (off @ M * off).sum(-1).mean() / sigma2
    expected = 0.5 * (np.trace(M * variances) / sigma2 + quadratic - 5 + log_dets)
    assert exact.gap == pytest.approx(expected, abs=1e-9)
    assert (exact.gap > 1e-4) == (exact.active > 0)


def test_the_density_of_any_weights_is_that_of_scipy() -> None:
    W = np.random.default_rng(3).normal(size=(6, 3))  # its columns are not orthogonal
    reference = multivariate_normal(X.mean(0), W @ W.T + 0.4 * np.eye(6)).logpdf(X).mean()
    assert linear_vae.ppca_log_likelihood(SPECTRUM, W, 0.4) == pytest.approx(reference, abs=1e-10)


# --- against the sampled objective that the training loop sees


@pytest.mark.parametrize(("beta", "sigma2"), PAIRS)
def test_monte_carlo_gives_the_same_rate_distortion_and_error(beta: float, sigma2: float) -> None:
    exact, samples = linear_vae.solve(SPECTRUM, beta, sigma2, 5), 500
    x, (mu, logvar) = torch.tensor(X), (torch.tensor(a.copy()) for a in exact.encode(X))
    noise = torch.randn(
        samples, *mu.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    out = torch.tensor(exact.decode(gaussian.sample(mu, logvar, noise).reshape(-1, 5).numpy()))
    out = out.reshape(samples, *X.shape)
    log_sigma2 = torch.tensor(np.log(sigma2))
    found = ELBO.terms(x, out, mu, logvar, "gaussian", log_sigma2)
    assert found.distortion.mean().item() == pytest.approx(exact.distortion, rel=1e-2)
    assert ((x - out) ** 2).sum(-1).mean().item() == pytest.approx(exact.squared_error, rel=1e-2)
    np.testing.assert_allclose(found.kl.mean(0), exact.kl, atol=1e-12)
    np.testing.assert_allclose(mu.var(0, correction=0), exact.var_mu, atol=1e-12)


# --- sigma2


@given(
    st.lists(st.floats(1e-3, 10), min_size=1, max_size=8),
    st.floats(0.01, 20),
    st.integers(1, 10),
)
def test_the_optimal_sigma2_is_consistent_and_least(
    values: list[float], beta: float, latent: int
) -> None:
    data = _of(np.sort(values)[::-1])
    best = linear_vae.optimal_sigma2(data, beta, latent)
    if best == 0:
        assert latent >= len(values)
        assert beta * len(values) <= len(values) * (1 + 1e-12)
        return
    at = linear_vae.solve(data, beta, best, latent)
    assert best * len(values) == pytest.approx(at.squared_error, rel=1e-9)  # the mean squared error
    others = [
        linear_vae.solve(data, beta, best * f, latent).objective
        for f in (0.1, 0.5, 0.9, 1.1, 2, 10)
    ]
    assert min(others) >= at.objective - 1e-9


@pytest.mark.parametrize(("beta", "latent"), [(0.05, 8), (1.0, 2), (1.0, 16), (3.0, 8), (40.0, 16)])
def test_on_digits_no_sigma2_does_better(beta: float, latent: int) -> None:
    def J(log_sigma2: float) -> float:
        return linear_vae.solve(DIGITS_SPECTRUM, beta, np.exp(log_sigma2), latent).objective

    best = linear_vae.optimal_sigma2(DIGITS_SPECTRUM, beta, latent)
    assert np.log(best) == pytest.approx(minimize_scalar(J, (-8, 2)).x, abs=1e-5)


def test_with_dimensions_for_all_the_data_beta_decides_whether_sigma2_falls_to_zero() -> None:
    data = _of(np.array([2.0, 1.0, 0.5]))
    assert linear_vae.optimal_sigma2(data, 0.9, 3) == 0  # J falls without bound
    assert linear_vae.optimal_sigma2(data, 1.0, 3) == pytest.approx(
        0.5
    )  # flat up to lambda_3 / beta
    J = [linear_vae.solve(data, 1.0, s, 3).objective for s in (0.01, 0.2, 0.5)]
    assert max(J) - min(J) < 1e-12
    assert linear_vae.optimal_sigma2(data, 1.1, 3) > 0
    flat = _of(np.array([2.0, 1.0, 0.0]))
    assert linear_vae.optimal_sigma2(flat, 1.0, 2) == 0
    assert (
        linear_vae.optimal_sigma2(flat, 1.6, 2) > 0
    )  # beta r = 3.2 > 3: the rate is worth too much
    assert linear_vae.optimal_sigma2(_of(np.zeros(3)), 1.0, 2) == 0


# --- limits and invariants


def test_the_figures_add_up_to_the_definitions() -> None:
    exact = linear_vae.solve(SPECTRUM, 4.0, 0.1, 5)
    assert exact.tau == pytest.approx(0.4)
    assert exact.active == 4
    assert exact.objective == pytest.approx(exact.distortion + 4 * exact.kl.sum())
    assert exact.elbo == pytest.approx(-exact.distortion - exact.kl.sum())


def test_a_component_exactly_at_the_level_is_off() -> None:
    exact = linear_vae.solve(_of(np.array([2.0, 1.0, 0.5])), 2.0, 0.5, 3)
    assert exact.active == 1
    assert exact.kl[1:].tolist() == [0, 0]
    assert exact.variances[1:].tolist() == [1, 1]


@pytest.mark.parametrize("tau", [1.0, 4.0, 100.0])
def test_above_the_first_eigenvalue_the_posterior_is_the_prior(tau: float) -> None:
    exact = linear_vae.solve(_of(np.array([1.0, 0.5])), tau, 1.0, 2)
    mu, logvar = exact.encode(np.ones((3, 2)))
    assert not mu.any()
    assert not logvar.any()
    assert not exact.W.any()
    assert exact.rate == 0


def test_at_a_vanishing_level_it_is_pca() -> None:
    exact = linear_vae.solve(SPECTRUM, 1e-6, 1e-3, 3)
    vectors = SPECTRUM.eigenvectors[:, :3]
    mu, _ = exact.encode(X)
    centred = X - X.mean(0)
    np.testing.assert_allclose(
        exact.decode(mu), X.mean(0) + centred @ vectors @ vectors.T, atol=1e-6
    )
    assert exact.squared_error == pytest.approx(SPECTRUM.eigenvalues[3:].sum(), rel=1e-6)
    np.testing.assert_allclose(mu.var(0), 1, atol=1e-6)


@pytest.mark.parametrize(("beta", "sigma2"), PAIRS)
def test_beta_and_sigma2_move_the_networks_only_through_tau(beta: float, sigma2: float) -> None:
    one, other = (
        linear_vae.solve(SPECTRUM, beta, sigma2, 4),
        linear_vae.solve(SPECTRUM, 1, beta * sigma2, 4),
    )
    for name in ("W", "V", "variances", "kl", "squared_error"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-12)
    if beta != 1:
        assert one.distortion != pytest.approx(other.distortion)


@given(st.integers(0, 1000), st.sampled_from(PAIRS))
def test_rotating_the_data_rotates_the_model_and_nothing_else(
    seed: int, pair: tuple[float, float]
) -> None:
    rotation = ortho_group.rvs(X.shape[1], random_state=seed)
    plain = linear_vae.solve(SPECTRUM, *pair, 4)
    turned = linear_vae.solve(linear_vae.spectrum(X @ rotation), *pair, 4)
    np.testing.assert_allclose(turned.kl, plain.kl, atol=1e-10)
    for name in ("distortion", "rate", "elbo", "squared_error", "log_likelihood", "active"):
        assert getattr(turned, name) == pytest.approx(getattr(plain, name), abs=1e-9)
    pictures = [
        model.decode(model.encode(x)[0]) for model, x in ((plain, X), (turned, X @ rotation))
    ]
    np.testing.assert_allclose(pictures[0] @ rotation, pictures[1], atol=1e-9)


@pytest.mark.parametrize(("beta", "sigma2"), [(1.0, 0.3), (4.0, 0.1), (0.25, 2.0)])
def test_an_unused_dimension_changes_nothing(beta: float, sigma2: float) -> None:
    enough = linear_vae.solve(SPECTRUM, beta, sigma2, 5)
    for latent in (6, 7, 20):  # the last two have more dimensions than the data
        wider = linear_vae.solve(SPECTRUM, beta, sigma2, latent)
        assert wider.kl[5:].tolist() == [0] * (latent - 5)
        np.testing.assert_array_equal(wider.kl[:5], enough.kl)
        for name in ("distortion", "rate", "squared_error", "log_likelihood", "gap"):
            assert getattr(wider, name) == pytest.approx(getattr(enough, name), abs=1e-12)
        np.testing.assert_allclose(
            wider.decode(wider.encode(X)[0]), enough.decode(enough.encode(X)[0])
        )


def test_the_curve_is_that_of_the_solutions() -> None:
    taus = np.geomspace(1e-3, 10, 9)
    rates, errors = linear_vae.curve(DIGITS_SPECTRUM, taus, 8)
    solutions = [linear_vae.solve(DIGITS_SPECTRUM, 1.0, tau, 8) for tau in taus]
    np.testing.assert_allclose(rates, [s.rate for s in solutions], atol=1e-12)
    np.testing.assert_allclose(errors, [s.squared_error for s in solutions], atol=1e-12)


def test_the_spectrum_rebuilds_mean_and_covariance() -> None:
    centred = X - X.mean(0)
    rebuilt = SPECTRUM.eigenvectors * SPECTRUM.eigenvalues @ SPECTRUM.eigenvectors.T
    np.testing.assert_allclose(rebuilt, centred.T @ centred / len(X), atol=1e-12)
    np.testing.assert_allclose(SPECTRUM.mean, X.mean(0))
    assert (np.diff(SPECTRUM.eigenvalues) <= 0).all()
    assert linear_vae.spectrum(X.astype(np.float32)).eigenvalues.dtype == np.float64


def test_pixels_that_never_change_have_eigenvalue_zero() -> None:
    constant = int((DIGITS.std(0) == 0).sum())
    assert constant == 3
    assert (DIGITS_SPECTRUM.eigenvalues == 0).sum() == constant
    assert linear_vae.solve(DIGITS_SPECTRUM, 1e-3, 1e-6, 64).active == 64 - constant


def test_records_cannot_be_changed() -> None:
    exact = linear_vae.solve(SPECTRUM, 1.0, 0.3, 3)
    arrays = (exact.W, exact.V, exact.kl, exact.variances, exact.mean, SPECTRUM.eigenvalues)
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        exact.beta = 2.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("beta", "sigma2"), [(0, 1), (1, 0), (-1, 1), (np.nan, 1), (1, np.inf), (1e-200, 1e-200)]
)
def test_settings_without_an_optimum_are_refused_in_one_line(beta: float, sigma2: float) -> None:
    with pytest.raises(UserError) as caught:
        linear_vae.solve(SPECTRUM, beta, sigma2, 3)
    assert "\n" not in str(caught.value)
    assert "give two positive" in str(caught.value)
