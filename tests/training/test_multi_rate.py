"""Multi-rate training: its weights, its draws, learning, and determinism."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS, gaussian
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.theory import linear_vae
from vaeviz.training import multi_rate
from vaeviz.training.multi_rate import MultiRateSettings, train_multi_rate

SMALL = MultiRateSettings(
    "tiny", widths=(16, 16), max_latent=3, steps=1000, batch=32, noise=0.0, full_share=4.0
)


def gaussians(n: int = 300) -> NDArray[np.float32]:
    """Four values with principal variances near 2, 0.5, 0.1 and 0.01."""
    scales = np.sqrt([2.0, 0.5, 0.1, 0.01])
    return (np.random.default_rng(0).standard_normal((n, 4)) * scales + 1).astype(np.float32)


def trained(data: NDArray[np.float32], settings: MultiRateSettings) -> MultiRateVAE:
    *_, last = train_multi_rate(data, settings)
    assert last.model is not None
    return last.model


@pytest.fixture(scope="module")
def model() -> MultiRateVAE:
    return trained(gaussians(), SMALL)


def objective(model: MultiRateVAE, tau: float, d: int) -> float:
    """L = 1/2 ||x - x̂||² + tau R, 8 samples."""
    x, log_tau = torch.tensor(gaussians()), torch.tensor(math.log(tau))
    mask, generator = (torch.arange(3) < d).float(), torch.Generator().manual_seed(0)
    with torch.inference_mode():
        mu, logvar = model.encode(x, log_tau, mask)
        rate = gaussian.kl_to_standard_normal(mu, logvar).sum(-1).mean()
        errors = [
            (
                x
                - model.decode(
                    gaussian.sample(mu, logvar, torch.randn(mu.shape, generator=generator)),
                    log_tau,
                    mask,
                )
            )
            .square()
            .sum(-1)
            .mean()
            for _ in range(8)
        ]
    return float(0.5 * torch.stack(errors).mean() + tau * rate)


@pytest.mark.parametrize("tau", [0.01, 0.1, 1.0, 5.0])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_on_gaussian_data_it_reaches_the_linear_optimum(
    model: MultiRateVAE, tau: float, d: int
) -> None:
    exact = linear_vae.solve(linear_vae.spectrum(gaussians()), 1.0, tau, d)
    optimum = 0.5 * exact.squared_error + tau * exact.rate
    assert objective(model, tau, d) == pytest.approx(optimum, rel=0.1)


def test_the_rate_falls_with_tau_to_nothing(model: MultiRateVAE) -> None:
    x, rates = torch.tensor(gaussians()), []
    for tau in np.logspace(-3, 1, 40):
        mu, logvar = model.encode(
            x, torch.tensor(math.log(tau), dtype=torch.float32), torch.ones(3)
        )
        rates.append(gaussian.kl_to_standard_normal(mu, logvar).sum(-1).mean().item())
    assert all(b <= a + 1e-4 for a, b in itertools.pairwise(rates))
    assert rates[0] > 5
    assert rates[-1] == 0


def test_the_same_seed_gives_the_same_model_and_another_seed_another() -> None:
    short = MultiRateSettings("tiny", widths=(8,), max_latent=2, steps=120, batch=16)
    one, two = (trained(gaussians(), short).state_dict() for _ in range(2))
    assert all(torch.equal(one[key], two[key]) for key in one)
    third = trained(
        gaussians(), MultiRateSettings.from_json({**short.to_json(), "seed": 1})
    ).state_dict()
    assert not torch.equal(one["encoder_head.weight"], third["encoder_head.weight"])


def test_records_come_every_hundred_steps_and_only_the_last_carries_the_model() -> None:
    settings = MultiRateSettings("tiny", widths=(8,), max_latent=2, steps=250, batch=16)
    records = list(train_multi_rate(gaussians(), settings))
    assert [record.step for record in records] == [100, 200, 250]
    assert [record.model is None for record in records] == [True, True, False]
    assert all(math.isfinite(record.objective) for record in records)


@pytest.mark.parametrize("likelihood", ["bernoulli", "categorical"])
def test_other_likelihoods_learn(likelihood: str) -> None:
    data = (np.random.default_rng(1).random((200, 1)) < 0.5).repeat(6, axis=1).astype(np.float32)
    settings = MultiRateSettings(
        "tiny", likelihood, widths=(16,), max_latent=2, levels=2, steps=400, batch=32, noise=0.0
    )
    records = list(train_multi_rate(data, settings))
    assert records[-1].objective < 6 * math.log(
        2
    )  # better than no code at all, at the mean over tau
    model, log_tau = records[-1].model, torch.tensor(math.log(0.01))
    assert model is not None
    mu, _ = model.encode(torch.tensor(data), log_tau, torch.ones(2))
    loss = LIKELIHOODS[likelihood].loss(
        torch.tensor(data), model.decode(mu, log_tau, torch.ones(2))
    )
    assert loss.mean() < 0.5


def test_the_scale_is_the_linear_optimum() -> None:
    spectrum = linear_vae.spectrum(gaussians())
    scale = multi_rate._linear_optimum(spectrum)
    for tau, d in [(0.001, 1), (0.05, 2), (0.7, 3), (10.0, 9)]:
        exact = linear_vae.solve(spectrum, 1.0, tau, d)
        result = scale(torch.tensor([tau]), torch.tensor([d])).item()
        assert result == pytest.approx(0.5 * exact.squared_error + tau * exact.rate, rel=0.02)


# --- one step, number by number
# ------------------------------------------------------------------------------------------------


def run_of(**changes: Any) -> multi_rate._Run:
    return multi_rate._Run(gaussians(), dataclasses.replace(SMALL, **changes))


def test_the_noise_on_the_input_has_variance_tau_up_to_its_largest_deviation() -> None:
    run, taus = run_of(noise=0.5), torch.tensor([[0.04], [0.25], [4.0]])  # (G, 1)
    blurred = run._blurred(torch.ones(3, 4, 5000), taus)  # (G, k, D)
    deviations = torch.tensor([0.2, 0.5, 0.5])
    torch.testing.assert_close(blurred.std((1, 2)), deviations, rtol=0.03, atol=0)
    torch.testing.assert_close(blurred.mean((1, 2)), torch.ones(3), rtol=0.02, atol=0)
    x = torch.ones(3, 4, 5)
    assert run_of(noise=0.0)._blurred(x, taus) is x


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_a_step_weighs_each_setting_by_the_linear_optimum(noise: float) -> None:
    """(½‖x - x̂‖² + τR) / L*(τ, d), each example's own τ and d, means over examples."""
    run = run_of(noise=noise)
    for weight in run.model.parameters():
        torch.nn.init.normal_(weight, std=0.2)
    x, generator = torch.tensor(gaussians(8)).unflatten(0, (2, 4)), torch.Generator()
    log_tau, d = torch.tensor([[-3.0], [0.5]]), torch.tensor([[2], [3]])
    generator.set_state(run.generator.get_state())
    result = run._objective(x, log_tau, d).item()
    blur = torch.randn(x.shape, generator=generator) if noise else torch.zeros_like(x)
    eps = torch.randn(2, 4, 3, generator=generator)
    spectrum, ratios = linear_vae.spectrum(gaussians()), []
    for g, n in itertools.product(range(2), range(4)):
        tau, live = math.exp(log_tau[g]), (torch.arange(3) < d[g]).float()
        seen = x[g, n] + min(math.sqrt(tau), noise) * blur[g, n]
        mu, logvar = run.model.encode(seen[None], log_tau[g, 0], live)
        z = mu + (logvar / 2).exp() * eps[g, n]
        error = (x[g, n] - run.model.decode(z, log_tau[g, 0], live)).square().sum()
        rate = 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum()
        exact = linear_vae.solve(spectrum, 1.0, tau, int(d[g]))
        optimum = 0.5 * exact.squared_error + tau * exact.rate
        ratios.append((0.5 * error + tau * rate).item() / optimum)
    assert result == pytest.approx(np.mean(ratios), rel=0.02)  # a table of 400 levels of τ


