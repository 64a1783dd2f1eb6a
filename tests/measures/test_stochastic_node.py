"""The stochastic node on torch's autograd: the closed form, and None where it is cut."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.distributions import Normal

from vaeviz.measures.stochastic_node import arrived
from vaeviz.theory.held_draw import LINE, gradient, loss_over
from vaeviz.theory.one_step import Step, step

PLACES = [
    tuple(place)
    for place in np.random.default_rng(0).uniform([-3, -4, -4, -3, 0.05], [3, 2, 4, 3, 5], (20, 5))
]


@pytest.mark.parametrize("kl", [False, True])
@pytest.mark.parametrize("through", [False, True])
def test_autograd_gives_what_the_closed_form_says(through: bool, kl: bool) -> None:
    way = "reparameterized" if through else "sampled"
    for mu, logvar, x, epsilon, noise in PLACES:
        made = step(mu, logvar, x, epsilon, noise)
        ours = gradient(made, through, kl)
        theirs = arrived(way, mu, logvar, x, epsilon, noise, kl)
        assert (ours.mu is None) == (theirs.mu is None) == (not through and not kl)
        if ours.mu is not None:
            assert theirs.mu == pytest.approx(ours.mu, abs=1e-6, rel=1e-9)
            assert theirs.logvar == pytest.approx(ours.logvar, abs=1e-6, rel=1e-9)
        assert theirs.weight == pytest.approx(ours.weight, abs=1e-6, rel=1e-9)
        assert theirs.z == (pytest.approx(made.d_z, abs=1e-6) if through else None)


def test_the_open_path_with_the_kl_is_the_whole_step() -> None:
    for mu, logvar, x, epsilon, noise in PLACES:
        made = step(mu, logvar, x, epsilon, noise)
        whole = gradient(made, True, True)
        assert (whole.mu, whole.logvar) == pytest.approx((made.d_mu, made.d_logvar))


def test_the_sampler_of_torch_gives_the_same_number_and_no_history() -> None:
    """`sample` is μ + σε without a graph, `rsample` with one; ε is the generator's next number."""
    mu, sigma = torch.tensor(0.5, requires_grad=True), torch.tensor(2.0, requires_grad=True)
    draws = []
    for draw in (lambda q: q.sample(), lambda q: q.rsample()):
        torch.manual_seed(3)
        draws.append(draw(Normal(mu, sigma)))
    torch.manual_seed(3)
    assert draws[0].item() == pytest.approx(0.5 + 2.0 * torch.randn(()).item(), rel=1e-6)
    assert draws[0].item() == pytest.approx(draws[1].item(), rel=1e-6)
    assert [z.requires_grad for z in draws] == [False, True]


@pytest.mark.parametrize("kl", [False, True])
@pytest.mark.parametrize("through", [False, True])
def test_the_gradient_on_mu_is_the_slope_of_the_loss_over_mu(through: bool, kl: bool) -> None:
    for mu, logvar, x, epsilon, noise in PLACES:
        made = step(mu, logvar, x, epsilon, noise)
        low, high = loss_over(np.array([mu - 1e-5, mu + 1e-5]), made, through, kl)
        wanted = gradient(made, through, kl).mu or 0.0
        assert (high - low) / 2e-5 == pytest.approx(wanted, abs=1e-4 * (1 + made.nll))


def test_both_curves_pass_through_the_present_loss() -> None:
    made: Step = step(0.5, 0.3, 1.2, -0.3, 1.0)
    for through in (False, True):
        assert np.interp(0.5, LINE, loss_over(LINE, made, through, True)) == pytest.approx(
            made.loss, abs=2e-3
        )
