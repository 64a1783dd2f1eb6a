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
    "tiny",
    widths=(32, 32),
    max_latent=3,
    steps=2000,
    rows=32,
    knots=5,
    learning_rate=1.8e-2,
    first_rate=0.125,
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
    x, held, generator = torch.tensor(gaussians()), model.at(tau, d), torch.Generator()
    generator.manual_seed(0)
    with torch.inference_mode():
        mu, logvar = held.encode(x)
        rate = gaussian.kl_to_standard_normal(mu, logvar).sum(-1).mean()
        draws = [
            gaussian.sample(mu, logvar, torch.randn(mu.shape, generator=generator))
            for _ in range(8)
        ]
        errors = [(x - held.decode(z)).square().sum(-1).mean() for z in draws]
    return float(0.5 * torch.stack(errors).mean() + tau * rate)


@pytest.mark.parametrize("tau", [0.01, 0.1, 1.0, 5.0])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_on_gaussian_data_it_reaches_the_linear_optimum(
    model: MultiRateVAE, tau: float, d: int
) -> None:
    exact = linear_vae.solve(linear_vae.spectrum(gaussians()), 1.0, tau, d)
    optimum = 0.5 * exact.squared_error + tau * exact.rate
    # at d = 1 and small τ a bent line through the data is better than a straight one
    assert objective(model, tau, d) == pytest.approx(optimum, rel=0.15)


def test_the_rate_falls_with_tau_to_nothing(model: MultiRateVAE) -> None:
    x, rates = torch.tensor(gaussians()), []
    for tau in np.logspace(-3, 1, 40):
        with torch.inference_mode():
            mu, logvar = model.at(float(tau), 3).encode(x)
        rates.append(gaussian.kl_to_standard_normal(mu, logvar).sum(-1).mean().item())
    assert all(b <= a + 0.02 for a, b in itertools.pairwise(rates))
    assert rates[0] > 5
    assert rates[-1] < 0.01


def test_dimensions_keep_their_identity_through_all_sizes(model: MultiRateVAE) -> None:
    """The first dimensions of d = 3 say what those of d = 2 say, with the same sign."""
    x = torch.tensor(gaussians())
    with torch.inference_mode():
        codes = [model.at(0.05, d).encode(x)[0].numpy() for d in (1, 2, 3)]
    for few, more in itertools.pairwise(codes):
        for k in range(few.shape[1]):
            assert np.corrcoef(few[:, k], more[:, k])[0, 1] > 0.9


def test_the_same_seed_gives_the_same_model_and_another_seed_another() -> None:
    short = MultiRateSettings("tiny", widths=(8,), max_latent=2, steps=120, rows=4, knots=3)
    one, two = (trained(gaussians(), short).state_dict() for _ in range(2))
    assert all(torch.equal(one[key], two[key]) for key in one)
    third = trained(gaussians(), dataclasses.replace(short, seed=1)).state_dict()
    assert not torch.equal(one["encoder.0.weight"], third["encoder.0.weight"])


def test_records_come_every_hundred_steps_and_only_the_last_carries_the_model() -> None:
    settings = MultiRateSettings("tiny", widths=(8,), max_latent=2, steps=250, rows=4, knots=3)
    records = list(train_multi_rate(gaussians(), settings))
    assert [record.step for record in records] == [100, 200, 250]
    assert [record.model is None for record in records] == [True, True, False]
    assert all(math.isfinite(record.objective) for record in records)


@pytest.mark.parametrize("likelihood", ["bernoulli", "categorical"])
def test_other_likelihoods_learn(likelihood: str) -> None:
    data = (np.random.default_rng(1).random((200, 1)) < 0.5).repeat(6, axis=1).astype(np.float32)
    settings = MultiRateSettings(
        "tiny",
        likelihood,
        widths=(16,),
        max_latent=2,
        levels=2,
        steps=1000,
        rows=8,
        knots=4,
        learning_rate=1e-2,
    )
    records = list(train_multi_rate(data, settings))
    assert records[-1].objective < 6 * math.log(2)  # the mean over τ, better than no code
    model = records[-1].model
    assert model is not None
    held = model.at(0.01, 2)
    with torch.inference_mode():
        mu, _ = held.encode(torch.tensor(data))
        loss = LIKELIHOODS[likelihood].loss(torch.tensor(data), held.decode(mu))
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


def test_a_step_weighs_each_setting_by_the_linear_optimum() -> None:
    """(½‖x - x̂‖² + τR) / L*(τ, d), each example's own τ and d, means over examples."""
    run = run_of(rows=2)
    for weight in run.model.parameters():
        torch.nn.init.normal_(weight, std=0.2)
    t, d = run._draw()
    x, generator = run._batch(), torch.Generator()
    generator.set_state(run.generator.get_state())
    result = run._objective(x, t, d).item()
    eps = torch.randn(*t.shape, 3, generator=generator)
    spectrum, ratios = linear_vae.spectrum(gaussians()), []
    knots = run.model.log_taus
    for i, j, b in itertools.product(*map(range, t.shape)):
        tau, size = float(torch.lerp(knots[i], knots[i + 1], t[i, j, b]).exp()), int(d[i, j, b])
        held = run.model.at(tau, size)
        mu, logvar = held.encode(x[i, j, b][None])
        z = mu + (logvar / 2).exp() * eps[i, j, b, :size]
        error = (x[i, j, b] - held.decode(z)).square().sum()
        rate = 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum()
        exact = linear_vae.solve(spectrum, 1.0, tau, size)
        optimum = 0.5 * exact.squared_error + tau * exact.rate
        ratios.append((0.5 * error + tau * rate).item() / optimum)
    assert result == pytest.approx(np.mean(ratios), rel=0.02)  # a table of 400 levels of τ


