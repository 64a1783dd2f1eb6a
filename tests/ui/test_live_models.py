"""The diagnosis of a running model: known truths, and at its end the very numbers of what is kept
of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ui.running_models import Trained
from vaeviz.checkpoints import Listing, keep
from vaeviz.config import UserError
from vaeviz.figures.theme import LIGHT
from vaeviz.live.board import pack
from vaeviz.records.diagnosis import Diagnosis
from vaeviz.runs.worker.snapshots import NAMES
from vaeviz.ui import kept, models
from vaeviz.ui.collapse import diagnosis
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.live_models import Checked, examine
from vaeviz.ui.training import live_runs
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs and kept models of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kept, "LISTING", Listing(tmp_path / "kept"))
    return tmp_path


def alone(run: Trained, probe: Probe) -> Checked:
    (found,) = examine(run.folder, probe)
    return found


def verdict(found: Checked) -> Diagnosis:
    assert found.diagnosis is not None, found.error
    return found.diagnosis


@pytest.mark.parametrize("step", [0, 1, 3, 40])
@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli", "categorical"])
def test_a_run_that_has_just_begun_is_not_trained_yet(
    probe: Probes, likelihood: str, step: int
) -> None:
    found = alone(Trained(step, likelihood=likelihood, widths="64-64", steps=2000), probe("digits"))
    assert verdict(found).verdict == "not trained yet"
    assert (found.step, found.label, found.over) == (step, "", False)
    assert found.codec is not None
    assert found.codec.source == f"running model, step {step}"


def test_the_first_steps_are_told_from_collapse_by_what_they_brought(probe: Probes) -> None:
    found = verdict(alone(Trained(40, beta=100.0, steps=2000), probe("digits")))
    assert found.verdict == "not trained yet"
    assert "over its last 40 steps" in found.reason


def test_a_run_with_a_huge_beta_collapses_while_it_trains(probe: Probes) -> None:
    found = verdict(alone(Trained(240, beta=100.0, steps=2000), probe("digits")))
    assert found.verdict == "collapsed"
    assert found.evidence.fall is not None
    assert found.evidence.over == 60


def test_a_decoder_that_sees_the_pixels_before_lets_z_go_while_it_trains(probe: Probes) -> None:
    plan = {"decoder": "masked", "latent": 8, "sigma2": 0.1, "learning_rate": 0.01, "steps": 2000}
    found = verdict(alone(Trained(300, **plan), probe("digits")))
    assert found.verdict == "collapsed"
    assert "the decoder does without" in found.reason


def test_a_run_that_learns_fast_is_not_trained_yet_though_all_its_dimensions_carry(
    probe: Probes,
) -> None:
    run = Trained(256, latent=2, sigma2=0.02, batch=256, steps=4000)
    found = verdict(alone(run, probe("digits")))
    assert found.evidence.coding == 2
    assert (found.verdict, found.evidence.over) == ("not trained yet", 64)
    run.to(1600)
    assert verdict(alone(run, probe("digits"))).verdict == "healthy"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"likelihood": "gaussian-learned"},
        {"likelihood": "gaussian-optimal"},
        {"likelihood": "bernoulli"},
        {"schedule": "linear", "warmup": 100},
        {"twin": "beta", "other": "100"},
    ],
)
def test_at_its_end_it_has_the_numbers_of_the_kept_model(
    probe: Probes, folder: Path, changes: dict[str, Any]
) -> None:
    digits, run = probe("digits"), Trained(**changes)
    run.finish()
    for which, found in zip(("model", "twin"), examine(run.folder, digits), strict=False):
        keep(run.folder, which, folder / "kept", which=which)
        own = kept.known(which)
        codec = models.dedicated(own, digits, patience=60)
        assert codec is not None
        part = diagnosis.part(View(tool="diagnosis", d=own.run.latent), digits, codec, LIGHT)
        while part.pending:
            part = diagnosis.part(View(tool="diagnosis", d=own.run.latent), digits, codec, LIGHT)
        seen = verdict(found)
        assert [row[1] for row in part.readouts if row[0] == "verdict"] == [seen.verdict]
        assert part.notes[0] == diagnosis.reason(seen)[0]
        other = diagnosis.VERDICTS.result((codec, digits, own.tau, own.run.latent), _never, 60)
        assert other is not None
        np.testing.assert_array_equal(seen.kl, other.kl)
        assert seen.observation.tau == other.observation.tau
        assert seen.evidence == other.evidence
        assert vars(seen.aggregate) == vars(other.aggregate)
        assert vars(seen.correlation) == vars(other.correlation)
        assert found.over
        assert found.codec is not None
        assert found.codec.source.startswith("finished run")


def _never() -> Any:
    raise AssertionError


def test_of_twins_each_has_its_own_and_a_plain_autoencoder_none(probe: Probes) -> None:
    run = Trained(150, twin="model", other="ae")
    first, second = examine(run.folder, probe("digits"))
    assert (first.label, second.label) == ("A", "B")
    assert first.codec is not None
    assert first.codec.source == "running model A, step 150"
    assert verdict(first)
    assert (second.codec, second.diagnosis) == (None, None)
    assert "no posterior" in second.error


@pytest.mark.parametrize(
    "changes",
    [
        {"decoder": "masked", "widths": "64"},
        {"decoder": "masked", "free_bits": 0.3, "skip": "yes"},
        {"architecture": "conv", "widths": "16-32"},
        {"latent": 20},
        {"data": "moons", "latent": 3},
        {"data": "moons", "decoder": "linear", "schedule": "cyclical", "warmup": 20},
    ],
    ids=range(6),
)
def test_whatever_is_trained_can_be_diagnosed_and_drawn(
    probe: Probes, changes: dict[str, Any]
) -> None:
    run = Trained(30, **changes)
    data_set = probe(run.plan.data)
    found = alone(run, data_set)
    seen = verdict(found)
    assert found.codec is not None
    part = diagnosis.drawn(
        View(tool="diagnosis", d=run.plan.latent),
        data_set,
        found.codec,
        seen.observation,
        seen,
        LIGHT,
    )
    pack(part.panels)
    assert len(seen.kl) == run.plan.latent


def test_a_variance_for_every_pixel_has_no_verdict(probe: Probes) -> None:
    found = alone(Trained(10, likelihood="gaussian-per-pixel"), probe("digits"))
    assert found.diagnosis is None
    assert "no τ" in found.error


def test_numbers_that_are_not_finite_are_a_line(probe: Probes) -> None:
    run = Trained(10)
    for weight in run.session.members[0].model.parameters():
        weight.data.fill_(float("nan"))
    run.to(11)
    assert "not finite" in alone(run, probe("digits")).error


def test_a_damaged_newest_snapshot_gives_way_to_the_older(probe: Probes) -> None:
    run = Trained(20)
    run.to(30)
    assert alone(run, probe("digits")).step == 30
    (run.folder / NAMES[1]).write_bytes(b"")
    assert alone(run, probe("digits")).step == 20


def test_without_a_snapshot_it_says_so(probe: Probes) -> None:
    with pytest.raises(UserError, match="no snapshot yet"):
        examine(live_runs.create(Trained().plan).folder, probe("digits"))
