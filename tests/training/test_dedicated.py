"""Dedicated training stops when it should, and is good and repeatable."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from vaeviz import data
from vaeviz.config import RunSettings
from vaeviz.models import vae
from vaeviz.training import dedicated
from vaeviz.training.dedicated import Look, tau_objective, until_flat
from vaeviz.training.evaluate import evaluate

DATA = data.load("three-gaussians")
SETTINGS = RunSettings(data=DATA.name, widths=(16,), latent=2, sigma2=0.3, steps=20_000)


def looks(
    settings: RunSettings, monkeypatch: pytest.MonkeyPatch, values: list[float]
) -> tuple[list[Look], vae.VAE]:
    """A run whose held-out objective is given, one value per evaluation; then it stays."""
    model, told = vae.build(settings, (2,)), iter(values)

    def dictated(trainer: object, held_out: object, settings: object) -> float:
        trainer.step += dedicated.EVERY  # type: ignore[attr-defined]
        with torch.no_grad():  # the weights say at which step they were
            output_bias(model).fill_(float(trainer.step))  # type: ignore[attr-defined]
        return next(told, values[-1])

    monkeypatch.setattr(dedicated, "_look", dictated)
    return list(until_flat(model, DATA.train, DATA.held_out, settings)), model


def bias(model: vae.VAE) -> float:
    return output_bias(model)[0].item()


def output_bias(model: vae.VAE) -> torch.Tensor:
    return model.decoder.get_parameter("0.bias")


def test_it_stops_ten_looks_after_the_last_new_low_of_each_stage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, model = looks(SETTINGS, monkeypatch, [5.0, 4.0, 4.5])
    assert [look.stage for look in result] == [0] * 12 + [1] * 10
    assert (result[-1].best, result[-1].best_step) == (4.0, 200)
    assert bias(model) == 200, "the best weights are not the ones kept"


def test_a_hair_s_breadth_is_no_new_low(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _ = looks(SETTINGS, monkeypatch, [1.0] + [1.0 - 1e-5 * i for i in range(1, 9)] + [1.0])
    assert result[-1].best_step == 100
    negative, _ = looks(SETTINGS, monkeypatch, [-1.0, -1.00001, -1.1, -1.0])
    assert negative[-1].best_step == 300


def test_the_second_stage_starts_from_the_best_weights_at_a_tenth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rates: list[tuple[float, float]] = []
    look = dedicated._look

    def watched(trainer: dedicated.Trainer, held_out: np.ndarray, settings: RunSettings) -> float:
        rate = trainer.optimizer.param_groups[0]["lr"]
        rates.append((rate, bias(trainer.model)))  # type: ignore[arg-type]
        return (
            1.0
            if len(rates) == 1
            else 2.0 + 0 * look(trainer, held_out, replace(settings, steps=1))
        )

    monkeypatch.setattr(dedicated, "_look", watched)
    list(until_flat(vae.build(SETTINGS, (2,)), DATA.train, DATA.held_out, SETTINGS))
    assert [rate for rate, _ in rates] == pytest.approx([1e-3] * 11 + [1e-4] * 10)
    assert rates[11][1] == rates[0][1]


def test_it_stops_at_the_limit_and_looks_there() -> None:
    settings = replace(SETTINGS, steps=250)
    result = list(until_flat(vae.build(settings, (2,)), DATA.train, DATA.held_out, settings))
    assert [look.step for look in result][:3] == [100, 200, 250]


def test_a_dedicated_model_is_good_and_repeatable() -> None:
    settings, results = replace(SETTINGS, steps=600), []
    untrained = tau_objective(vae.build(settings, (2,)), DATA.held_out, 0.3)[0]
    for _ in range(2):
        model = vae.build(settings, (2,))
        *_, last = until_flat(model, DATA.train, DATA.held_out, settings)
        results.append(tau_objective(model, DATA.held_out, 0.3))
    assert results[0] == results[1]
    assert results[0][0] < 0.6 * untrained
    assert last.step == 600


def test_l_is_sigma2_j_without_its_constant() -> None:
    model = vae.build(SETTINGS, (2,))
    result = evaluate(model, DATA.held_out, SETTINGS, dedicated.FINAL_SAMPLES, dedicated.FINAL_SEED)
    value, rate, error = tau_objective(model, DATA.held_out, 0.3)
    constant = math.log(2 * math.pi * 0.3)
    assert value == pytest.approx(0.3 * (result.objective - constant), rel=1e-5)
    assert rate == result.rate
    assert error == pytest.approx(0.3 * result.error)
