"""The study of cures: changed and shared settings, its arithmetic, and its file."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from vaeviz import checkpoints, data
from vaeviz.checkpoints import studies
from vaeviz.config import RunSettings, UserError
from vaeviz.models import vae
from vaeviz.records.cures import NONE, Cure, CureRun, CureStudy
from vaeviz.runs.worker.twins import Line
from vaeviz.studies import cures
from vaeviz.training.evaluate import evaluate
from vaeviz.training.loop import Trainer

DATA = data.load("three-gaussians")
TINY = replace(cures.BASE, data=DATA.name, widths=(8,), latent=2, steps=6, batch=32)


def inform(mu: np.ndarray, logvar: np.ndarray) -> tuple[float, float]:
    return float(mu.var()), 0.5


def made(
    name: str, seed: int, rate: float = 0.01, distortion: float = 10.0, active: int = 0
) -> CureRun:
    error = round(0.2 * (distortion - 1.5 * math.log(0.2 * math.pi)), 4)  # of 3 values, σ² = 0.1
    return CureRun(name, seed, rate, distortion, 0.1, active, 0.2, 0.01, 0.1, error)


def study_of(
    *runs: CureRun, cured: tuple[Cure, ...] = (Cure("skip", "z", {"skip": True}),)
) -> CureStudy:
    settings = {name: value for name, value in TINY.to_json().items() if name != "seed"}
    return CureStudy(
        "three-gaussians",
        "ab",
        "2026-11-21",
        settings,
        (Cure(NONE, "no cure"), *cured),
        runs,
        360,
        3,
        16,
        4000,
        math.log(360),
        "by trial",
    )


WHOLE = study_of(
    made(NONE, 1), made("skip", 1, 1.0, 9.5, 3), made(NONE, 2), made("skip", 2, 2.0, 7.0, 2)
)


# --- what is changed, and what is shared
# ------------------------------------------------------------------------------------------------


def test_every_cure_is_a_twin_of_the_baseline_in_one_setting() -> None:
    plain, *others = cures.cures(cures.BASE.steps)
    assert (plain.name, plain.changes) == (NONE, {})
    for cure in others:
        twin = cures.settings_of(cures.BASE, cure, 0)
        assert Line(cures.BASE, twin).differs
        assert RunSettings.from_json(json.loads(json.dumps(twin.to_json()))) == twin
    names = {cure.name for cure in others}
    assert len(names) == len(others) == 9


def test_the_baseline_is_the_strong_decoder_at_beta_one() -> None:
    assert (cures.BASE.decoder, cures.BASE.beta, cures.BASE.schedule) == ("masked", 1.0, "constant")
    assert (cures.BASE.free_bits, cures.BASE.skip, cures.BASE.reach, cures.BASE.unseen) == (
        0,
        False,
        0,
        0,
    )
    assert 0 not in cures.SEEDS


@pytest.mark.parametrize("cure", cures.cures(6), ids=lambda cure: cure.name)
def test_every_cure_sees_the_same_batches_and_noise(cure: Cure) -> None:
    settings = cures.settings_of(TINY, cure, 1)
    trainers = [
        Trainer(vae.build(s, DATA.shape), DATA.train, s) for s in (replace(TINY, seed=1), settings)
    ]
    for _ in range(6):
        for trainer in trainers:
            trainer.advance()
        assert torch.equal(trainers[0]._outputs()[0].x, trainers[1]._outputs()[0].x)
    assert torch.equal(*(trainer.generator.get_state() for trainer in trainers))


def test_schedules_follow_the_length_of_a_run() -> None:
    for steps in (1, 7, 1200):
        for cure in cures.cures(steps):
            assert cures.settings_of(replace(cures.BASE, steps=steps), cure, 0).warmup <= steps


def test_a_run_is_training_and_the_usual_held_out_numbers() -> None:
    settings = replace(TINY, free_bits=0.5)
    result = cures.run(DATA, "free-bits", settings, inform)
    model = vae.build(settings, DATA.shape)
    trainer = Trainer(model, DATA.train, settings)
    for _ in range(6):
        trainer.advance()
    judged = evaluate(model, DATA.held_out, settings)
    assert (result.rate, result.distortion, result.active) == (
        judged.rate,
        judged.distortion,
        judged.active,
    )
    assert result.elbo == pytest.approx(judged.elbo)
    assert result.elbo_at(0.1, 2) == pytest.approx(judged.elbo, rel=1e-5)
    model.log_sigma2.fill_(math.log(0.7))
    wider = evaluate(model, DATA.held_out, settings)
    assert result.elbo_at(0.7, 2) == pytest.approx(wider.elbo, rel=1e-5)
    assert result.information == pytest.approx(
        model.encode(torch.tensor(DATA.held_out))[0].detach().numpy().var()
    )


def test_a_study_is_every_cure_with_every_seed_and_repeatable() -> None:
    chosen = cures.cures(6)[:3]
    first, again = (list(cures.study(DATA, TINY, chosen, (1, 5), inform)) for _ in range(2))
    assert first == again
    assert [(run.seed, run.cure) for run in first] == [(s, c.name) for s in (1, 5) for c in chosen]


# --- what a study says
# ------------------------------------------------------------------------------------------------


def test_a_gain_is_none_where_only_sigma2_changed() -> None:
    """The same network, judged with the variance that suits it: no cure, however much the ELBO
    rises.
    """
    plain = made(NONE, 1)
    other = replace(plain, cure="skip", sigma2=2.0, distortion=-plain.elbo_at(2.0, 3) - plain.rate)
    assert other.elbo > plain.elbo + 1
    assert study_of(plain, other).gains("skip") == pytest.approx((0.0,))


def test_counts_and_gains_are_by_seed() -> None:
    assert WHOLE.seeds == (1, 2)
    assert WHOLE.collapsed() == 2
    assert WHOLE.revived("skip") == 2
    assert WHOLE.gains("skip") == pytest.approx((-0.49, 1.01), abs=1e-3)
    assert WHOLE.verdict(NONE) == "collapsed in 2 of 2"
    assert WHOLE.verdict("skip") == "cures"
    assert "2 seeds (1, 2), 360 held-out examples, 2026-11-21" in WHOLE.source


@pytest.mark.parametrize(
    ("run", "verdict"),
    [
        (made("skip", 2, 2.0, 7.0, 1), "revives 1 of 2"),
        (made("skip", 2, 2.0, 9.1, 2), "revives, costs up to 1.1"),
    ],
)
def test_a_cure_that_is_none_is_said_to_be_none(run: CureRun, verdict: str) -> None:
    result = study_of(*WHOLE.runs[:3], run)
    assert result.verdict("skip").startswith(verdict)


def test_where_nothing_collapsed_nothing_is_cured() -> None:
    assert study_of(*WHOLE.runs[:3], made("skip", 2, 2.0, 7.0, 4)).verdict("skip") == "cures"
    lively = study_of(
        made(NONE, 1), made("skip", 1, 1.0, 9.5, 3), made(NONE, 2, 0.2), *WHOLE.runs[3:]
    )
    assert lively.verdict("skip") == "no collapse to cure in every seed"


# --- its file
# ------------------------------------------------------------------------------------------------


def test_a_study_comes_back_from_its_file(tmp_path: Path) -> None:
    path = studies.path_of("three-gaussians", tmp_path)
    studies.save(path, WHOLE)
    result = studies.load(path)
    assert result.runs == WHOLE.runs
    assert result.cures == WHOLE.cures
    assert result.cap == pytest.approx(WHOLE.cap, rel=1e-5)
    assert replace(result, cap=0) == replace(WHOLE, cap=0)


def spoil(values: dict[str, Any], how: str) -> None:
    first = values["runs"][0]
    changes: dict[str, tuple[dict[str, Any], str, Any]] = {
        "seed": (first, "seed", 7),
        "type": (first, "rate", "0.1"),
        "negative": (first, "rate", -0.1),
        "more": (first, "more", 1),
        "bool": (first, "active", True),
        "cap": (values, "cap", 3.0),
        "setting": (values["settings"], "sights", 1),
        "runs": (values, "runs", 3),
        "text": (values, "runs", ["x"]),
        "empty": (values, "runs", []),
        "cure": (values["cures"][1]["changes"], "skip", 3),
    }
    place, name, value = changes[how]
    place[name] = value


@pytest.mark.parametrize(
    "how",
    ["seed", "type", "negative", "more", "bool", "cap", "setting", "runs", "text", "cure", "empty"],
)
def test_a_spoilt_file_is_one_line(tmp_path: Path, how: str) -> None:
    path = tmp_path / "study.json"
    studies.save(path, WHOLE)
    values = json.loads(path.read_text())
    spoil(values, how)
    path.write_text(json.dumps(values))
    with pytest.raises(UserError) as caught:
        studies.load(path)
    assert "\n" not in str(caught.value)


def test_a_run_twice_or_a_cure_less_is_refused(tmp_path: Path) -> None:
    for runs in ((*WHOLE.runs, WHOLE.runs[0]), WHOLE.runs[:3], WHOLE.runs[1:2]):
        studies.save(tmp_path / "study.json", study_of(*runs))
        with pytest.raises(UserError, match="no study of cures"):
            studies.load(tmp_path / "study.json")


def test_the_shipped_study_is_of_today_s_data_and_recipe() -> None:
    result = studies.load(studies.path_of("digits"))
    assert (result.digest, result.seeds) == (data.load("digits").digest, cures.SEEDS)
    assert RunSettings.from_json(result.settings) == cures.BASE
    assert result.cures == cures.cures(cures.BASE.steps)
    assert studies.path_of("digits").stat().st_size < 64 * 1024
    assert checkpoints.SHIPPED in studies.path_of("digits").parents


def test_the_strong_decoder_collapses_and_three_cures_are_cures() -> None:
    """As the shipped study has it: in every seed, at no more than a nat."""
    result = studies.load(studies.path_of("digits"))
    assert result.collapsed() == len(result.seeds) == 3
    assert sum(result.verdict(cure.name) == "cures" for cure in result.cures) >= 3