def test_what_is_drawn_covers_the_range_of_tau_and_prefers_the_full_size() -> None:
    run = run_of(batch=400, full_share=4.0)
    log_tau, _ = run._draw(SMALL.steps)
    low, high = math.log(1e-3), math.log(10)
    parts = ((log_tau - low) / (high - low) * 100).floor().int().flatten()
    assert sorted(parts.tolist()) == list(range(100))  # one in each equal part
    assert parts.tolist() != sorted(parts.tolist())
    drawn = torch.cat([run._draw(1)[1] for _ in range(200)]).flatten()
    shares = torch.bincount(drawn, minlength=4)[1:] / len(drawn)
    weights = np.array([1, 1 / math.sqrt(2), 4 / math.sqrt(3)])
    np.testing.assert_allclose(shares, weights / weights.sum(), atol=0.01)


@pytest.mark.parametrize(("step", "pace"), [(1, 1 - 2 / 11), (10**6, 0.001)])
def test_the_model_handed_over_is_an_average_of_the_weights(step: int, pace: float) -> None:
    run = run_of()
    for fast, slow in zip(run.model.parameters(), run.average.parameters(), strict=True):
        torch.nn.init.constant_(fast, 3.0)
        torch.nn.init.constant_(slow, 1.0)
    run._follow(step)
    for slow in run.finished().parameters():
        torch.testing.assert_close(slow, torch.full_like(slow, 1 + pace * 2))


