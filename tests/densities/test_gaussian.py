"""The Gaussian: known values, torch.distributions in float64, Monte Carlo, and the properties of
KL.
"""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Normal, kl_divergence

from vaeviz.densities import gaussian

STANDARD = Normal(torch.zeros((), dtype=torch.float64), 1)


def _tensor(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize(
    ("mu", "sigma", "expected"), [(0, 1, 0.0), (2, 1, 2.0), (0, 0.5, 0.318), (1, 2, 1.307)]
)
def test_kl_has_the_known_values(mu: float, sigma: float, expected: float) -> None:
    kl = gaussian.kl_to_standard_normal(_tensor(mu), _tensor(sigma).log() * 2)
    assert kl.item() == pytest.approx(expected, abs=5e-4)


def test_the_worked_step() -> None:
    mu, logvar, x = _tensor(0.5), _tensor(0.0), _tensor(1.2)
    z = gaussian.sample(mu, logvar, _tensor(-0.3))
    distortion = -gaussian.log_prob(x, z, 1.0)
    kl = gaussian.kl_to_standard_normal(mu, logvar).sum()
    assert z.item() == pytest.approx(0.2)
    assert distortion.item() == pytest.approx(1.419, abs=5e-4)
    assert kl.item() == pytest.approx(0.125)
    assert (distortion + kl).item() == pytest.approx(1.544, abs=5e-4)


@given(st.floats(-30, 30), st.floats(-12, 10))
def test_kl_is_that_of_torch_distributions(mu: float, logvar: float) -> None:
    ours = gaussian.kl_to_standard_normal(_tensor(mu), _tensor(logvar))
    theirs = kl_divergence(Normal(_tensor(mu), _tensor(logvar / 2).exp()), STANDARD)
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-12)


@given(st.floats(-30, 30), st.floats(-20, 10))
def test_kl_is_never_negative_and_zero_only_at_the_prior(mu: float, logvar: float) -> None:
    kl = gaussian.kl_to_standard_normal(_tensor(mu), _tensor(logvar)).item()
    assert kl >= 0
    if max(abs(mu), abs(logvar)) > 1e-6:
        assert kl > 0


def test_kl_at_the_prior_is_exactly_zero() -> None:
    assert gaussian.kl_to_standard_normal(torch.zeros(3), torch.zeros(3)).tolist() == [0, 0, 0]


def test_kl_in_single_precision_stays_non_negative_near_the_prior() -> None:
    logvar = torch.logspace(-12, 1, 2000)
    both = torch.cat([logvar, -logvar])
    assert (gaussian.kl_to_standard_normal(torch.zeros_like(both), both) >= 0).all()


@pytest.mark.parametrize(("mu", "logvar"), [(0.0, 0.0), (1.0, -2.0), (-0.5, 1.0), (3.0, -4.0)])
def test_kl_against_monte_carlo(mu: float, logvar: float) -> None:
    noise = torch.randn(200_000, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    z = gaussian.sample(_tensor(mu), _tensor(logvar), noise)  # (N, 1)
    q = gaussian.log_prob(z, _tensor(mu), _tensor(logvar).exp())
    ratios = q - gaussian.log_prob(z, torch.zeros(1, dtype=torch.float64), 1.0)
    error = ratios.std() / len(ratios) ** 0.5
    exact = gaussian.kl_to_standard_normal(_tensor(mu), _tensor(logvar)).sum()
    assert abs(ratios.mean() - exact) <= 4 * error + 1e-12


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6), st.floats(1e-4, 1e3))
def test_log_prob_is_that_of_torch_distributions(values: list[float], sigma2: float) -> None:
    x = _tensor(*values)
    mean = x.flip(0) * 0.7 - 0.1
    theirs = Normal(mean, sigma2**0.5).log_prob(x).sum(-1)
    torch.testing.assert_close(gaussian.log_prob(x, mean, sigma2), theirs, rtol=1e-9, atol=1e-9)
    as_tensor = gaussian.log_prob(x, mean, torch.tensor(sigma2, dtype=torch.float64))
    torch.testing.assert_close(as_tensor, theirs, rtol=1e-9, atol=1e-9)


def test_a_variance_for_each_element() -> None:
    generator = torch.Generator().manual_seed(1)
    x, mean = torch.randn(2, 5, 3, generator=generator, dtype=torch.float64)
    sigma2 = _tensor(0.1, 1.0, 4.0)
    theirs = Normal(mean, sigma2.sqrt()).log_prob(x).sum(-1)
    torch.testing.assert_close(gaussian.log_prob(x, mean, sigma2), theirs)


def test_single_precision_follows_double() -> None:
    generator = torch.Generator().manual_seed(2)
    x, mean = torch.rand(2, 7, 784, generator=generator, dtype=torch.float64)
    single = gaussian.log_prob(x.float(), mean.float(), 0.05)
    torch.testing.assert_close(
        single.double(), gaussian.log_prob(x, mean, 0.05), rtol=1e-5, atol=1e-2
    )


@given(st.integers(0, 10_000))
def test_rotating_data_and_mean_together_changes_nothing(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    x, mean, matrix = (
        torch.randn(5, 5, generator=generator, dtype=torch.float64) for _ in range(3)
    )
    rotation = torch.linalg.qr(matrix).Q
    plain, rotated = (
        gaussian.log_prob(x, mean, 0.3),
        gaussian.log_prob(x @ rotation, mean @ rotation, 0.3),
    )
    torch.testing.assert_close(rotated, plain)
    zeros = torch.zeros(5, dtype=torch.float64)
    rates = [gaussian.kl_to_standard_normal(m, zeros).sum(-1) for m in (mean, mean @ rotation)]
    torch.testing.assert_close(rates[0], rates[1])  # of isotropic posteriors


def test_samples_have_the_given_mean_and_variance() -> None:
    noise = torch.randn(100_000, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    z = gaussian.sample(_tensor(1.0, -2.0), _tensor(0.5, -3.0), noise)
    torch.testing.assert_close(z.mean(0), _tensor(1.0, -2.0), rtol=0, atol=0.02)
    torch.testing.assert_close(z.var(0).log(), _tensor(0.5, -3.0), rtol=0, atol=0.02)
