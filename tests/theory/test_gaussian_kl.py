"""The KL of Gaussians in NumPy: against Monte Carlo, and against the one that trains the models."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vaeviz.densities import gaussian
from vaeviz.theory.gaussian_kl import kl, log_density
from vaeviz.theory.neighbours import guided, kept_signal, optimal_discriminator


def test_it_is_the_mean_log_ratio() -> None:
    rng = np.random.default_rng(0)
    z = 0.7 + 0.4 * rng.standard_normal(400_000)
    ratios = log_density(z, 0.7, 0.16) - log_density(z, -0.5, 2.25)
    error = ratios.std() / np.sqrt(len(z))
    assert kl(0.7, 0.4, -0.5, 1.5) == pytest.approx(ratios.mean(), abs=4 * error)


def test_to_the_standard_normal_it_is_that_of_the_objective() -> None:
    rng = np.random.default_rng(1)
    mu, logvar = rng.standard_normal((2, 50))
    ours = kl(mu, np.exp(logvar / 2))
    theirs = gaussian.kl_to_standard_normal(torch.from_numpy(mu), torch.from_numpy(logvar))
    assert np.allclose(ours.sum(), theirs.sum().item(), rtol=1e-12)


def test_its_limits() -> None:
    assert kl(0, 1) == 0
    assert kl(3, 2, 3, 2) == 0
    assert kl(0, 0) == np.inf
    assert (kl(np.linspace(-2, 2, 9), 0.5) > 0).all()


def test_the_density_integrates_to_one() -> None:
    x = np.linspace(-9, 11, 20_001)
    assert np.exp(log_density(x, 1.0, 2.0)).sum() * (x[1] - x[0]) == pytest.approx(1, abs=1e-9)


def test_closed_forms_of_the_neighbours() -> None:
    assert kept_signal([0.1, 0.2]) == pytest.approx([0.9, 0.72])
    assert guided(0.6, 0.2, 0.0) == 0.6
    assert guided(0.6, 0.2, 2.0) == pytest.approx(1.4)
    assert optimal_discriminator([1.0, 3.0], [1.0, 1.0]) == pytest.approx([0.5, 0.75])
