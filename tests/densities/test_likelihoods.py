"""Every likelihood: equal in NumPy and torch, units, samples, gradients; and adding a new one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from vaeviz import data
from vaeviz.config import RunSettings, UserError
from vaeviz.densities import LIKELIHOODS, Likelihood, Variance
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.models import vae
from vaeviz.training.evaluate import evaluate
from vaeviz.training.loop import train

D, LEVELS = 5, 4
EACH = list(LIKELIHOODS.values())
each = pytest.mark.parametrize("p", EACH, ids=lambda p: p.name)
SHARED = [p for p in EACH if p.variance.shared]
CONSTANT = [p for p in EACH if p.variance is not Variance.PER_ELEMENT]


def outputs_of(p: Likelihood, rows: int = 3, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    k = p.outputs(LEVELS)
    return torch.randn(rows, D, *((k,) if k > 1 else ()), generator=generator, dtype=torch.float64)


def data_of(rows: int = 3, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(rows, D, generator=generator, dtype=torch.float64)


@each
@pytest.mark.parametrize("sigma2", [0.05, 2.0])
def test_nats_of_the_loss_are_the_distortion(p: Likelihood, sigma2: float) -> None:
    x, out = data_of(), outputs_of(p)
    known = p.known
    nats = [known.nats(float(loss), D, sigma2) for loss in known.loss(x, out)]
    np.testing.assert_allclose(nats, -known.log_prob(x, out, math.log(sigma2)).numpy(), rtol=1e-9)


@each
@given(loss=st.floats(0, 1e3), sigma2=st.floats(1e-4, 1e2))
def test_a_loss_comes_back_from_its_nats(p: Likelihood, loss: float, sigma2: float) -> None:
    back = p.loss_of_nats(np.array(p.nats(loss, D, sigma2)), D, np.array(sigma2))
    assert float(back) == pytest.approx(loss, abs=1e-9 * max(1.0, sigma2))
    rise = p.nats(loss + 1, D, sigma2) - p.nats(loss, D, sigma2)
    assert rise == pytest.approx(p.nats_per_loss(sigma2), rel=1e-6)


@each
def test_beta_acts_through_tau(p: Likelihood) -> None:
    """σ²J is h loss + τR but for a constant, so that β and σ² move it through τ alone."""
    sigma2, beta = 0.2, 3.0
    unit = sigma2 if p.variance.shared else 1.0
    assert p.tau(beta, sigma2) == pytest.approx(beta * unit)
    assert unit * p.nats_per_loss(sigma2) == pytest.approx(p.loss_factor)


@pytest.mark.parametrize("p", CONSTANT, ids=lambda p: p.name)
def test_the_mean_is_one_in_numpy_and_torch(p: Likelihood) -> None:
    out = outputs_of(p)
    np.testing.assert_allclose(p.expected(out.numpy()), p.mean(out).numpy(), rtol=1e-6)


@each
def test_samples_have_the_mean(p: Likelihood) -> None:
    out = outputs_of(p, 1).float().expand(20_000, *outputs_of(p, 1).shape[1:])
    drawn = p.sample(out, 0.3, seed=3)
    assert drawn.shape == (20_000, D)
    error = drawn.std(0) / len(drawn) ** 0.5
    assert (abs(drawn.mean(0) - p.mean(out[:1]).numpy()[0]) < 5 * error).all()
    np.testing.assert_array_equal(drawn, p.sample(out, 0.3, seed=3))
    assert (drawn != p.sample(out, 0.3, seed=4)).any()


@pytest.mark.parametrize("p", SHARED, ids=lambda p: p.name)
def test_samples_have_the_variance(p: Likelihood) -> None:
    out = torch.zeros(40_000, D)
    np.testing.assert_allclose(p.sample(out, 0.3, seed=3).var(0), 0.3, rtol=0.05)


@pytest.mark.parametrize("p", [p for p in EACH if p.has_output_gradient], ids=lambda p: p.name)
def test_the_gradient_by_the_outputs_is_autograds(p: Likelihood) -> None:
    x, out = data_of(), outputs_of(p).requires_grad_()
    log_sigma2 = torch.tensor(-1.2, dtype=torch.float64)
    (expected,) = torch.autograd.grad(-p.known.log_prob(x, out, log_sigma2).mean(), out)
    torch.testing.assert_close(p.output_gradient(x, out.detach(), log_sigma2), expected)


@pytest.mark.parametrize("p", CONSTANT, ids=lambda p: p.name)
def test_a_neutral_decoder_has_the_datas_mean(p: Likelihood) -> None:
    mean = np.array([0.2, 0.5, 0.5, 0.5, 0.9])
    out = torch.tensor(p.neutral(mean, LEVELS)).reshape(outputs_of(p, 1)[0].shape)
    expected = mean if p.outputs(LEVELS) == 1 else np.full(D, 0.5)
    np.testing.assert_allclose(p.mean(out).numpy(), expected, rtol=1e-6)
    deviations = np.sqrt(np.maximum(mean * (1 - mean), 0.02))
    np.testing.assert_allclose(p.unit(mean), np.ones(D) if p.variance.shared else deviations)


@pytest.mark.parametrize("p", CONSTANT, ids=lambda p: p.name)
def test_no_constant_decoder_is_better_than_the_fitted_one(p: Likelihood) -> None:
    x = data_of(400).numpy()
    mean, fitted = p.constant(x, LEVELS)
    np.testing.assert_allclose(mean, x.mean(0), atol=2e-3)
    best = p.constant_losses(x, fitted).sum()
    rng = np.random.default_rng(0)
    for _ in range(5):
        other = p.constant(rng.permutation(x)[:200], LEVELS)[1]
        assert p.constant_losses(x, other).sum() >= best - 0.5  # half counts are not the best


def test_a_constant_decoder_adds_half_a_count() -> None:
    x = np.array([[0.0], [0.0], [1.0]])
    _, bernoulli = LIKELIHOODS["bernoulli"].constant(x, LEVELS)
    np.testing.assert_allclose(bernoulli, [1.5 / 4])
    _, levels = LIKELIHOODS["categorical"].constant(x, 3)
    np.testing.assert_allclose(np.exp(levels), [[2.5 / 4.5, 0.5 / 4.5, 1.5 / 4.5]])


@pytest.mark.parametrize("p", CONSTANT, ids=lambda p: p.name)
def test_the_scale_of_the_noise_is_that_of_samples(p: Likelihood) -> None:
    out = outputs_of(p, 1).float().expand(20_000, *outputs_of(p, 1).shape[1:])
    drawn, predicted = p.sample(out, 0.3, seed=3), p.mean(out).numpy()
    deviation = (drawn - predicted).std(0)
    scale = np.broadcast_to(np.asarray(p.noise_scale(drawn, predicted)), drawn.shape)[0]
    np.testing.assert_allclose(scale, deviation, rtol=0.05)


@each
def test_an_unsupported_method_raises_with_a_reason(p: Likelihood) -> None:
    x = data_of().numpy()
    if p.variance is Variance.PER_ELEMENT:
        for ask in (lambda: p.constant(x, LEVELS), lambda: p.noise_scale(x, x)):
            with pytest.raises(TypeError, match=p.name):
                ask()
    if not p.has_output_gradient:
        with pytest.raises(TypeError, match="autograd"):
            p.output_gradient(data_of(), outputs_of(p), torch.zeros(()))


def test_the_data_that_a_likelihood_refuses() -> None:
    refused = {
        name: [about for about in data.names() if p.refusal(data.describe(about))]
        for name, p in LIKELIHOODS.items()
    }
    assert not any(refused[p.name] for p in SHARED)
    assert "three-gaussians" in refused["bernoulli"]
    assert set(refused["bernoulli"]) <= set(refused["categorical"])
    sizes = [SimpleNamespace(value_range=(0.0, 1.0), dim=dim) for dim in (1024, 1025)]
    refusals = [bool(LIKELIHOODS["categorical"].refusal(values)) for values in sizes]
    assert refusals == [False, True]


def test_what_a_kind_of_variance_means() -> None:
    assert [p.name for p in SHARED] == ["gaussian", "gaussian-learned", "gaussian-optimal"]
    assert {p.known.name for p in SHARED} == {"gaussian"}
    assert {p.distortion_of for p in SHARED} == {"density"}


# --- a new likelihood: one object, one line
# ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Laplace(Likelihood):
    """p(x|z) = Π_j exp(-|x_j - m_j|) / 2."""

    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        return -((x - outputs).abs() + math.log(2)).sum(-1)

    def mean(self, outputs: Tensor) -> Tensor:
        return outputs

    def sample(self, outputs: Tensor, sigma2: Any, seed: int) -> np.ndarray:
        return np.random.default_rng(seed).laplace(outputs.numpy()).astype(np.float32)


@pytest.fixture
def laplace(monkeypatch: pytest.MonkeyPatch) -> Likelihood:
    new = Laplace("laplace", "Laplace", Variance.NONE, "density", "gaussian")
    monkeypatch.setitem(LIKELIHOODS, new.name, new)
    return new


@pytest.mark.parametrize("decoder", ["mirror", "masked"])
def test_a_new_likelihood_trains_is_judged_and_decodes(laplace: Likelihood, decoder: Any) -> None:
    x = data_of(64).float().numpy()
    settings = RunSettings(
        likelihood="laplace", decoder=decoder, widths=(16,), latent=2, steps=200, beta=0.01
    )
    model = vae.build(settings, (1, D))
    records = list(train(model, x, settings))
    assert records[-1].distortion < records[0].distortion
    assert evaluate(model, x, settings).distortion > D * math.log(2)
    codec = DedicatedCodec(model, "laplace", 1.0, "a dedicated model")
    mu, _ = codec.encode(x, 1.0, 2)
    assert codec.draw(mu, 1.0, 2, 1.0, 0).shape == codec.decode(mu, 1.0, 2).shape == x.shape


def test_an_unknown_likelihood_is_refused() -> None:
    with pytest.raises(UserError, match="laplace"):
        RunSettings(likelihood="laplace")
