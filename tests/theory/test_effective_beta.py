"""A written loss and J at its (β, σ²) have the same gradient, for every combination."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from vaeviz.densities import gaussian
from vaeviz.objectives import ELBO
from vaeviz.theory.effective_beta import (
    ERRORS,
    Size,
    Written,
    beta_at,
    coefficients,
    sigma2_at,
    tau,
)

BATCH, D, LATENT = 6, 12, 3
SIZE = Size(D, LATENT, BATCH)
WAYS = [
    Written(error, *summed, weight=0.3, span=span)
    for error in ERRORS
    for summed in itertools.product((False, True), repeat=4)
    for span in ((1.0,) if error == "bce" else (1.0, 2.0))
]
REDUCE = {False: torch.mean, True: torch.sum}


class Tiny(torch.nn.Module):
    """A linear VAE in float64 with fixed noise: codes by `enc`, logits or means by `dec`."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.enc, self.dec = (
            torch.nn.Linear(D, 2 * LATENT).double(),
            torch.nn.Linear(LATENT, D).double(),
        )
        self.noise = torch.randn(BATCH, LATENT, dtype=torch.float64)
        self.x = torch.rand(BATCH, D, dtype=torch.float64)

    def parts(self) -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.enc(self.x).chunk(2, 1)  # (B, d) each
        return mu, logvar, self.dec(gaussian.sample(mu, logvar, self.noise))

    def gradient(self, loss: Tensor) -> Tensor:
        return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(self.parameters()))])


def written(model: Tiny, loss: Written) -> Tensor:
    """The loss as people write it, reduced over one axis after the other."""
    mu, logvar, out = model.parts()
    low = 0.0 if loss.span == 1 else -1.0
    x, x_hat = low + loss.span * model.x, low + loss.span * out
    error = {
        "mse": lambda: (x - x_hat) ** 2,
        "half-mse": lambda: 0.5 * (x - x_hat) ** 2,
        "l1": lambda: (x - x_hat).abs(),
        "bce": lambda: torch.nn.functional.binary_cross_entropy(
            out.sigmoid(), model.x, reduction="none"
        ),
    }[loss.error]()  # (B, D)
    kl = -0.5 * (1 + logvar - mu**2 - logvar.exp())  # (B, d)
    one = REDUCE[loss.error_batch_summed](REDUCE[loss.pixels_summed](error, dim=1))
    other = REDUCE[loss.kl_batch_summed](REDUCE[loss.latents_summed](kl, dim=1))
    return one + loss.weight * other


def ours(model: Tiny, family: str, beta: float, sigma2: float) -> Tensor:
    """J = D + β R, mean over examples."""
    mu, logvar, out = model.parts()
    if family == "laplace":
        rate = gaussian.kl_to_standard_normal(mu, logvar).sum(1)
        density = torch.distributions.Laplace(out, torch.tensor(sigma2, dtype=torch.float64))
        return (beta * rate - density.log_prob(model.x).sum(1)).mean()
    variance = torch.tensor(math.log(sigma2), dtype=torch.float64)
    result = ELBO.terms(
        model.x, out, mu, logvar, "gaussian" if family == "gaussian" else "bernoulli", variance
    )
    return (result.distortion + beta * result.rate).mean()


def scale(loss: Written, sigma2: float = 1.0) -> float:
    """c with ∇L = c ∇J, where J has β = tau / sigma2 and the Gaussian or Laplace scale `sigma2`."""
    return coefficients(loss, SIZE)[0] * sigma2 * (2 if loss.error == "mse" else 1)


@pytest.mark.parametrize("loss", WAYS, ids=str)
@pytest.mark.parametrize("sigma2", [0.5, 1.0, 0.03])
def test_the_gradients_are_the_same_but_for_one_number(loss: Written, sigma2: float) -> None:
    model = Tiny()
    at = 1.0 if loss.family == "bernoulli" else sigma2
    theirs = model.gradient(written(model, loss))
    own = model.gradient(ours(model, loss.family, beta_at(tau(loss, SIZE), at), at))
    torch.testing.assert_close(theirs, scale(loss, at) * own, rtol=1e-9, atol=1e-12)


def test_another_beta_has_another_gradient() -> None:
    """The proportion above is no accident of a test that everything passes."""
    model, loss = Tiny(), WAYS[0]
    theirs = model.gradient(written(model, loss))
    own = scale(loss) * model.gradient(ours(model, "gaussian", 1.1 * tau(loss, SIZE), 1.0))
    assert float((theirs - own).norm() / own.norm()) > 1e-3


def test_a_mean_over_784_pixels_multiplies_beta_by_392_at_variance_one() -> None:
    level = tau(Written(), Size(784, 20))
    assert level == pytest.approx(392)
    assert beta_at(level, 0.5) == pytest.approx(784)
    assert sigma2_at(level, 1.0) == pytest.approx(392)


@pytest.mark.parametrize(
    ("error", "beta"), [("mse", 0.5), ("half-mse", 1.0), ("bce", 1.0), ("l1", 1.0)]
)
def test_sums_everywhere_are_honest(error: str, beta: float) -> None:
    """½MSE, cross-entropy and L1 have β = 1 at σ² = 1; a bare MSE has β = 1 at σ² = ½."""
    loss = Written(error, pixels_summed=True)
    assert tau(loss, Size(784, 20)) == pytest.approx(beta)
    assert tau(loss, Size(10, 3)) == pytest.approx(beta)


def test_means_on_both_sides_are_the_share_of_elements_to_dimensions() -> None:
    assert tau(Written("half-mse", latents_summed=False), Size(100, 4)) == pytest.approx(25)


def test_a_sum_over_the_batch_in_both_terms_changes_nothing() -> None:
    once = Written(error_batch_summed=True, kl_batch_summed=True)
    assert tau(once, Size(64, 8, 128)) == pytest.approx(tau(Written(), Size(64, 8, 1)))


def test_data_in_minus_one_to_one_have_four_times_the_error() -> None:
    assert tau(Written(span=2.0), SIZE) == pytest.approx(tau(Written(), SIZE) / 4)
