"""The continuous Bernoulli: torch.distributions, its integral, masses, and the way to a mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from torch.distributions import ContinuousBernoulli as Theirs

from vaeviz.densities.continuous_bernoulli import (
    CONTINUOUS_BERNOULLI,
    log_mass,
    log_partition,
    logit_of,
    mean,
    quantile,
    variance,
)

LOGITS = [-40.0, -3.0, -0.06, -0.04, -1e-6, 0.0, 1e-3, 0.049, 0.051, 1.0, 12.0]


@pytest.mark.parametrize("a", LOGITS)
def test_the_density_integrates_to_one_with_this_mean_and_variance(a: float) -> None:
    logit = np.array(a)

    def density(x: float) -> float:
        return math.exp(a * x - float(log_partition(logit)))

    total, first, second = (
        quad(lambda x, n=n: density(x) * x**n, 0, 1, epsabs=1e-13)[0] for n in range(3)
    )
    assert total == pytest.approx(1, abs=1e-10)
    assert float(mean(logit)) == pytest.approx(first, abs=1e-9)
    assert float(variance(logit)) == pytest.approx(second - first**2, abs=1e-8)
    half = quad(density, 0.25, 0.4, epsabs=1e-14)[0]
    mass = float(log_mass(np.array(0.25), np.array(0.4), logit))
    assert mass == pytest.approx(math.log(half), abs=1e-7)


@given(st.floats(0, 1), st.floats(-20, 20).filter(lambda a: abs(a) > 0.2))
def test_log_prob_is_that_of_torch_distributions(x: float, a: float) -> None:
    value, logit = torch.tensor([x], dtype=torch.float64), torch.tensor([a], dtype=torch.float64)
    theirs = Theirs(logits=logit).log_prob(value).item()
    assert CONTINUOUS_BERNOULLI.log_prob(value, logit).item() == pytest.approx(theirs, abs=1e-6)


def test_torch_and_numpy_have_one_partition_and_mean_and_gradients_are_finite() -> None:
    a = torch.tensor([*LOGITS, 500.0, -500.0], dtype=torch.float64, requires_grad=True)
    zero = torch.zeros(1, dtype=torch.float64)
    logs = [-CONTINUOUS_BERNOULLI.log_prob(zero, one.reshape(1)) for one in a]
    logits = a.detach().numpy()
    np.testing.assert_allclose([v.item() for v in logs], log_partition(logits), atol=1e-12)
    np.testing.assert_allclose(CONTINUOUS_BERNOULLI.mean(a).detach(), mean(logits), atol=1e-12)
    (gradient,) = torch.autograd.grad(torch.stack(logs).sum(), a)
    np.testing.assert_allclose(gradient.numpy(), mean(logits), atol=1e-9)  # A' is the mean


def test_a_mean_has_its_logit_and_a_draw_its_distribution() -> None:
    wanted = np.array([0.01, 0.2, 0.5, 0.71, 0.99])
    np.testing.assert_allclose(mean(logit_of(wanted)), wanted, atol=1e-12)
    for a in (-5.0, 0.0, 3.0):
        u = np.array([0.1, 0.5, 0.9])
        x = quantile(u, np.full(3, a))
        below = np.exp(log_mass(np.zeros(3), x, np.full(3, a)))
        np.testing.assert_allclose(below, u, atol=1e-7)


def test_it_is_the_bernoulli_divided_by_its_integral() -> None:
    a, x = 1.3, 0.4
    p = 1 / (1 + math.exp(-a))
    integral = quad(lambda v: p**v * (1 - p) ** (1 - v), 0, 1)[0]
    expected = math.log(p**x * (1 - p) ** (1 - x) / integral)
    value = CONTINUOUS_BERNOULLI.log_prob(
        torch.tensor([x], dtype=torch.float64), torch.tensor([a], dtype=torch.float64)
    )
    assert value.item() == pytest.approx(expected, abs=1e-7)
