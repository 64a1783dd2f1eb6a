"""The study of fidelity: cells are trained once, kept, read once, and held against the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaeviz import checkpoints, data
from vaeviz.config import UserError
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.studies import fidelity
from vaeviz.studies.fidelity import Cell, Study, grid

DATA = data.load("three-gaussians")
MULTI = MultiRateSettings("three-gaussians", widths=(16,), max_latent=2)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr(fidelity, "MOST_STEPS", 200)
    return Study("toy", MULTI, DATA, tmp_path)


def test_the_grid_has_every_cell_once_and_chains_in_order() -> None:
    cells = grid((0.3, 0.1), (1, 2), (0, 1), warm=True)
    assert len(cells) == len(set(cells)) == 8 + 4
    assert [c.tau for c in cells if (c.d, c.seed, c.warm) == (2, 1, False)] == [0.1, 0.3]
    assert {c.tau for c in cells if c.warm} == {0.3}


@pytest.mark.parametrize(
    ("likelihood", "beta", "sigma2"), [("gaussian", 1.0, 0.3), ("bernoulli", 0.3, 0.1)]
)
def test_a_cell_has_its_tau(likelihood: str, beta: float, sigma2: float, tmp_path: Path) -> None:
    multi = replace(MULTI, likelihood=likelihood)
    made = Study("toy", multi, DATA, tmp_path).settings(Cell(0.3, 2, 1))
    assert (made.beta, made.sigma2, made.latent, made.seed) == (beta, sigma2, 2, 1)
    assert (made.widths, made.likelihood) == ((16,), likelihood)


def test_a_cell_is_trained_kept_and_read_once(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell, looks = Cell(0.1, 2, 0), list[Any]()
    assert not study.has(cell)
    study.train(cell, looks.append)
    assert study.has(cell)
    assert checkpoints.load(study.folder / study.name(cell)).manifest.steps == looks[-1].step == 200
    first = study.reading(cell)
    monkeypatch.setattr(fidelity.fidelity, "reading", None)
    assert study.reading(cell) == first
    monkeypatch.setattr(fidelity, "RECIPE", fidelity.RECIPE + 1)
    with pytest.raises(TypeError):
        study.reading(cell)


def test_a_warm_start_is_the_neighbours_weights(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="no neighbour"):
        study.train(Cell(0.1, 2, 0, warm=True))
    study = replace(study, taus=(0.05, 0.1))  # any grid has its chain
    study.train(Cell(0.05, 2, 0))
    begun = list[Any]()

    def nothing(model: Any, *rest: Any) -> list[Any]:
        begun.append({name: value.clone() for name, value in model.state_dict().items()})
        return []

    monkeypatch.setattr(fidelity, "until_flat", nothing)
    study.train(Cell(0.1, 2, 0, warm=True))
    kept = checkpoints.load(study.folder / study.name(Cell(0.05, 2, 0))).model.state_dict()
    assert begun[0]["log_sigma2"].item() == pytest.approx(np.log(0.1))
    for name in kept.keys() - {"log_sigma2"}:
        assert (begun[0][name] == kept[name]).all()


def test_a_model_of_other_settings_is_refused(study: Study) -> None:
    cell = Cell(0.1, 2, 0)
    study.train(cell)
    other = Study("toy", replace(MULTI, widths=(8,)), DATA, study.folder)
    with pytest.raises(UserError, match="other settings"):
        other.reading(cell)


def test_seeds_of_one_place_are_compared_together(study: Study) -> None:
    cells = [Cell(0.1, 2, seed) for seed in (0, 1)]
    for cell in cells:
        study.train(cell)
    codec: Any = fidelity.DedicatedCodec(
        checkpoints.load(study.folder / study.name(cells[0])).model, "gaussian", 0.1, "one"
    )
    ((key, found),) = study.compare(codec, cells).items()
    assert key == ((0.1, 2), "random")
    assert found.multi == found.seeds[0]
    assert len(found.seeds) == 2
    # the first seed's map is its own, so half the mean is the distance between the two
    assert found.maps is not None
    assert found.maps[0] == pytest.approx(found.maps[1] / 2)
    assert found.maps[1] > 0.01
