"""The two terms of the ELBO: constants, sums, the one knob tau, gradients, unused dimensions."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.distributions import (
    Bernoulli,
    Categorical,
    ContinuousBernoulli,
    Normal,
    kl_divergence,
)

from vaeviz.config import LIKELIHOODS
from vaeviz.densities.gaussian import optimal_sigma2
from vaeviz.objectives import ELBO, RECONSTRUCTION, Terms

B, D, LATENT, LEVELS = 6, 5, 3, 17


def _randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


X = torch.rand(B, D, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
MU, LOGVAR = _randn(B, LATENT, seed=2), _randn(B, LATENT, seed=3)


def distortion(x: Tensor, out: Tensor, likelihood: str, log_sigma2: Tensor | float) -> Tensor:
    return ELBO.terms(x, out, MU, LOGVAR, likelihood, log_sigma2).distortion


def _parameters(likelihood: str) -> Tensor:
    several = {"categorical": (LEVELS,), "gaussian-per-pixel": (2,)}
    return _randn(B, D, *several.get(likelihood, ()), seed=4)


def _reference(likelihood: str, out: Tensor, log_sigma2: float) -> Tensor:
    """-log p(x|z) by torch.distributions, (B,)."""
    if likelihood == "bernoulli":
        return -Bernoulli(logits=out, validate_args=False).log_prob(X).sum(-1)
    if likelihood == "continuous-bernoulli":
        return -ContinuousBernoulli(logits=out).log_prob(X).sum(-1)
    if likelihood == "categorical":
        return -Categorical(logits=out).log_prob((X * (LEVELS - 1)).round()).sum(-1)
    if likelihood == "gaussian-per-pixel":
        return -Normal(out[..., 0], (1e-4 + out[..., 1].exp()).sqrt()).log_prob(X).sum(-1)
    variance = (
        ((X - out) ** 2).mean()
        if likelihood == "gaussian-optimal"
        else torch.tensor(log_sigma2).exp()
    )
    return -Normal(out, variance.double().sqrt()).log_prob(X).sum(-1)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_both_terms_are_those_of_torch_distributions(likelihood: str) -> None:
    out = _parameters(likelihood)
    result = ELBO.terms(X, out, MU, LOGVAR, likelihood, -1.5)
    q = Normal(MU, (LOGVAR / 2).exp())
    torch.testing.assert_close(result.kl, kl_divergence(q, Normal(torch.zeros_like(MU), 1)))
    torch.testing.assert_close(
        result.distortion, _reference(likelihood, out, -1.5), rtol=1e-6, atol=1e-6
    )
    torch.testing.assert_close(result.elbo, -result.distortion - result.kl.sum(-1))


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_every_example_has_its_own_terms(likelihood: str) -> None:
    result = ELBO.terms(X, _parameters(likelihood), MU, LOGVAR, likelihood)
    assert result.distortion.shape == result.rate.shape == result.elbo.shape == (B,)
    assert result.kl.shape == (B, LATENT)


@pytest.mark.parametrize("likelihood", [name for name in LIKELIHOODS if name != "gaussian-optimal"])
def test_doubling_the_pixels_doubles_the_distortion(likelihood: str) -> None:
    """A sum over pixels, never a mean: twice the same image costs twice the nats."""
    out = _parameters(likelihood)
    twice = distortion(torch.cat([X, X], 1), torch.cat([out, out], 1), likelihood, -1.0)
    torch.testing.assert_close(twice, 2 * distortion(X, out, likelihood, -1.0))


def test_a_latent_dimension_at_the_prior_changes_nothing() -> None:
    out, unused = _parameters("gaussian"), torch.zeros(B, 2, dtype=torch.float64)
    result = ELBO.terms(X, out, MU, LOGVAR, "gaussian", -1.0)
    wider = ELBO.terms(
        X, out, torch.cat([MU, unused], 1), torch.cat([LOGVAR, unused], 1), "gaussian", -1.0
    )
    torch.testing.assert_close(wider.rate, result.rate)
    torch.testing.assert_close(wider.elbo, result.elbo)


def test_beta_and_sigma2_act_through_their_product() -> None:
    """sigma2 J minus its constant depends on tau = beta sigma2 alone, and so do J's gradients,
    scaled.
    """
    out = _parameters("gaussian")
    gradients = []
    for beta, sigma2 in [(1.0, 0.2), (4.0, 0.05)]:
        mu, mean = MU.clone().requires_grad_(), out.clone().requires_grad_()
        result = ELBO.terms(
            X, mean, mu, LOGVAR, "gaussian", torch.tensor(sigma2, dtype=torch.float64).log()
        )
        objective = sigma2 * (result.distortion + beta * result.rate).sum()
        gradients.append(torch.autograd.grad(objective, [mu, mean]))
    for first, second in zip(*gradients, strict=True):
        torch.testing.assert_close(first, second)


def test_the_optimal_variance_is_the_mean_squared_error_and_the_best() -> None:
    out = _parameters("gaussian")
    best = optimal_sigma2(X, out)
    assert best.item() == pytest.approx(((X - out) ** 2).mean().item())
    at_best = distortion(X, out, "gaussian", best.log()).sum()
    torch.testing.assert_close(at_best, distortion(X, out, "gaussian-optimal", 0.0).sum())
    for factor in (0.9, 1.1):
        assert distortion(X, out, "gaussian", (factor * best).log()).sum() > at_best


def test_a_perfect_reconstruction_leaves_the_optimal_variance_positive() -> None:
    assert torch.isfinite(distortion(X, X, "gaussian-optimal", 0.0)).all()


def test_a_learned_variance_gets_the_gradient_of_the_closed_form() -> None:
    out = _parameters("gaussian-learned")
    log_sigma2 = torch.tensor(-0.7, dtype=torch.float64, requires_grad=True)
    total = distortion(X, out, "gaussian-learned", log_sigma2).sum()
    (gradient,) = torch.autograd.grad(total, log_sigma2)
    expected = 0.5 * (B * D - ((X - out) ** 2).sum() / log_sigma2.exp())
    torch.testing.assert_close(gradient, expected)


def test_posterior_samples_may_lead() -> None:
    """x (B, D) against parameters (S, B, D): one distortion for each sample and example."""
    for likelihood in ("gaussian", "bernoulli", "categorical"):
        out = torch.stack([_parameters(likelihood), 2 * _parameters(likelihood)])
        result = distortion(X, out, likelihood, -1.0)
        torch.testing.assert_close(result[1], distortion(X, out[1], likelihood, -1.0))


def test_free_bits_are_a_floor_of_each_dimensions_mean() -> None:
    kl = torch.tensor([[0.1, 2.0], [0.3, 4.0]])
    terms = Terms(torch.tensor([1.0, 3.0]), kl)
    assert ELBO.weigh(terms, 2.0).item() == pytest.approx(2 + 2 * (0.2 + 3))
    assert ELBO.weigh(terms, 2.0, 0.5).item() == pytest.approx(2 + 2 * (0.5 + 3))


def test_a_plain_autoencoder_pays_for_nothing_but_distortion() -> None:
    out, noise = _parameters("gaussian"), _randn(B, LATENT, seed=9)
    result = RECONSTRUCTION.terms(X, out, MU, LOGVAR, "gaussian", -1.0)
    assert torch.equal(RECONSTRUCTION.code(MU, LOGVAR, noise), MU)
    assert not result.kl.any()
    assert torch.equal(
        result.distortion, ELBO.terms(X, out, MU, LOGVAR, "gaussian", -1.0).distortion
    )
    assert torch.equal(RECONSTRUCTION.weigh(result, 5.0), result.distortion.mean())
    expected = MU + (LOGVAR / 2).exp() * noise
    torch.testing.assert_close(ELBO.code(MU, LOGVAR, noise), expected)