def test_what_is_drawn_covers_every_interval_and_size() -> None:
    run = run_of(rows=4000)
    t, d = run._draw()
    assert t.shape == d.shape == (4, 3, 4000)
    ends = ((t == 0) | (t == 1)).float().mean()
    assert ends == pytest.approx(multi_rate.ENDS, abs=0.02)
    inside = t[(t > 0) & (t < 1)]
    assert inside.mean() == pytest.approx(0.5, abs=0.02)
    assert inside.var() == pytest.approx(1 / 12, rel=0.05)
    for j, (low, high) in enumerate(run.model.groups):
        assert (d[:, j].min(), d[:, j].max()) == (low, high)


def test_the_largest_size_of_a_group_is_drawn_more_often() -> None:
    run = run_of(rows=4000, max_latent=8)
    _, d = run._draw()  # groups 1-2, 3-4, 5-7, 8
    shares = torch.bincount(d[:, 2].flatten(), minlength=8)[5:] / d[:, 2].numel()
    full = multi_rate.FULL
    np.testing.assert_allclose(
        shares, [(1 - full) / 3, (1 - full) / 3, full + (1 - full) / 3], atol=0.02
    )


def test_every_example_is_seen_equally_often() -> None:
    run = run_of(rows=25)  # 4 · 3 · 25 = 300, the whole set
    batch = run._batch().reshape(-1, 4)
    assert torch.equal(batch.sort(0).values, run.x.sort(0).values)


@pytest.mark.parametrize(("step", "pace"), [(1, 1 - 2 / 11), (10**6, 0.001)])
def test_the_model_handed_over_is_an_average_of_the_weights(step: int, pace: float) -> None:
    run = run_of()
    for fast, slow in zip(run.model.parameters(), run.average.parameters(), strict=True):
        torch.nn.init.constant_(fast, 3.0)
        torch.nn.init.constant_(slow, 1.0)
    run._follow(step)
    for slow in run.average.parameters():
        torch.testing.assert_close(slow, torch.full_like(slow, 1 + pace * 2))


def test_the_learning_rate_rises_and_falls() -> None:
    paces = [multi_rate.pace(step, 1000) for step in (1, 100, 500, 1000)]
    assert paces == pytest.approx(
        [1 / 200, 0.5 * 0.5 * (1 + math.cos(math.pi / 10)), 0.5, 0.005], rel=1e-3
    )


def test_each_knot_moves_at_its_own_rate() -> None:
    """Adam's first step is its learning rate in every weight, whatever the gradient."""
    run = run_of()
    outer, inner = (run.model.encoder[k].get_parameter("weight") for k in (0, 1))
    shift = run.model.encoder[0].get_parameter("shift")
    before, first = inner.detach().clone(), outer.detach().clone()
    run.advance(multi_rate.RAMP)
    moved = (inner - before).abs().amax((1, 2, 3))
    rates = multi_rate.knot_rates(SMALL)
    share = multi_rate.pace(multi_rate.RAMP, SMALL.steps)
    np.testing.assert_allclose(moved.detach(), np.array(rates) * share, rtol=1e-3)
    ends = (outer - first).abs().amax((1, 2, 3)).detach()
    np.testing.assert_allclose(ends, np.array([rates[0], rates[-1]]) * share, rtol=1e-3)
    most = multi_rate.SHIFT_RATE * SMALL.learning_rate * share
    assert shift.abs().max().item() == pytest.approx(most, rel=1e-3)
    np.testing.assert_allclose(np.array(rates) / rates[-1], [0.125, 0.18829, 0.63137, 1, 1], 1e-4)


@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_the_last_knot_is_where_a_linear_vae_has_collapsed(likelihood: str) -> None:
    data = np.clip(gaussians() / 8 + 0.4, 0.01, 0.99).astype(np.float32)
    spectrum, chosen = linear_vae.spectrum(data), LIKELIHOODS[likelihood]
    unit = chosen.unit(spectrum.mean) if likelihood == "bernoulli" else np.ones(4)
    largest = np.linalg.eigvalsh(np.cov((data / unit).T, bias=True)).max()
    assert multi_rate.highest_variance(spectrum, chosen) == pytest.approx(
        max(largest, 0.01), rel=1e-4
    )


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
        "tiny", widths=(8,), max_latent=2, steps=300, rows=4, learning_rate=1e9
    )
    with pytest.raises(UserError, match="diverged by step"):
        list(train_multi_rate(gaussians(), settings))


def test_a_finite_divergence_is_one_line_too() -> None:
    settings = MultiRateSettings(
        "tiny", widths=(16,), max_latent=2, steps=1000, rows=16, knots=4, learning_rate=10.0
    )
    with pytest.raises(UserError, match=r"diverged by step \d+: use a learning rate below 10"):
        list(train_multi_rate(gaussians(), settings))


def test_a_checkpoint_s_float16_has_every_weight_exactly(model: MultiRateVAE) -> None:
    for value in model.state_dict().values():
        assert torch.equal(value, value.half().float())
