"""The linear laboratory's training: gradients against autograd, numbers and optimum against the
closed form.

"Within 2 %" is said of the whole KL, of every dimension's KL above 0.1 nats, and of the squared
error; a dimension is active where Var(μ) > 0.01, here and in the closed form.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vaeviz.checkpoints.files import write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.densities import gaussian
from vaeviz.models.linear import LinearVAE
from vaeviz.records import ACTIVE, StepRecord
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.worker import process as worker
from vaeviz.theory import linear_vae
from vaeviz.theory.known_spectra import EIGENVALUES
from vaeviz.training import linear_fit, linear_run
from vaeviz.training.divergence import Diverged
from vaeviz.training.evaluate import evaluate

ALIVE = 0.1  # nats


def _data(seed: int = 0) -> NDArray[np.float32]:
    """300 points in 6 dimensions, correlated and off the origin."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(300, 6)) @ rng.normal(size=(6, 6)) + 3).astype(np.float32)


def _last(model: LinearVAE, x: NDArray[np.float32], run: RunSettings) -> StepRecord:
    return deque(linear_fit.fit(model, x, run, every=run.steps), maxlen=1)[0]


def _objective(model: LinearVAE, x: torch.Tensor, tau: float) -> torch.Tensor:
    """½ E‖x - x̂‖² + τ R from the examples one by one, by another way than the module's
    covariances.
    """
    mu, logvar = model.encode(x)
    errors = ((x - model.decode(mu)) ** 2).sum(1) + (logvar.exp() * (model.W**2).sum(0)).sum(1)
    return (0.5 * errors + tau * gaussian.kl_to_standard_normal(mu, logvar).sum(1)).mean()


@pytest.mark.parametrize("tau", [0.02, 1.0, 30.0])
def test_the_closed_form_gradients_are_autograds(tau: float) -> None:
    x = torch.tensor(_data())
    model = linear_fit.start(_data(), RunSettings(latent=3, seed=5)).double()
    with torch.no_grad():
        model.logvar.copy_(torch.tensor([-1.0, 0.0, 0.7]))
    weights = [model.V, model.W, model.logvar]
    wanted = torch.autograd.grad(_objective(model, x.double(), tau) / tau, weights)
    linear_fit._gradients(model, linear_fit._covariance(_data()), tau)
    for weight, gradient in zip(weights, wanted, strict=True):
        torch.testing.assert_close(weight.grad, gradient, rtol=1e-6, atol=1e-6)


def test_a_record_is_what_sampling_estimates() -> None:
    x, run = _data(), RunSettings(latent=3, beta=2.0, sigma2=0.5, steps=40)
    model = linear_fit.start(x, run)
    record = _last(model, x, run)
    seen = evaluate(model, x, run, samples=64)
    np.testing.assert_allclose(record.kl, seen.kl, rtol=1e-5)
    assert record.distortion == pytest.approx(seen.distortion, abs=4 * seen.error)
    assert record.objective == pytest.approx(record.distortion + 2 * record.rate)
    assert (record.step, record.elbo) == (40, pytest.approx(-(record.distortion + record.rate)))


def test_at_the_optimum_a_record_is_the_closed_form() -> None:
    x, run = _data(), RunSettings(latent=3, beta=2.0, sigma2=0.5)
    exact = linear_vae.solve(linear_vae.spectrum(x), 2.0, 0.5, 3)
    model = linear_fit.start(x, run).double()
    with torch.no_grad():
        for own, best in (
            (model.V, exact.V),
            (model.W, exact.W),
            (model.logvar, np.log(exact.variances)),
        ):
            own.copy_(torch.tensor(np.ascontiguousarray(best)))
    record = linear_fit._record(1, model, linear_fit._covariance(x), run)
    np.testing.assert_allclose(record.kl, exact.kl, atol=1e-6)
    assert record.distortion == pytest.approx(exact.distortion)


def test_the_level_comes_down_to_the_runs_own_and_one_above_stays() -> None:
    run = RunSettings(beta=2.0, sigma2=0.005, steps=100)
    levels = [linear_fit._level(step, run, 20.0) for step in range(101)]
    assert levels[0] == pytest.approx(1.0)
    assert levels[25] == pytest.approx(0.1)  # half way in log τ
    assert levels[50:] == [pytest.approx(0.01)] * 51
    high = RunSettings(beta=2.0, sigma2=4.0, steps=100)
    assert {linear_fit._level(step, high, 20.0) for step in range(101)} == {8.0}


CASES = [
    *(
        (name, 1.0, tau, 16)
        for name, tau in (("digits", 0.02), ("power-law", 0.005), ("two-steps", 0.05))
    ),
    ("digits", 4.0, 0.2, 8),
    ("power-law", 0.3, 0.12, 6),
    ("two-steps", 10.0, 0.004, 16),
    ("digits", 1.0, 0.0005, 16),
]


@pytest.mark.parametrize(("name", "beta", "tau", "latent"), CASES)
def test_training_reaches_the_closed_form(name: str, beta: float, tau: float, latent: int) -> None:
    x, run = linear_fit.examples(name), linear_run.settings(name, beta, tau / beta, latent)
    exact = linear_vae.solve(linear_vae.spectrum(x), beta, tau / beta, latent)
    model = linear_fit.start(x, run)
    _last(model, x, run)
    seen = evaluate(model, x, run)
    kl, alive = np.sort(seen.kl)[::-1], exact.kl > ALIVE
    assert seen.active == (exact.var_mu > ACTIVE).sum()
    np.testing.assert_allclose(kl[alive], exact.kl[alive], rtol=0.02)
    assert seen.rate == pytest.approx(exact.rate, rel=0.02)
    assert seen.squared_error == pytest.approx(exact.squared_error, rel=0.02)


def test_examples_are_the_training_set_or_the_known_spectrum() -> None:
    assert linear_fit.examples("digits").shape == (1438, 64)
    values = linear_vae.spectrum(linear_fit.examples("power-law")).eigenvalues
    np.testing.assert_allclose(values, EIGENVALUES["power-law"], rtol=1e-5)
    with pytest.raises(UserError, match="unknown data set"):
        linear_fit.examples("no-such-set")


def test_a_rate_that_is_far_too_high_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_fit, "RATE", 1e30)
    run = RunSettings(latent=2, steps=20)
    with pytest.raises(Diverged, match="smaller β"):
        _last(linear_fit.start(_data(), run), _data(), run)


def test_a_worker_trains_it_and_says_the_kl_of_the_training_data(tmp_path: Path) -> None:
    run = RunSettings(data="two-steps", latent=4, steps=60, sigma2=0.05)
    write_json(tmp_path / runs.SETTINGS, run.to_json())
    (tmp_path / runs.LINEAR).touch()
    said = worker.run(tmp_path)
    x = linear_fit.examples("two-steps")
    model = linear_fit.start(x, run)
    _last(model, x, run)
    assert (said.state, said.step, said.steps) == ("done", 60, 60)
    np.testing.assert_allclose(said.kl, evaluate(model, x, run).kl, rtol=1e-6)
    assert said.held_out is not None
    assert said.held_out["examples"] == len(x)
    assert runs.status(tmp_path) == said


def test_a_worker_that_is_asked_to_stop_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PAUSE", 0.0)
    write_json(tmp_path / runs.SETTINGS, linear_run.settings("two-steps", 1.0, 0.1, 4).to_json())
    (tmp_path / runs.LINEAR).touch()
    runs.cancel(tmp_path)
    assert worker.run(tmp_path).state == "cancelled"