def test_the_learning_rate_rises_and_falls() -> None:
    settings = MultiRateSettings(steps=1000, learning_rate=0.01)
    rates = [multi_rate.learning_rate(step, settings) for step in (1, 100, 500, 1000)]
    cosine = [0.5 * (1 + math.cos(math.pi * share)) for share in (0.001, 0.1, 0.5, 1.0)]
    ramp = (1 / 200, 0.5, 1, 1)
    expected = [0.01 * rise * fall + 1e-6 for rise, fall in zip(ramp, cosine, strict=True)]
    assert rates == pytest.approx(expected)


def test_the_range_of_tau_grows_to_its_full_width() -> None:
    settings = MultiRateSettings(steps=1000, warmup=0.3)
    highs = [multi_rate.log_tau_range(step, settings)[1] for step in (1, 150, 300, 1000)]
    assert highs == sorted(highs)
    assert highs[0] < math.log(0.01)
    assert highs[2] == highs[3] == pytest.approx(math.log(10))
    low, full = math.log(1e-3), math.log(1e4)
    assert highs[1] == pytest.approx(low + (1.5 + full) / 2)
    assert {multi_rate.log_tau_range(step, settings)[0] for step in (1, 1000)} == {low}
    assert multi_rate.log_tau_range(1, dataclasses.replace(settings, warmup=0.0))[1] == highs[3]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (np.zeros((0, 4), np.float32), "examples as rows"),
        (np.zeros(4, np.float32), "examples as rows"),
        (np.full((5, 2), np.nan, np.float32), "example 0 .* NaN"),
    ],
)
def test_bad_data_are_refused_in_one_line(data: NDArray[np.float32], word: str) -> None:
    with pytest.raises(UserError, match=word):
        next(train_multi_rate(data, SMALL))


def test_divergence_is_one_line() -> None:
    settings = MultiRateSettings(
        "tiny", widths=(8,), max_latent=2, steps=300, batch=16, learning_rate=1e6
    )
    with pytest.raises(UserError, match="diverged by step"):
        list(train_multi_rate(gaussians(), settings))
