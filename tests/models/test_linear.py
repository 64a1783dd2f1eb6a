"""The trainable linear VAE: it is linear, and at the closed form's weights it is the closed
form.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from vaeviz.config import RunSettings, UserError
from vaeviz.densities import gaussian
from vaeviz.models import linear
from vaeviz.theory import linear_vae

SETTINGS = RunSettings(latent=3, sigma2=0.3)
X = torch.tensor(load_digits().data / 16, dtype=torch.float32)
MEAN = X.mean(0)


def test_codes_and_means_have_the_right_shapes() -> None:
    model = linear.build(SETTINGS, MEAN)
    mu, logvar = model.encode(X)
    assert mu.shape == logvar.shape == (len(X), 3)
    assert model.decode(mu).shape == X.shape
    assert (model.latent, model.levels) == (3, 1)
    assert model.log_sigma2.exp().item() == pytest.approx(0.3)


def test_the_mean_has_the_code_zero_and_back() -> None:
    model = linear.build(SETTINGS, MEAN)
    assert not model.encode(MEAN[None])[0].any()
    assert torch.equal(model.decode(torch.zeros(1, 3))[0], MEAN)


def test_the_posterior_variance_does_not_depend_on_the_example() -> None:
    model = linear.build(SETTINGS, MEAN)
    _, logvar = model.encode(X[:5])
    assert (logvar == logvar[0]).all()


def test_encoder_and_decoder_are_affine() -> None:
    model = linear.build(SETTINGS, MEAN)
    a, b = X[:4], X[4:8]
    middle = (model.encode(a)[0] + model.encode(b)[0]) / 2
    torch.testing.assert_close(model.encode((a + b) / 2)[0], middle, rtol=1e-4, atol=1e-5)
    z = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(
        model.decode(z.mean(0)), model.decode(z).mean(0), rtol=1e-4, atol=1e-5
    )


def test_with_the_closed_forms_weights_it_is_the_closed_form() -> None:
    exact = linear_vae.solve(linear_vae.spectrum(X.numpy()), 2.0, 0.1, 3)
    model = linear.build(SETTINGS, MEAN)
    with torch.no_grad():
        model.V.copy_(torch.tensor(exact.V.copy()))
        model.W.copy_(torch.tensor(exact.W.copy()))
        model.logvar.copy_(torch.tensor(np.log(exact.variances)))
        mu, logvar = model.encode(X)
        out = model.decode(mu)
    ours = exact.encode(X.numpy().astype(np.float64))
    np.testing.assert_allclose(mu, ours[0], atol=1e-5)
    np.testing.assert_allclose(logvar, ours[1], atol=1e-6)
    np.testing.assert_allclose(out, exact.decode(ours[0]), atol=1e-5)
    kl = gaussian.kl_to_standard_normal(mu, logvar).mean(0)
    np.testing.assert_allclose(kl, exact.kl, atol=1e-5)


def test_one_seed_one_model_and_the_global_generator_is_left_alone() -> None:
    before = torch.random.get_rng_state()
    first, again = linear.build(SETTINGS, MEAN), linear.build(SETTINGS, MEAN)
    other = linear.build(dataclasses.replace(SETTINGS, seed=1), MEAN)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(first.V, again.V)
    assert torch.equal(first.W, again.W)
    assert not torch.equal(first.V, other.V)


def test_the_variance_is_a_parameter_only_where_it_is_learned() -> None:
    learned = dataclasses.replace(SETTINGS, likelihood="gaussian-learned")
    assert "log_sigma2" in dict(linear.build(learned, MEAN).named_parameters())
    assert "log_sigma2" not in dict(linear.build(SETTINGS, MEAN).named_parameters())


@pytest.mark.parametrize("likelihood", ["bernoulli", "categorical", "gaussian-per-pixel"])
def test_only_gaussian_decoders_are_linear(likelihood: str) -> None:
    settings = RunSettings.from_json({**SETTINGS.to_json(), "likelihood": likelihood})
    with pytest.raises(UserError, match="use gaussian"):
        linear.build(settings, MEAN)
