"""The multi-rate VAE: an unused dimension changes nothing, and folding the condition changes
nothing.
"""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from vaeviz.config import UserError
from vaeviz.densities import gaussian
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.models.multi_rate_settings import RECIPES, MultiRateSettings, build


@pytest.fixture
def model() -> MultiRateVAE:
    """6 values, 4 latents, every part of the network awake; principal variances 8, 4, 2 and 1."""
    torch.manual_seed(0)
    model = MultiRateVAE(6, (8, 7), max_latent=4)
    basis = torch.linalg.qr(torch.randn(6, 6)).Q
    variances = torch.tensor([8.0, 4.0, 2.0, 1.0])
    axes, deviations = basis[:, :4], variances.sqrt()
    model.start_from(variances, (axes / deviations).T, torch.full((6,), 0.5))
    with torch.no_grad():
        for parameter in (*model.modulate.parameters(), *model.loadings.parameters()):
            parameter.add_(0.2 * torch.randn_like(parameter))
    return model.requires_grad_(False)


def first(d: int, latent: int = 4) -> Tensor:
    return (torch.arange(latent) < d).float()


X = torch.rand(5, 6, generator=torch.Generator().manual_seed(1))
LOG_TAU = torch.tensor(math.log(0.05))


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_masked_dimension_is_the_prior_and_free(model: MultiRateVAE, d: int) -> None:
    mu, logvar = model.encode(X, LOG_TAU, first(d))
    assert (mu[:, d:] == 0).all()
    assert (logvar[:, d:] == 0).all()
    kl = gaussian.kl_to_standard_normal(mu, logvar)
    assert (kl[:, d:] == 0).all()
    assert (kl[:, :d] > 0).all()


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_masked_dimension_changes_no_output(model: MultiRateVAE, d: int) -> None:
    z = torch.randn(5, 4, generator=torch.Generator().manual_seed(2))
    other = torch.where(first(d) > 0, z, 100.0)
    assert torch.equal(model.decode(z, LOG_TAU, first(d)), model.decode(other, LOG_TAU, first(d)))


def test_a_live_dimension_changes_the_output(model: MultiRateVAE) -> None:
    z = torch.randn(5, 4, generator=torch.Generator().manual_seed(2))
    for j in range(4):
        moved = z.clone()
        moved[:, j] += 1
        assert not torch.equal(
            model.decode(z, LOG_TAU, first(4)), model.decode(moved, LOG_TAU, first(4))
        )


def test_far_under_water_a_dimension_is_off_exactly(model: MultiRateVAE) -> None:
    log_tau = torch.tensor(math.log(4.1))  # above 2.01 times the variances 2 and 1, not 4 and 8
    mu, logvar = model.encode(X, log_tau, first(4))
    kl = gaussian.kl_to_standard_normal(mu, logvar)
    assert (kl[:, 2:] == 0).all()
    assert (kl[:, :2] > 0).all()


def test_one_condition_for_all_equals_one_for_each(model: MultiRateVAE) -> None:
    """The folded weights of a scalar log tau against the units' own scales and shifts, in
    float64.
    """
    model, x, log_tau = model.double(), X.double(), LOG_TAU.double()
    mask = first(3).double()
    folded = model.encode(x, log_tau, mask)
    each = model.encode(x, log_tau.expand(5), mask.expand(5, 4))
    mixed = model.encode(x, log_tau, mask.expand(5, 4))
    for one, other, third in zip(folded, each, mixed, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(one, third, rtol=1e-12, atol=1e-12)
    z = folded[0]
    torch.testing.assert_close(
        model.decode(z, log_tau, mask),
        model.decode(z, log_tau.expand(5), mask),
        rtol=1e-12,
        atol=1e-12,
    )


def test_rows_do_not_see_each_other(model: MultiRateVAE) -> None:
    log_tau, mask = torch.linspace(-6, 2, 5), torch.stack([first(d) for d in (1, 2, 3, 4, 2)])
    mu, logvar = model.encode(X, log_tau, mask)
    for i in range(5):
        alone = model.encode(X[i : i + 1], log_tau[i], mask[i])
        torch.testing.assert_close(mu[i : i + 1], alone[0])
        torch.testing.assert_close(logvar[i : i + 1], alone[1])


def test_the_start_is_the_linear_vae_when_the_networks_are_silent() -> None:
    """At small tau: mu = whitened principal components, logvar = log(tau / lambda)."""
    model = MultiRateVAE(3, (4,), max_latent=2)
    with torch.no_grad():
        for layer in (model.encoder_head, model.decoder_head, model.modulate):
            layer.weight.zero_()
            layer.bias.zero_()
    mean, values = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([4.0, 0.25])
    axes, deviations = torch.eye(3)[:, :2], values.sqrt()
    model.start_from(values, (axes / deviations).T, mean)
    model.loadings.weight.data.copy_(axes * deviations)
    model.decoder_head.bias.data.copy_(mean)
    x, tau = torch.tensor([[3.0, 2.5, 3.0]]), 1e-5
    mu, logvar = model.encode(x, torch.tensor(math.log(tau)), torch.ones(2))
    torch.testing.assert_close(mu, torch.tensor([[1.0, 1.0]]), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(logvar, torch.log(tau / values)[None], rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(
        model.decode(mu, torch.tensor(math.log(tau)), torch.ones(2)), x, rtol=1e-3, atol=1e-3
    )


def test_a_categorical_decoder_gives_logits_for_every_level() -> None:
    model = MultiRateVAE(6, (8,), max_latent=4, levels=5)
    assert model.decode(torch.zeros(3, 4), LOG_TAU, first(4)).shape == (3, 6, 5)


def test_the_same_seed_builds_the_same_model_and_leaves_the_global_state() -> None:
    before = torch.random.get_rng_state()
    one, two = (build(RECIPES["digits"], (8, 8)).state_dict() for _ in range(2))
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(torch.equal(one[key], two[key]) for key in one)


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_go_through_json(name: str) -> None:
    assert name in (RECIPES[name].data, f"{RECIPES[name].data}-{RECIPES[name].likelihood}")
    assert MultiRateSettings.from_json(RECIPES[name].to_json()) == RECIPES[name]


@pytest.mark.parametrize("name", ["digits", "mnist-5k", "sprites", "three-gaussians"])
def test_a_shipped_model_takes_at_most_five_megabytes(name: str) -> None:
    shape = {"digits": (8, 8), "mnist-5k": (28, 28), "sprites": (32, 32), "three-gaussians": (2,)}[
        name
    ]
    tensors = build(RECIPES[name], shape).state_dict().values()
    assert sum(4 * tensor.numel() for tensor in tensors) <= 5_000_000


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"colour": 1}, "unknown setting 'colour'"),
        ({"steps": "many"}, "give a int"),
        ({"steps": 0}, "0 steps"),
        ({"batch": 30}, "multiple of 4"),
        ({"likelihood": "cauchy"}, "likelihood 'cauchy'"),
        ({"max_latent": 0}, "latent size 0"),
        ({"widths": []}, "widths"),
        ({"noise": float("nan")}, "input noise"),
        ({"learning_rate": -1.0}, "learning rate"),
        ({"full_share": 0}, "share"),
    ],
)
def test_bad_settings_are_one_line(values: dict[str, object], word: str) -> None:
    with pytest.raises(UserError, match=word) as caught:
        MultiRateSettings.from_json(values)
    assert "\n" not in str(caught.value)
