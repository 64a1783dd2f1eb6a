"""The diagnosis of a running model: known truths, and at its end the very numbers of what is kept
of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.chapters.training.desk import create
from tests.chapters.training.trained import Trained, each_kind
from vaeviz.checkpoints import Listing, keep
from vaeviz.config import UserError
from vaeviz.measures.collapse.diagnosis import diagnose
from vaeviz.records.diagnosis import Diagnosis
from vaeviz.runs.worker.snapshots import NAMES
from vaeviz.serve import kept, models, references
from vaeviz.serve.live_models import Checked, examine
from vaeviz.serve.probes import Probe

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


def test_the_fall_of_the_objective_distinguishes_first_steps_from_collapse(probe: Probes) -> None:
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
        known = references.known(digits, codec.likelihood, 60)
        assert known is not None
        seen = verdict(found)
        other = diagnose(codec, own.tau, own.run.latent, digits.x, known)
        assert (seen.verdict, seen.reason) == (other.verdict, other.reason)
        np.testing.assert_array_equal(seen.kl, other.kl)
        assert seen.observation.tau == other.observation.tau
        assert seen.evidence == other.evidence
        assert vars(seen.aggregate) == vars(other.aggregate)
        assert vars(seen.correlation) == vars(other.correlation)
        assert found.over
        assert found.codec is not None
        assert found.codec.source.startswith("finished run")


def test_of_twins_each_has_its_own_and_a_plain_autoencoder_none(probe: Probes) -> None:
    run = Trained(150, twin="model", other="ae")
    first, second = examine(run.folder, probe("digits"))
    assert (first.label, second.label) == ("A", "B")
    assert first.codec is not None
    assert first.codec.source == "running model 1, step 150"
    assert verdict(first)
    assert (second.codec, second.diagnosis) == (None, None)
    assert "no posterior" in second.error


@each_kind
def test_whatever_is_trained_can_be_diagnosed(probe: Probes, changes: dict[str, Any]) -> None:
    run = Trained(30, **changes)
    checked = alone(run, probe(run.plan.data))
    assert checked.codec is not None
    assert len(verdict(checked).kl) == run.plan.latent


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
        examine(create(Trained().plan).folder, probe("digits"))
