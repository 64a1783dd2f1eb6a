"""Codecs of trained networks: equal numbers, losses that are −log p, draws' means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from vaeviz.config import RunSettings
from vaeviz.densities import LIKELIHOODS
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.measures.observe import observe
from vaeviz.models import vae
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Curve

LEVELS = {"gaussian": 1, "bernoulli": 1, "categorical": 5, "gaussian-per-pixel": 2}
NAMES = tuple(LEVELS)
X = np.random.default_rng(0).random((12, 9), dtype=np.float32)
NOISE = np.random.default_rng(1).standard_normal((12, 16), dtype=np.float32)
Make = Callable[[str], Any]
CURVE = Curve(*(np.arange(1.0, 4.0),) * 3)


def multi_rate(likelihood: str) -> MultiRateCodec:
    torch.manual_seed(3)
    model = MultiRateVAE(9, (16, 16), 4, LEVELS[likelihood])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return MultiRateCodec(model, likelihood, lambda d: CURVE, "multi-rate model toy")


def dedicated(likelihood: str) -> DedicatedCodec:
    settings = RunSettings(likelihood=likelihood, widths=(16,), latent=3, levels=5)  # type: ignore[arg-type]
    return DedicatedCodec(vae.build(settings, (9,)), likelihood, 0.2, "dedicated model, step 10")


@pytest.mark.parametrize("likelihood", NAMES)
@pytest.mark.parametrize("d", [1, 3, 4])
def test_the_multi_rate_codec_is_its_model_held_there(likelihood: str, d: int) -> None:
    codec = multi_rate(likelihood)
    with torch.no_grad():
        held = codec.model.at(0.07, d)
        mu, logvar = held.encode(torch.from_numpy(X))
        out = held.decode(mu)
    ours = codec.encode(X, 0.07, d)
    assert ours[0].shape == ours[1].shape == (12, d)
    np.testing.assert_allclose(ours[0], mu, atol=1e-6)
    np.testing.assert_allclose(ours[1], logvar, atol=1e-6)
    np.testing.assert_allclose(
        codec.decode(ours[0], 0.07, d), LIKELIHOODS[likelihood].mean(out).numpy(), atol=1e-6
    )


@pytest.mark.parametrize("likelihood", NAMES)
def test_the_dedicated_codec_is_its_model(likelihood: str) -> None:
    codec = dedicated(likelihood)
    with torch.no_grad():
        mu, logvar = codec.model.encode(torch.from_numpy(X))
        out = codec.model.decode(mu)
    ours = codec.encode(X, 0.2, 3)
    np.testing.assert_array_equal(ours[0], mu)
    np.testing.assert_array_equal(ours[1], logvar)
    np.testing.assert_array_equal(codec.decode(ours[0], 0.2, 3), LIKELIHOODS[likelihood].mean(out))
    assert codec.tau_range == (0.2, 0.2)
    assert codec.latent == 3


def test_a_dedicated_codec_uses_its_d_whatever_the_argument() -> None:
    for d in (1, 3, 16):
        codec: Any = dedicated("gaussian")
        assert observe(codec, X, 0.2, d, NOISE).mu.shape == (12, 3)


@pytest.mark.parametrize("make", [multi_rate, dedicated])
def test_the_gaussian_loss_is_the_squared_error_summed(make: Make) -> None:
    codec = make("gaussian")
    mu, _ = codec.encode(X, 0.2, 3)
    np.testing.assert_allclose(
        codec.loss(X, mu, 0.2, 3), ((X - codec.decode(mu, 0.2, 3)) ** 2).sum(1), rtol=1e-5
    )


@pytest.mark.parametrize("make", [multi_rate, dedicated])
def test_the_bernoulli_loss_is_minus_log_prob(make: Make) -> None:
    codec, x = make("bernoulli"), (X > 0.5).astype(np.float32)
    mu, _ = codec.encode(x, 0.2, 3)
    p = torch.distributions.Bernoulli(probs=torch.from_numpy(codec.decode(mu, 0.2, 3)))
    np.testing.assert_allclose(
        codec.loss(x, mu, 0.2, 3), -p.log_prob(torch.from_numpy(x)).sum(1), rtol=1e-4
    )


@pytest.mark.parametrize("make", [multi_rate, dedicated])
def test_the_categorical_loss_is_minus_log_prob_of_the_grey_levels(make: Make) -> None:
    codec, index = make("categorical"), np.arange(12 * 9).reshape(12, 9) % 5
    x = (index / 4).astype(np.float32)
    mu, _ = codec.encode(x, 0.2, 3)
    with torch.no_grad():
        logits = (
            codec._parameters(mu, 0.2, 3)
            if make is multi_rate
            else codec.model.decode(torch.from_numpy(mu))
        )
    p = torch.distributions.Categorical(logits=logits)
    np.testing.assert_allclose(
        codec.loss(x, mu, 0.2, 3), -p.log_prob(torch.from_numpy(index)).sum(1), rtol=1e-5
    )


@pytest.mark.parametrize("make", [multi_rate, dedicated])
@pytest.mark.parametrize("likelihood", NAMES)
def test_draws_are_seeded_and_leave_the_global_generator_alone(make: Make, likelihood: str) -> None:
    codec, z = make(likelihood), NOISE[:, :3].copy()
    before = torch.random.get_rng_state()
    first = codec.draw(z, 0.2, 3, 0.1, 7)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert first.shape == X.shape
    assert first.dtype == np.float32
    assert np.array_equal(first, codec.draw(z, 0.2, 3, 0.1, 7))
    assert not np.array_equal(first, codec.draw(z, 0.2, 3, 0.1, 8))


@pytest.mark.parametrize("likelihood", NAMES)
def test_the_mean_of_many_draws_is_the_expected_image(likelihood: str) -> None:
    codec = multi_rate(likelihood)
    one = NOISE[:1, :4].copy()
    many = codec.draw(np.repeat(one, 20_000, axis=0), 0.2, 4, 0.09, 0)
    np.testing.assert_allclose(many.mean(0), codec.decode(one, 0.2, 4)[0], atol=0.02)
    if likelihood == "bernoulli":
        assert set(np.unique(many)) <= {0.0, 1.0}
    if likelihood == "categorical":
        np.testing.assert_allclose(np.unique(many), np.linspace(0, 1, 5), atol=1e-6)
    if likelihood == "gaussian":
        np.testing.assert_allclose(many.var(0), 0.09, rtol=0.06)
    if likelihood == "gaussian-per-pixel":
        with torch.no_grad():
            own = 1e-4 + codec._parameters(one, 0.2, 4)[0, :, 1].exp()
        np.testing.assert_allclose(many.var(0), own, rtol=0.06)


def test_codes_in_any_layout_or_float_are_taken() -> None:
    codec = multi_rate("gaussian")
    z = NOISE[:, :3].copy()
    for same in (np.asfortranarray(z), z.astype(np.float64), NOISE[:, :3]):
        np.testing.assert_allclose(codec.decode(same, 0.2, 3), codec.decode(z, 0.2, 3), atol=1e-6)
        np.testing.assert_allclose(
            dedicated("gaussian").decode(same, 0.2, 3),
            dedicated("gaussian").decode(z, 0.2, 3),
            atol=1e-6,
        )


def test_the_curve_is_the_one_it_was_given() -> None:
    assert multi_rate("gaussian").curve(2) is CURVE


@pytest.mark.parametrize("d", [1, 3])
@pytest.mark.parametrize("outer", [0, 2])
@pytest.mark.parametrize("tau", [0.001, 0.1, 10.0])
def test_what_is_cached_at_the_knots_changes_no_number(d: int, outer: int, tau: float) -> None:
    """The first layer, and ‖x − Wh − b‖² with more pixels than hidden units."""
    torch.manual_seed(5)
    model = MultiRateVAE(40, (16, 16), 4, knots=7, outer_tables=outer)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    codec = MultiRateCodec(model, "gaussian", lambda d: CURVE, "toy")
    x = np.random.default_rng(2).random((50, 40), dtype=np.float32)
    other = x[:30].copy()
    z = np.random.default_rng(4).standard_normal((50, d), dtype=np.float32)
    for data in (x, other, x):  # what is remembered of one set is not used for another
        long = ((data - codec.decode(z[: len(data)], tau, d)) ** 2).sum(1)
        np.testing.assert_allclose(codec.loss(data, z[: len(data)], tau, d), long, rtol=1e-4)
        mu, _ = codec.encode(data, tau, d)
        with torch.no_grad():
            expected, _ = model.at(tau, d).encode(torch.from_numpy(data))
        np.testing.assert_allclose(mu, expected, rtol=1e-4, atol=1e-5)
