"""The VAE: shapes, seeds, the deterministic global state, clamped variances, fits and misfits."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from torch import nn

from vaeviz.config import LIKELIHOODS, Decoder, RunSettings, UserError
from vaeviz.models import vae
from vaeviz.objectives import ELBO

MLP = RunSettings(widths=(32, 16), latent=3)
CONV = RunSettings(architecture="conv", widths=(4, 8), latent=3)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize(
    ("base", "shape"), [(MLP, (2,)), (MLP, (8, 8)), (CONV, (8, 8)), (CONV, (28, 28))]
)
def test_codes_and_likelihood_parameters_have_the_right_shapes(
    base: RunSettings, shape: tuple[int, ...], likelihood: str
) -> None:
    size = math.prod(shape)
    model = vae.build(dataclasses.replace(base, likelihood=likelihood), shape)
    x = torch.rand(5, size)
    mu, logvar = model.encode(x)
    assert mu.shape == logvar.shape == (5, 3)
    out = model.decode(mu)
    several = {"categorical": (17,), "gaussian-per-pixel": (2,)}
    assert out.shape == (5, size, *several.get(likelihood, ()))
    found = ELBO.terms(x, out, mu, logvar, likelihood, model.log_sigma2)
    assert torch.isfinite(found.elbo).all()


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("base", [MLP, CONV])
def test_every_weight_gets_a_gradient(base: RunSettings, likelihood: str) -> None:
    model = vae.build(dataclasses.replace(base, likelihood=likelihood), (8, 8))
    x = torch.rand(16, 64, generator=torch.Generator().manual_seed(0))
    mu, logvar = model.encode(x)
    found = ELBO.terms(
        x, model.decode(mu + (logvar / 2).exp()), mu, logvar, likelihood, model.log_sigma2
    )
    (-found.elbo.mean()).backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


def test_one_seed_one_model_and_the_global_generator_is_left_alone() -> None:
    before = torch.random.get_rng_state()
    first, again = vae.build(MLP, (8, 8)), vae.build(MLP, (8, 8))
    other = vae.build(dataclasses.replace(MLP, seed=1), (8, 8))
    assert torch.equal(torch.random.get_rng_state(), before)
    for a, b in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(next(first.parameters()), next(other.parameters()))


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_variance_is_a_parameter_only_where_it_is_learned(likelihood: str) -> None:
    model = vae.build(dataclasses.replace(MLP, likelihood=likelihood, sigma2=0.25), (8, 8))
    assert ("log_sigma2" in dict(model.named_parameters())) == (likelihood == "gaussian-learned")
    assert "log_sigma2" in model.state_dict()
    assert model.log_sigma2.exp().item() == pytest.approx(0.25)


@pytest.mark.parametrize("decoder", ["mirror", "linear"])
@pytest.mark.parametrize("base", [MLP, CONV])
def test_the_variances_of_pixels_start_about_sigma2(base: RunSettings, decoder: Decoder) -> None:
    settings = dataclasses.replace(
        base, likelihood="gaussian-per-pixel", decoder=decoder, sigma2=0.01
    )
    model, same = (
        vae.build(settings, (8, 8)),
        vae.build(dataclasses.replace(settings, sigma2=1.0), (8, 8)),
    )
    out, free = model.decode(torch.zeros(1, 3)), same.decode(torch.zeros(1, 3))
    torch.testing.assert_close(out[..., 0], free[..., 0])
    torch.testing.assert_close(out[..., 1], free[..., 1] + math.log(0.01))
    assert free[..., 1].abs().max() < 1


def test_log_variances_are_kept_within_bounds() -> None:
    model = vae.VAE(nn.Linear(1, 2, bias=False), nn.Linear(1, 1), 1, 1, 1.0, False)
    nn.init.constant_(next(model.encoder.parameters()), 1.0)
    _, logvar = model.encode(torch.tensor([[-1e6], [0.5], [1e6]]))
    assert logvar.flatten().tolist() == [-20, 0.5, 10]


@pytest.mark.parametrize("base", [MLP, CONV])
def test_an_example_does_not_depend_on_its_neighbours(base: RunSettings) -> None:
    model = vae.build(base, (8, 8))
    x = torch.rand(6, 64, generator=torch.Generator().manual_seed(0))
    together, alone = model.encode(x)[0], torch.cat([model.encode(row)[0] for row in x.split(1)])
    torch.testing.assert_close(together, alone)
    torch.testing.assert_close(
        model.decode(together), torch.cat([model.decode(z) for z in alone.split(1)])
    )


def test_a_latent_dimension_the_decoder_ignores_changes_nothing() -> None:
    model = vae.build(MLP, (8, 8))
    first = next(model.decoder.parameters())
    with torch.no_grad():
        first[:, 2] = 0
    z = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    moved = z + torch.tensor([0.0, 0.0, 5.0])
    assert torch.equal(model.decode(z), model.decode(moved))
    assert not torch.equal(model.decode(z), model.decode(z + torch.tensor([0.0, 5.0, 0.0])))


def test_a_categorical_convolution_keeps_the_logits_of_a_pixel_together() -> None:
    """Channel k of pixel (i, j) must land at [i * W + j, k]."""
    image = torch.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5).float()  # (B, K, H, W)
    flat = vae._PixelsLast()(image).unflatten(-1, (-1, 3))  # (B, H·W, K)
    assert torch.equal(flat.reshape(2, 4, 5, 3), image.permute(0, 2, 3, 1))


@pytest.mark.parametrize(
    ("shape", "widths"),
    [((2,), (4, 8)), ((8, 6), (4, 8)), ((7, 7), (4,)), ((8, 8), ()), ((8, 8), (2, 2, 2, 2))],
)
def test_a_convolution_that_does_not_fit_is_refused_in_one_line(
    shape: tuple[int, ...], widths: tuple[int, ...]
) -> None:
    with pytest.raises(UserError) as caught:
        vae.build(dataclasses.replace(CONV, widths=widths), shape)
    assert "\n" not in str(caught.value)
    assert "or an MLP" in str(caught.value)


def test_no_hidden_layer_at_all_is_a_linear_network() -> None:
    model = vae.build(dataclasses.replace(MLP, widths=()), (8, 8))
    assert [type(layer) for layer in model.decoder.children()] == [nn.Linear]
