"""Multi-rate training: what it weighs by, what it draws, that it learns, and that it repeats
itself.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vaeviz.config import UserError
from vaeviz.densities import gaussian
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
    loss = multi_rate.LOSSES[likelihood](
        torch.tensor(data), model.decode(mu, log_tau, torch.ones(2))
    )
    assert loss.mean() < 0.5


def test_the_scale_is_the_linear_optimum() -> None:
    spectrum = linear_vae.spectrum(gaussians())
    scale = multi_rate._linear_optimum(spectrum)
    for tau, d in [(0.001, 1), (0.05, 2), (0.7, 3), (10.0, 9)]:
        exact = linear_vae.solve(spectrum, 1.0, tau, d)
        found = scale(torch.tensor([tau]), torch.tensor([d])).item()
        assert found == pytest.approx(0.5 * exact.squared_error + tau * exact.rate, rel=0.02)


def test_the_range_of_tau_grows_to_its_full_width() -> None:
    settings = MultiRateSettings(steps=1000, warmup=0.3)
    highs = [multi_rate.log_tau_range(step, settings)[1] for step in (1, 150, 300, 1000)]
    assert highs == sorted(highs)
    assert highs[0] < math.log(0.01)
    assert highs[2] == highs[3] == pytest.approx(math.log(10))


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
