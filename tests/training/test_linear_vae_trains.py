"""A linear VAE trained by the project's loop, with sampled z, reaches the closed form.

The loop has one learning rate a run, so a fit is four runs of it, each with a smaller rate.
"""

from __future__ import annotations

import dataclasses
from collections import deque

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import ortho_group
from sklearn.datasets import load_digits

from vaeviz.config import RunSettings
from vaeviz.densities import gaussian
from vaeviz.models import linear
from vaeviz.theory import linear_vae
from vaeviz.training.loop import train

RATES = [(2e-2, 1500), (5e-3, 1000), (1e-3, 800), (2e-4, 400)]  # learning rate, steps
ACTIVE = 0.005  # nats; a collapsed dimension keeps about 1e-4 of noise


def _synthetic() -> NDArray[np.float32]:
    """500 Gaussian points in 8 dimensions, variances about 6 to 0.05, turned and shifted."""
    rng = np.random.default_rng(0)
    deviations = np.sqrt([6, 3, 1.5, 0.8, 0.4, 0.2, 0.1, 0.05])
    turned = rng.normal(size=(500, 8)) * deviations @ ortho_group.rvs(8, random_state=0).T
    return (turned + rng.normal(size=8)).astype(np.float32)


SYNTHETIC, DIGITS = _synthetic(), (load_digits().data[:800] / 16).astype(np.float32)


def _fit(x: NDArray[np.float32], settings: RunSettings) -> linear.LinearVAE:
    model = linear.build(settings, torch.tensor(x.mean(0)))
    for seed, (rate, steps) in enumerate(RATES):
        stage = dataclasses.replace(settings, learning_rate=rate, steps=steps, seed=seed)
        deque(train(model, x, stage, every=steps), maxlen=0)
    return model


@torch.no_grad()
def _kl(model: linear.LinearVAE, x: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean KL of each dimension over the data, greatest first."""
    mu, logvar = model.encode(torch.tensor(x))
    kl = gaussian.kl_to_standard_normal(mu.double(), logvar.double()).mean(0)
    return np.sort(kl.numpy())[::-1]


@pytest.mark.parametrize(
    ("x", "beta", "sigma2", "latent", "active"),
    [
        pytest.param(SYNTHETIC, 1.0, 0.3, 5, 5, id="synthetic, all active"),
        pytest.param(SYNTHETIC, 4.0, 0.15, 6, 4, id="synthetic, beta 4, two collapsed"),
        pytest.param(SYNTHETIC, 0.5, 2.0, 4, 3, id="synthetic, beta below 1, one collapsed"),
        pytest.param(SYNTHETIC, 10.0, 1.0, 4, 0, id="synthetic, all collapsed"),
        pytest.param(DIGITS, 2.0, 0.05, 4, 4, id="digits, all active"),
        pytest.param(DIGITS, 6.0, 0.05, 6, 4, id="digits, beta 6, two collapsed"),
    ],
)
def test_training_reaches_the_closed_form(
    x: NDArray[np.float32], beta: float, sigma2: float, latent: int, active: int
) -> None:
    settings = RunSettings(beta=beta, sigma2=sigma2, latent=latent, batch=len(x))
    exact = linear_vae.solve(linear_vae.spectrum(x), beta, sigma2, latent)
    kl = _kl(_fit(x, settings), x)
    assert exact.active == active
    assert (kl > ACTIVE).sum() == active
    np.testing.assert_allclose(kl[:active], exact.kl[:active], rtol=0.02)
    assert kl[active:].sum() < 1e-3
