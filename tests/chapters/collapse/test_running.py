"""A running model in the tool Diagnosis: before, during and after its verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest

from tests.chapters.collapse import frames
from tests.chapters.collapse.frames import spec, strip, table
from tests.chapters.session import at
from tests.chapters.training.trained import Trained
from vaeviz.chapters.chapter import Frame
from vaeviz.chapters.collapse import running
from vaeviz.chapters.collapse.diagnosis import TOOL, DiagnosisView
from vaeviz.live.message import pack
from vaeviz.runs.folder.progress import Progress
from vaeviz.serve.live_choice import LiveModel, of_run
from vaeviz.serve.live_models import Checked, examine
from vaeviz.serve.probes import Probe
from vaeviz.serve.verdicts import NO_SNAPSHOT, Seen

Probes = Callable[[str], Probe]
RUNNING = Progress(state="running", step=60, steps=200)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shown(live: LiveModel, probe: Probe, seen: Seen, progress: Progress = RUNNING) -> Frame:
    newest, status = SimpleNamespace(newest=lambda folder, probe: seen), lambda folder: progress
    asked = at(probe, TOOL)
    with mock.patch.multiple(running, VERDICTS=newest, status=status):
        prepared = running.prepare(DiagnosisView(), live, probe, asked)
    with mock.patch.object(frames, "at", return_value=asked):
        return frames.now(TOOL, prepared.shown, probe)


def model(run: Trained, k: int = 0) -> LiveModel:
    return of_run(run.folder)[k]


def test_all_panels_are_of_the_snapshot_that_has_the_verdict(probe: Probes) -> None:
    run = Trained(50, twin="beta", other="50")
    seen = Seen(examine(run.folder, probe("digits")), True)
    for k, label in enumerate("12"):
        part = shown(model(run, k), probe("digits"), seen)
        result = seen.models[k].diagnosis
        assert result
        assert (part.pending, part.controls) == (False, ("data", "model", "unit"))
        assert table(part, "verdict").title == f"Verdict: {result.verdict}"
        for name in ("posteriors", "kl", "spread"):
            assert (
                spec(part, name)
                .layout["meta"]["source"]
                .startswith(f"running model {label}, step 50 ")
            )
        assert strip(part, "swap").source.startswith(f"running model {label}, step 50 ")
        assert table(part, "verdict").source.startswith(f"running model {label}, step 50,")
        assert part.notes[0] == f"{result.verdict.capitalize()}: {result.reason}"
        assert part.notes[1] == f"Running model {model(run, k).words}: step 50 of 200."
        pack(part.panels)


def test_the_sliders_stand_where_the_user_has_left_the_run(probe: Probes) -> None:
    run = Trained(20, likelihood="gaussian-learned", latent=20)
    run.session.move("beta", 3.0)
    run.to(30)
    (result,) = examine(run.folder, probe("digits"))
    settings = running.opened(DiagnosisView(), model(run), result)
    assert (settings.beta, settings.d, settings.likelihood) == (3.0, 20, "gaussian-optimal")
    assert settings.sigma2 == pytest.approx(result.sigma2, rel=1e-5)
    assert settings.model == model(run).name
    assert running.opened(DiagnosisView(), model(run)).beta == 1.0


def test_before_the_first_verdict_one_panel_says_what_it_waits_for(probe: Probes) -> None:
    live = model(Trained(20))
    waits = shown(live, probe("digits"), Seen(fresh=False))
    assert waits.pending
    assert table(waits, "verdict").rows == (("verdict", "…", "within seconds"),)
    none = shown(live, probe("digits"), Seen(fresh=True, note=NO_SNAPSHOT))
    assert not none.pending
    assert table(none, "verdict").rows[0][1:] == ("—", NO_SNAPSHOT)
    assert "no snapshot yet" in none.notes[0]


def test_a_model_without_a_verdict_says_why(probe: Probes) -> None:
    run = Trained(20, twin="model", other="ae")
    part = shown(model(run, 1), probe("digits"), Seen(examine(run.folder, probe("digits")), True))
    assert set(part.panels) == {"verdict"}
    assert (
        table(part, "verdict").finding
        == "There is no verdict: a plain autoencoder has no posterior to diagnose."
    )
    assert table(part, "verdict").source.endswith("step 20")


@pytest.mark.parametrize(
    ("state", "words", "wait"),
    [
        ("running", "", running.ONWARD),
        ("queued", "it waits in the queue", running.AT_REST),
        ("paused", "it is paused", running.AT_REST),
        ("parked", "it is parked", None),
        ("stopped", "it was stopped", None),
        ("done", "", None),
    ],
)
def test_it_says_where_the_run_stands_and_asks_again_only_while_it_goes_on(
    probe: Probes, state: str, words: str, wait: int | None
) -> None:
    run = Trained(10)
    progress = Progress(state=state, step=10, steps=200)  # type: ignore[arg-type]
    part = shown(
        model(run), probe("digits"), Seen(examine(run.folder, probe("digits")), True), progress
    )
    ending = f"; {words}." if words else "."
    assert part.notes[1] == f"Running model {model(run).words}: step 10 of 200{ending}"
    assert part.again == wait


def test_what_went_wrong_with_the_run_or_its_snapshot_is_said(probe: Probes) -> None:
    run = Trained(10)
    seen = Seen(
        examine(run.folder, probe("digits")), True, "the run's snapshot is of another version"
    )
    diverged = Progress(
        state="paused", error="training diverged by step 12: use a smaller learning rate"
    )
    part = shown(model(run), probe("digits"), seen, diverged)
    assert part.notes[2:] == [
        "training diverged by step 12: use a smaller learning rate.",
        "the run's snapshot is of another version.",
    ]
    assert len(part.panels) == 5


def test_a_note_names_the_beta_of_a_warm_up_and_that_of_the_diagnosis(probe: Probes) -> None:
    run = Trained(50, schedule="linear", warmup=100)
    part = shown(model(run), probe("digits"), Seen(examine(run.folder, probe("digits")), True))
    assert part.notes[2].startswith("β is 0.5 on its way to 1,")
    run.to(120)
    part = shown(model(run), probe("digits"), Seen(examine(run.folder, probe("digits")), True))
    assert len(part.notes) == 2


def test_at_its_end_it_is_no_running_model_any_more(probe: Probes) -> None:
    run = Trained()
    run.finish()
    seen = Seen(examine(run.folder, probe("digits")), True)
    part = shown(model(run), probe("digits"), seen, Progress(state="done", step=200, steps=200))
    assert table(part, "verdict").source.startswith("finished run, step 200,")
    assert part.notes[1] == f"The model of the finished run {model(run).words}: step 200 of 200."


def test_another_member_than_the_diagnosed_one_is_none() -> None:
    run = Trained(twin="beta", other="4")
    first = Checked("A", 1, run.line.members[0], 0.1)
    live = model(run, 1)
    assert Seen((first,)).of(live) is None
    assert Seen((first,)).of(dataclasses.replace(live, label="A")) is first
