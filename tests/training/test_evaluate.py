"""Held-out numbers against explicit formulas, and a valid error bar."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import Tensor

from vaeviz.config import LIKELIHOODS, RunSettings, UserError
from vaeviz.models import vae
from vaeviz.objectives import ELBO, RECONSTRUCTION, Objective
from vaeviz.training import evaluate as module
from vaeviz.training.evaluate import evaluate
from vaeviz.training.results import numbers

X = np.random.default_rng(0).random((40, 3), dtype=np.float32)
SETTINGS = RunSettings(widths=(8,), latent=2, beta=3.0, sigma2=0.25)


@dataclass
class Constant:
    """q(z|x) = N(m x_1, s²) in one dimension, decoded to (z, 0, 0): everything about it has a
    formula.
    """

    m: float
    s: float
    log_sigma2: Tensor
    objective: Objective = ELBO

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mu = self.m * x[:, :1]
        return mu, torch.full_like(mu, 2 * math.log(self.s))

    def decode(self, z: Tensor) -> Tensor:
        return torch.cat([z, torch.zeros_like(z), torch.zeros_like(z)], 1)


def known(samples: int = 400, objective: Objective = ELBO, **changes: object) -> module.Evaluation:
    model = Constant(0.5, 0.3, torch.tensor(math.log(0.25)), objective)
    return evaluate(model, X, replace(SETTINGS, **changes), samples)  # type: ignore[arg-type]


def test_against_the_formulas() -> None:
    result, x = known(), X.astype(np.float64)
    rate = 0.5 * ((0.5 * x[:, 0]) ** 2 + 0.09 - 1 - math.log(0.09))
    squared = (
        (0.5 * x[:, 0]) ** 2 + 0.09 + x[:, 1] ** 2 + x[:, 2] ** 2
    )  # E (x_1 - z)² = (x_1/2)² + s²
    distortion = squared / 0.5 + 1.5 * math.log(2 * math.pi * 0.25)
    assert result.rate == pytest.approx(rate.mean(), rel=1e-6)
    assert result.squared_error == pytest.approx(squared.mean(), abs=0.01)
    assert result.distortion == pytest.approx(distortion.mean(), abs=5 * result.error)
    assert result.elbo == -(result.distortion + result.rate)
    assert result.objective == pytest.approx(result.distortion + 3 * result.rate)
    assert result.kl == pytest.approx([result.rate])
    assert (result.beta, result.examples, result.samples) == (3.0, 40, 400)
    assert result.sigma2 == pytest.approx(0.25)


def test_the_error_is_that_of_repeating_the_estimate() -> None:
    model = Constant(0.5, 0.3, torch.tensor(math.log(0.25)))
    runs = [evaluate(model, X, SETTINGS, 8, seed) for seed in range(200)]
    spread = np.std([run.distortion for run in runs])
    assert np.sqrt(np.mean([run.error**2 for run in runs])) == pytest.approx(spread, rel=0.15)


def test_a_unit_is_active_when_its_mean_moves_by_more_than_a_tenth() -> None:
    spread = X[:, 0].std()
    for target, active in ((0.0099, 0), (0.0101, 1)):
        model = Constant(math.sqrt(target) / spread, 0.3, torch.tensor(0.0))
        assert evaluate(model, X, SETTINGS, 1).active == active


def test_an_autoencoder_has_no_rate_and_no_error() -> None:
    result = known(objective=RECONSTRUCTION)
    assert (result.rate, result.error, result.samples) == (0.0, 0.0, 1)
    squared = ((X - np.array([0.5, 0, 0]) * X[:, :1]) ** 2).sum(1).mean()
    assert result.squared_error == pytest.approx(squared, rel=1e-5)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_every_likelihood_gives_finite_numbers_and_means_in_data_units(
    likelihood: str,
) -> None:
    settings = replace(SETTINGS, likelihood=likelihood)
    result = evaluate(vae.build(settings, (3,)), X, settings)
    assert math.isfinite(result.elbo)
    assert 0 < result.squared_error < 3
    assert math.isnan(result.sigma2) == (likelihood == "gaussian-per-pixel")
    assert ("sigma2" in numbers(result)) == math.isfinite(result.sigma2)


def test_an_optimal_sigma2_is_not_fitted_to_the_held_out_data() -> None:
    optimal, fixed = (
        replace(SETTINGS, likelihood=name) for name in ("gaussian-optimal", "gaussian")
    )
    model = vae.build(fixed, (3,))
    assert evaluate(model, X, optimal).distortion == evaluate(model, X, fixed).distortion


def test_the_size_of_a_chunk_hardly_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    model = vae.build(SETTINGS, (3,))
    whole = evaluate(model, X, SETTINGS, 64)
    monkeypatch.setattr(module, "ROWS", 7)
    parts = evaluate(model, X, SETTINGS, 64)
    assert parts.rate == pytest.approx(whole.rate, rel=1e-6)
    assert parts.distortion == pytest.approx(whole.distortion, abs=6 * whole.error)
    assert parts.active == whole.active


def test_it_is_repeatable_and_leaves_no_trace() -> None:
    model = vae.build(SETTINGS, (3,))
    state = torch.random.get_rng_state()
    first, second = evaluate(model, X, SETTINGS), evaluate(model, X, SETTINGS)
    assert first.distortion == second.distortion != evaluate(model, X, SETTINGS, seed=1).distortion
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_numbers_that_are_not_finite_are_not_reported() -> None:
    model = vae.build(SETTINGS, (3,))
    with torch.no_grad():
        model.decoder[0].weight.fill_(float("nan"))  # type: ignore[index, union-attr]
    with pytest.raises(UserError, match="not finite: train it again"):
        evaluate(model, X, SETTINGS)


def test_no_samples_are_refused() -> None:
    with pytest.raises(UserError, match="0 posterior samples: use 1 or more"):
        known(0)
