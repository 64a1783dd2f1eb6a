"""Dedicated training stops when it should; the gap's arithmetic and its memory."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from vaeviz import data
from vaeviz.config import RunSettings, UserError
from vaeviz.models import vae
from vaeviz.models.multi_rate_at import at
from vaeviz.models.multi_rate_settings import MultiRateSettings, build
from vaeviz.studies import gap
from vaeviz.training import dedicated
from vaeviz.training.dedicated import Look, tau_objective, until_flat
from vaeviz.training.evaluate import evaluate

DATA = data.load("three-gaussians")
SETTINGS = RunSettings(data=DATA.name, widths=(16,), latent=2, sigma2=0.3, steps=20_000)
CELL = gap.Cell(0.3, 2, 0.5, 1.0, 0.001, 3000, 2.0)


def looks(
    settings: RunSettings, monkeypatch: pytest.MonkeyPatch, values: list[float]
) -> tuple[list[Look], vae.VAE]:
    """A run whose held-out objective is given, one value per evaluation; then it stays."""
    model, told = vae.build(settings, (2,)), iter(values)

    def dictated(trainer: object, held_out: object, settings: object) -> float:
        trainer.step += dedicated.EVERY  # type: ignore[attr-defined]
        with torch.no_grad():  # the weights say at which step they were
            model.decoder[0].bias.fill_(float(trainer.step))  # type: ignore[attr-defined, index, union-attr]
        return next(told, values[-1])

    monkeypatch.setattr(dedicated, "_look", dictated)
    return list(until_flat(model, DATA.train, DATA.held_out, settings)), model


def bias(model: vae.VAE) -> float:
    return model.decoder[0].bias[0].item()  # type: ignore[index, union-attr]


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
        rates.append((trainer.optimizer.param_groups[0]["lr"], bias(trainer.model)))  # type: ignore[arg-type]
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


def test_a_dedicated_cell_is_good_and_repeatable() -> None:
    settings = replace(SETTINGS, steps=600)
    first, second = (gap.dedicated_cell(DATA, settings, lambda look: None) for _ in range(2))
    assert replace(first, seconds=0) == replace(second, seconds=0)
    untrained = tau_objective(vae.build(settings, (2,)), DATA.held_out, 0.3)[0]
    assert first.objective < 0.6 * untrained
    assert (first.tau, first.d, first.steps) == (0.3, 2, 600)


def test_l_is_sigma2_j_without_its_constant() -> None:
    model = vae.build(SETTINGS, (2,))
    result = evaluate(model, DATA.held_out, SETTINGS, dedicated.FINAL_SAMPLES, dedicated.FINAL_SEED)
    value, rate, error = tau_objective(model, DATA.held_out, 0.3)
    constant = math.log(2 * math.pi * 0.3)
    assert value == pytest.approx(0.3 * (result.objective - constant), rel=1e-5)
    assert rate == result.rate
    assert error == pytest.approx(0.3 * result.error)


def test_excess_is_a_fraction_of_the_dedicated_objective() -> None:
    assert gap.Row(0.1, 2, 2.04, 2.0).excess == pytest.approx(0.02)


def test_the_grid_is_the_issue_s() -> None:
    assert gap.TAUS == (0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)
    assert gap.DIMS == (2, 4, 8, 16)
    settings = gap.settings_of("digits", 0.03, 8, (256, 256))
    assert settings.beta * settings.sigma2 == 0.03
    assert settings.latent == 8


# --- kept cells
# ------------------------------------------------------------------------------------------------


def test_kept_cells_survive(tmp_path: Path) -> None:
    gap.Kept(tmp_path / "gap.json", DATA, (16,), 0).add(CELL)
    assert gap.Kept(tmp_path / "gap.json", DATA, (16,), 0).cells == {(0.3, 2): CELL}


@pytest.mark.parametrize(("widths", "seed"), [((17,), 0), ((16,), 1)])
def test_cells_of_another_run_are_not_reused(
    tmp_path: Path, widths: tuple[int, ...], seed: int
) -> None:
    gap.Kept(tmp_path / "gap.json", DATA, (16,), 0).add(CELL)
    assert gap.Kept(tmp_path / "gap.json", DATA, widths, seed).cells == {}


def test_spoilt_cells_are_one_line(tmp_path: Path) -> None:
    kept = gap.Kept(tmp_path / "gap.json", DATA, (16,), 0)
    kept.add(CELL)
    values = json.loads(kept.path.read_text())
    values["cells"][0]["more"] = 1
    kept.path.write_text(json.dumps(values))
    with pytest.raises(UserError, match="delete the file and run gap again"):
        gap.Kept(kept.path, DATA, (16,), 0)


# --- the multi-rate model at one setting
# ------------------------------------------------------------------------------------------------


def test_at_holds_tau_and_d() -> None:
    model = build(MultiRateSettings("three-gaussians", widths=(8,), max_latent=2), (2,))
    x, mask = torch.tensor(DATA.train[:5]), torch.tensor([1.0, 0.0])
    held = at(model, 0.3, 1)
    mu, logvar = model.encode(x, torch.tensor(math.log(0.3)), mask)
    assert torch.equal(held.encode(x)[0], mu)
    assert torch.equal(held.encode(x)[1], logvar)
    assert torch.equal(held.decode(mu), model.decode(mu, torch.tensor(math.log(0.3)), mask))
    assert held.log_sigma2.exp().item() == pytest.approx(0.3)
    assert at(model, 0.3, 1, 0.1).log_sigma2.exp().item() == pytest.approx(0.1)


@pytest.mark.parametrize("d", [0, 3])
def test_more_dimensions_than_the_model_has_are_refused(d: int) -> None:
    model = build(MultiRateSettings("three-gaussians", widths=(8,), max_latent=2), (2,))
    with pytest.raises(
        UserError, match=f"latent size {d}: this model has 1 to 2; choose one of them"
    ):
        at(model, 0.3, d)


@pytest.mark.parametrize("tau", [0.0, 0.0009, 10.1, math.nan])
def test_a_tau_outside_its_range_is_refused(tau: float) -> None:
    model = build(MultiRateSettings("three-gaussians", widths=(8,), max_latent=2), (2,))
    with pytest.raises(UserError, match=r"covers 0\.001 to 10; change"):
        at(model, tau, 1)


def test_compare_leaves_out_what_the_model_does_not_reach() -> None:
    model = build(MultiRateSettings("three-gaussians", widths=(8,), max_latent=2), (2,))
    rows = gap.compare(model, DATA, [CELL, replace(CELL, d=4)])
    assert [(row.tau, row.d, row.dedicated) for row in rows] == [(0.3, 2, 0.5)]
    assert rows[0].multi == tau_objective(at(model, 0.3, 2), DATA.held_out, 0.3)[0]
