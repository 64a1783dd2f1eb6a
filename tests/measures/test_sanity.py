"""The sanity checks: what each measures, and that it fails on the mistake it is made for."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from vaeviz.densities import gaussian
from vaeviz.measures import sanity
from vaeviz.models import parts
from vaeviz.models.parts import RIGHT, SIGMA2, Parts
from vaeviz.models.tiny import Tiny

X = torch.rand((32, 6), generator=torch.Generator().manual_seed(1))
STEPS = 100


def of(made: Parts, beta: float = 1.0) -> dict[str, sanity.Check]:
    return {c.name: c for c in sanity.of_the_code(Tiny(made, 6, 3, 0), X, beta, STEPS)}


def draws(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0))


def test_the_right_functions_are_those_of_the_densities() -> None:
    mu, logvar, noise = draws(9, 4), draws(9, 4) * 0.5, draws(9, 4)
    torch.testing.assert_close(parts.sample(mu, logvar, noise), gaussian.sample(mu, logvar, noise))
    exact = gaussian.kl_to_standard_normal(mu, logvar).sum(1)
    torch.testing.assert_close(parts.kl(mu, logvar), exact)
    constant = 0.5 * 6 * math.log(2 * math.pi * SIGMA2)
    log_p = gaussian.log_prob(X, X + 0.1, SIGMA2)
    torch.testing.assert_close(parts.error(X + 0.1, X), -log_p - constant)


@pytest.mark.parametrize("beta", [0.25, 1.0, 4.0])
def test_right_functions_pass(beta: float) -> None:
    checks = of(RIGHT, beta)
    assert len(checks) == 7
    assert all(check.passed for check in checks.values())
    assert checks["weight"].values[0] == pytest.approx(beta, rel=1e-5)


@pytest.mark.parametrize("by", [0.0, 0.125, -1.0, 16.0, 64.0])
def test_the_weight_of_the_kl_is_read_off_the_loss(by: float) -> None:
    """However it is written: within the loss, by the KL, or by the error."""
    ways = [Parts(loss=lambda error, kl, beta: (error + beta * by * kl).mean()),
            Parts(kl=lambda mu, logvar: by * parts.kl(mu, logvar))]  # fmt: skip
    if by:
        ways.append(Parts(error=lambda x_hat, x: parts.error(x_hat, x) / by))
    for written in ways:
        check = of(written, 0.5)["weight"]
        assert check.values[0] == pytest.approx(0.5 * by, rel=1e-5)
        assert not check.passed


def test_a_common_factor_of_both_terms_changes_no_check() -> None:
    scaled = Parts(loss=lambda error, kl, beta: (error + beta * kl).mean() / 64)
    assert all(check.passed for check in of(scaled, 2.0).values())


def test_the_gradient_is_that_of_the_error_through_z() -> None:
    model = Tiny(RIGHT, 6, 3, 0)
    noise = draws(32, 3)
    mu, logvar = (each.detach().double() for each in model.encode(X))
    far, step = model.double(), 1e-4

    def error(mu: Tensor) -> float:
        return float(parts.error(far.decode(parts.sample(mu, logvar, noise)), X).sum().detach())

    moved = [mu + step * torch.eye(3)[j] * (torch.arange(32) == 0)[:, None] for j in range(3)]
    by_hand = [(error(each) - error(2 * mu - each)) / (2 * step) for each in moved]
    whole = mu.requires_grad_()
    parts.error(far.decode(parts.sample(whole, logvar, noise)), X).sum().backward()
    assert whole.grad is not None
    assert whole.grad[0].tolist() == pytest.approx(by_hand, rel=1e-3)
    made = sanity.gradient(far.float(), X, noise)
    assert made.values[0] == pytest.approx(float(whole.grad.norm()), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("gradient", Parts(sample=lambda mu, logvar, noise: mu.detach() + noise)),
        ("gradient", Parts(sample=lambda mu, logvar, noise: mu + noise)),  # none on log σ²
        ("kl", Parts(kl=lambda mu, logvar: -parts.kl(mu, logvar))),
        ("kl", Parts(kl=lambda mu, logvar: 1 + parts.kl(mu, logvar))),
        ("shapes", replace(RIGHT, outputs=1)),
        ("shapes", Parts(kl=lambda mu, logvar: parts.kl(mu, logvar).mean()[None])),
        ("point", Parts(sample=lambda mu, logvar, noise: mu + logvar * noise)),
        ("point", Parts(sample=lambda mu, logvar, noise: mu + noise)),
        ("doubling", Parts(loss=lambda error, kl, beta: (error + kl).mean())),
        ("doubling", Parts(loss=lambda error, kl, beta: (error + beta**2 * kl).mean())),
        ("warm-up", Parts(beta_at=lambda step, beta: beta * min(1.0, step / (2 * STEPS)))),
    ],
)
def test_each_check_fails_on_its_mistake(name: str, broken: Parts) -> None:
    assert of(RIGHT)[name].passed
    assert not of(broken)[name].passed


@pytest.mark.parametrize(
    ("printed", "passed"),
    [([8.0, 5, 3, 3, 3], True), ([8.0, 6, 4.5, 4.5, 4.5], False), ([8.0, math.nan], False),
     ([8.0, -10, -20, -30], True)],
)  # fmt: skip
def test_a_loss_falls_below_half(printed: list[float], passed: bool) -> None:
    assert sanity.falls(printed).passed is passed


def test_samples_are_judged_against_a_model_that_draws_the_mean() -> None:
    rng = np.random.default_rng(0)
    data = rng.standard_normal((400, 3)) + 3 * rng.integers(0, 2, (400, 1))
    same = rng.standard_normal((400, 3)) + 3 * rng.integers(0, 2, (400, 1))
    mean = np.repeat(data.mean(0, keepdims=True), 400, 0)
    good, bad = sanity.looks_like_data(same, data), sanity.looks_like_data(mean, data)
    assert good.passed
    assert not bad.passed
    assert bad.values[0] == pytest.approx(bad.values[1] / sanity.SHARE, rel=1e-9)
    assert not sanity.looks_like_data(same[:, :1], data).passed
    assert not sanity.looks_like_data(same * math.nan, data).passed
