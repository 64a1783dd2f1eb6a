"""Trainings with three kinds of variance outputs: the stored ones are made again, and checked."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest
import torch

from vaeviz.checkpoints import studies
from vaeviz.config import UserError
from vaeviz.records.variance_outputs import CLAMPED, DEVIATION, LOG, VarianceStudy
from vaeviz.studies import variance_outputs as study

STORED = studies.load_variances(studies.variances_path())


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("way", [LOG, CLAMPED])
def test_a_stored_training_begins_as_one_made_now(way: str) -> None:
    """The first 40 steps at the learning rate 0.03, seed 0: ten records."""
    ours = study.run(way, 0.03, 0, 40)
    theirs = next(run for run in STORED.of(0.03, 0) if run.way == way)
    for name in ("loss", "dead", "gradient"):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name)[:10], rel=0.02, abs=0.02)


def test_sigma_breaks_again_at_the_stored_step() -> None:
    theirs = STORED.of(0.03, 0)[1]
    ours = study.run(DEVIATION, 0.03, 0)
    assert (ours.broken, ours.bad) == (theirs.broken, pytest.approx(theirs.bad, abs=0.01))
    assert theirs.broken == 3
    assert ours.bad > 0


def test_the_three_ways_begin_with_the_same_weights_and_nearly_the_same_loss() -> None:
    """σ is about 1 + a/2 with log σ² = a and with σ² = 1 + a, and 1 + a with σ itself."""
    first = [study.run(way, 1e-3, 0, 4).loss[0] for way in (LOG, DEVIATION, CLAMPED)]
    assert max(first) / min(first) < 1.05


def test_the_global_random_state_is_left_alone() -> None:
    before = torch.random.get_rng_state()
    study.run(LOG, 1e-3, 0, 1)
    assert torch.equal(before, torch.random.get_rng_state())


def test_an_all_dead_run_has_no_gradient() -> None:
    run = STORED.of(0.1, 0)[2]
    assert run.dead[-1] == 1
    assert run.gradient[-1] == 0
    assert STORED.of(0.1, 0)[0].gradient[-1] > 0.01


def test_no_run_with_the_logarithm_breaks_and_all_with_sigma_do_where_it_is_fast() -> None:
    for run in STORED.runs:
        if run.way != DEVIATION:
            assert run.broken == 0
        elif run.learning_rate >= 0.03:
            assert 0 < run.broken <= 4
        if run.way == LOG:
            assert max(run.dead) == 0


def test_a_study_is_read_as_it_was_saved(tmp_path: Path) -> None:
    made = study.study(list(study.runs((0.1,), (0,), 6)), 6)
    path = studies.variances_path(tmp_path)
    studies.save_variances(path, made)
    read = studies.load_variances(path)
    assert read.rates == (0.1,)
    assert [run.way for run in read.of(0.1, 0)] == [LOG, DEVIATION, CLAMPED]
    assert read.of(0.1, 0)[0].loss == pytest.approx(made.of(0.1, 0)[0].loss, rel=1e-5)
    assert [run.broken for run in read.of(0.1, 0)] == [0, 2, 0]


def broken(**changes: object) -> VarianceStudy:
    first, *rest = STORED.runs
    return dataclasses.replace(STORED, runs=(dataclasses.replace(first, **changes), *rest))


@pytest.mark.parametrize(
    "bad",
    [
        dataclasses.replace(STORED, runs=STORED.runs[1:]),
        dataclasses.replace(STORED, runs=(*STORED.runs, STORED.runs[0])),
        broken(loss=STORED.runs[0].loss[1:]),
        broken(broken=7),
        broken(bad=1.5),
        broken(gradient=(-1.0, *STORED.runs[0].gradient[1:])),
    ],
    ids=["missing", "twice", "short", "broken", "share", "norm"],
)
def test_a_damaged_study_is_refused_in_one_line(bad: VarianceStudy, tmp_path: Path) -> None:
    path = studies.variances_path(tmp_path)
    studies.save_variances(path, bad)
    with pytest.raises(UserError, match="make it again with 'variances'"):
        studies.load_variances(path)
    assert math.isfinite(STORED.runs[0].final)
