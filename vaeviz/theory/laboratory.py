"""The linear laboratory: the spectrum at level τ, the bound and the exact log-likelihood.

At the optimum of J = D + βR (see `linear_vae`) the model's covariance W W' + σ² I has the
eigenvalue m_i = λ_i - τ + σ² along each active component and σ² elsewhere, so that pPCA's
log-likelihood (Tipping & Bishop 1999, equation 4) becomes

    -½ (D log 2π + Σ_active (log m_i + λ_i/m_i) + Σ_others (log σ² + λ_i/σ²)).

The exact posterior has variance σ²/m_i and mean √(λ_i - τ) y_i/m_i, with y_i the example's
coordinate; q has τ/λ_i and √(λ_i - τ) y_i/λ_i. The mean over the data of KL(q(z_i|x) ‖ p(z_i|x)) of
an active component is

    gap_i = ½ ((β - 1)(λ_i - τ)/m_i - log(β m_i/λ_i)) ≥ 0,   0 at β = 1, where m_i = λ_i,

and of all others 0. The gap of the bound is their sum. (The tests compare it with pPCA's density
and with the integral of the KL.) Float64, nats per example.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from vaeviz.config import UserError
from vaeviz.records.laboratory import BoundCurve, Laboratory
from vaeviz.theory import linear_vae, water_filling
from vaeviz.theory.linear_vae import LOG_2PI, Spectrum
from vaeviz.theory.water_filling import Floats

SOURCE = "closed form: the linear VAE"


def laboratory(spectrum: Spectrum, beta: float, sigma2: float, latent: int) -> Laboratory:
    """The laboratory at one (β, σ²), both positive; `latent` beyond D counts as D."""
    values, tau = spectrum.eigenvalues, beta * sigma2
    bound = over(spectrum, np.array([beta]), np.array([sigma2]), latent)
    kept = values.copy()
    kept[:latent] = np.minimum(values[:latent], tau)
    ideal = linear_vae.optimal_sigma2(spectrum, 1.0, latent)
    best = over(spectrum, np.ones(1), np.array([ideal]), latent).elbo[0] if ideal > 0 else math.inf
    return Laboratory(
        values,
        beta,
        sigma2,
        kept,
        water_filling.rate_per_component(values, tau, latent),
        gap_per_component(values, beta, sigma2, latent),
        float(bound.elbo[0]),
        float(bound.log_likelihood[0]),
        linear_vae.optimal_sigma2(spectrum, beta, latent),
        float(best),
        SOURCE,
    )


def over(spectrum: Spectrum, betas: Floats, sigma2s: Floats, latent: int) -> BoundCurve:
    """ELBO, log-likelihood and gap at each pair (β, σ²) (B,), each model at its own optimum."""
    _check(betas, sigma2s)
    values, taus = spectrum.eigenvalues, betas * sigma2s
    errors = water_filling.squared_error(values, taus, latent)  # (B,)
    rates = water_filling.rate(values, taus, latent)
    elbo = -(0.5 * (len(values) * (LOG_2PI + np.log(sigma2s)) + errors / sigma2s) + rates)
    gap = gap_per_component(values, betas, sigma2s, latent).sum(-1)
    likelihood = log_likelihood(values, betas, sigma2s, latent)
    return BoundCurve(np.asarray(betas, np.float64), sigma2s, elbo, likelihood, gap, SOURCE)


def log_likelihood(eigenvalues: Floats, beta: ArrayLike, sigma2: ArrayLike, latent: int) -> Floats:
    """Mean exact log p(x) of the optimum at each β and σ²: (...) -> (...)."""
    noise = np.asarray(sigma2, np.float64)[..., None]
    variance = _model_variance(eigenvalues[:latent], beta, sigma2)  # (..., k)
    first = np.log(variance) + eigenvalues[:latent] / variance
    rest = np.log(noise) + eigenvalues[latent:] / noise  # (..., D - k)
    return -0.5 * (len(eigenvalues) * LOG_2PI + first.sum(-1) + rest.sum(-1))


def gap_per_component(
    eigenvalues: Floats, beta: ArrayLike, sigma2: ArrayLike, latent: int
) -> Floats:
    """Mean KL(q(z_i|x) ‖ p(z_i|x)) of each of the first min(latent, D): (...) -> (..., k)."""
    beta = np.asarray(beta, np.float64)[..., None]
    tau, values = beta * np.asarray(sigma2, np.float64)[..., None], eigenvalues[:latent]
    level, m = np.maximum(values, tau), _model_variance(values, beta[..., 0], sigma2)
    shift = (beta - 1) * (level - tau)  # β m - λ, where active
    return np.where(values > tau, 0.5 * (shift / m - np.log1p(shift / level)), 0.0)


def _model_variance(values: Floats, beta: ArrayLike, sigma2: ArrayLike) -> Floats:
    """Eigenvalues of W W' + σ² I along components of variance `values` (k,): (...) -> (..., k)."""
    noise = np.asarray(sigma2, np.float64)[..., None]
    tau = np.asarray(beta, np.float64)[..., None] * noise
    return np.maximum(values - tau, 0.0) + noise


def _check(betas: Floats, sigma2s: Floats) -> None:
    levels = np.asarray(betas * sigma2s, np.float64)
    fine = (sigma2s > 0).all() and np.isfinite(sigma2s).all() and (levels > 0).all()
    if not (fine and np.isfinite(levels).all()):
        raise UserError(
            "the laboratory needs β and σ² above 0 and finite: move the slider off its end"
        )
