"""A row for each model of a run: its verdict in as few words as fit, the rest under the pointer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chapters.training.trained import Trained
from vaeviz.chapters.training import verdicts
from vaeviz.serve.live_models import Checked, examine
from vaeviz.serve.probes import Probe
from vaeviz.serve.verdicts import Seen

Probes = Callable[[str], Probe]


class Newest:
    """In the verdicts' place: what the test says."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    def newest(self, folder: Path, probe: Probe) -> Seen:
        return self.seen


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rows(
    run: Trained, probe: Probe, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> list[verdicts.Row]:
    monkeypatch.setattr(verdicts, "VERDICTS", Newest(seen))
    return verdicts.rows(run.folder, probe)


@pytest.mark.parametrize(
    ("step", "shown", "said"),
    [
        (0, "0", "0"),
        (9_999, "9,999", "9,999"),
        (10_000, "10k", "10,000"),
        (199_999, "199k", "199,999"),
    ],
)
@pytest.mark.parametrize(
    ("verdict", "text", "level"),
    [
        ("healthy", "healthy", ""),
        ("collapsed", "collapsed", "alarm"),
        ("partly collapsed", "partly collapsed", "warning"),
        ("not trained yet", "not trained yet", "warning"),
        ("the prior simply fits well", "prior fits well", ""),
    ],
)
def test_a_verdict_and_the_step_it_was_measured_at(
    verdict: str,
    text: str,
    level: str,
    step: int,
    shown: str,
    said: str,
    probe: Probes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Trained(20, data="moons", latent=2)
    (found,) = examine(run.folder, probe("moons"))
    assert found.diagnosis
    diagnosis = dataclasses.replace(found.diagnosis, verdict=verdict, reason="so it is.")  # type: ignore[arg-type]
    seen = Seen((dataclasses.replace(found, step=step, diagnosis=diagnosis),), True)
    (row,) = rows(run, probe("moons"), seen, monkeypatch)
    assert (row["name"], row["text"], row["level"], row["step"]) == ("Diagnose", text, level, shown)
    assert row["help"] == f"{verdict.capitalize()}: so it is. Measured at step {said}"


def test_what_has_no_verdict_says_why(probe: Probes, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Trained(5, data="moons", twin="model", other="ae")
    moons, settings = probe("moons"), run.line.settings
    first, second = rows(run, moons, Seen(), monkeypatch)
    assert (first["text"], first["help"]) == ("…", "Measured in the background, within seconds")
    assert (second["text"], second["link"]) == ("—", "")
    first, _ = rows(run, moons, Seen(note="it is on its way"), monkeypatch)
    assert (first["text"], first["help"]) == ("…", "it is on its way")
    wrong = Checked("A", 1200, settings, 0.1, error="its numbers are not finite")
    first, _ = rows(run, moons, Seen((wrong,), True), monkeypatch)
    assert (first["text"], first["step"]) == ("—", "1,200")
    assert first["help"] == "Its numbers are not finite. Measured at step 1,200"


def test_a_run_that_can_not_be_read_has_no_rows(probe: Probes) -> None:
    run = Trained(5, data="moons")
    (run.folder / "run.json").write_text("{")
    assert verdicts.rows(run.folder, probe("moons")) == []
