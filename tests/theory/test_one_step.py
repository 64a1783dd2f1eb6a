"""One training step: the worked numbers, and autograd in float64 at many places."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vaeviz.theory.one_step import step


def test_the_worked_step() -> None:
    made = step(0.5, 0.0, 1.2, -0.3, 1.0)
    assert made.z == pytest.approx(0.2, abs=1e-12)
    assert round(made.nll, 3) == 1.419
    assert made.kl == 0.125
    assert round(made.loss, 3) == 1.544


def test_values_and_gradients_are_those_of_autograd() -> None:
    draw = np.random.default_rng(0)
    for _ in range(50):
        numbers = draw.uniform([-3, -4, -4, -3, 0.05], [3, 2, 4, 3, 5])
        mu, logvar, x, epsilon, noise = (torch.tensor(v, dtype=torch.float64) for v in numbers)
        mu.requires_grad_(), logvar.requires_grad_()
        z = mu + torch.exp(0.5 * logvar) * epsilon
        z.retain_grad()
        nll = -torch.distributions.Normal(z, noise.sqrt()).log_prob(x)
        q = torch.distributions.Normal(mu, torch.exp(0.5 * logvar))
        kl = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0))
        (nll + kl).backward()
        made = step(*numbers)
        ours = made.z, made.nll, made.kl, made.loss, made.d_z, made.d_mu, made.d_logvar
        theirs = z, nll, kl, nll + kl, z.grad, mu.grad, logvar.grad
        np.testing.assert_allclose(ours, [v.item() for v in theirs], atol=1e-6, rtol=1e-9)


def test_the_mean_gradient_is_zero_at_the_true_posterior() -> None:
    """With s² = 1 the posterior of x is N(x/2, ½); ε averages by Gauss–Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    steps = [step(0.6, np.log(0.5), 1.2, e, 1.0) for e in nodes]
    share = weights / weights.sum()
    assert share @ [s.d_mu for s in steps] == pytest.approx(0.0, abs=1e-12)
    assert share @ [s.d_logvar for s in steps] == pytest.approx(0.0, abs=1e-12)
