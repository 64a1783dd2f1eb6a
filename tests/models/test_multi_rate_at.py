"""A multi-rate model held at one (τ, d); what it does not cover is refused."""

from __future__ import annotations

import math

import pytest
import torch

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.models.multi_rate_at import at
from vaeviz.models.multi_rate_settings import MultiRateSettings, build

DATA = data.load("three-gaussians")


def test_at_holds_tau_and_d() -> None:
    model = build(MultiRateSettings("three-gaussians", widths=(8,), max_latent=2), (2,))
    x, networks = torch.tensor(DATA.train[:5]), model.at(0.3, 1)
    held = at(model, 0.3, 1)
    mu, logvar = networks.encode(x)
    assert mu.shape == (5, 1)
    assert torch.equal(held.encode(x)[0], mu)
    assert torch.equal(held.encode(x)[1], logvar)
    assert torch.equal(held.decode(mu), networks.decode(mu))
    assert held.log_sigma2.exp().item() == pytest.approx(0.3)
    assert at(model, 0.3, 1, 0.1).log_sigma2.exp().item() == pytest.approx(0.1)


@pytest.mark.parametrize("d", [0, 3])
def test_more_dimensions_than_the_model_has_are_refused(d: int) -> None:
    model = build(MultiRateSettings("three-gaussians", widths=(8,), max_latent=2), (2,))
    with pytest.raises(
        UserError, match=f"latent size {d}: this model has 1 to 2; choose one of them"
    ):
        at(model, 0.3, d)


@pytest.mark.parametrize("tau", [0.0, 0.0009, 10.1, math.nan])
def test_a_tau_outside_its_range_is_refused(tau: float) -> None:
    model = build(MultiRateSettings("three-gaussians", widths=(8,), max_latent=2), (2,))
    with pytest.raises(UserError, match=r"covers 0\.001 to 10; change"):
        at(model, tau, 1)
