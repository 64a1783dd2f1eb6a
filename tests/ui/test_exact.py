"""Train this exact model: the run that settings stand for, the folder it keeps, and the comparison."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vaeviz.checkpoints.files import write_json
from vaeviz.config import UserError
from vaeviz.records import Readings
from vaeviz.training import runs
from vaeviz.training.runs import Progress
from vaeviz.ui import exact
from vaeviz.ui.exact import Pair, run_settings
from vaeviz.ui.settings import DECODERS, Settings


@pytest.mark.parametrize("decoder", DECODERS)
def test_every_decoder_is_a_run(decoder: str) -> None:
    wanted = Settings(decoder=decoder, beta=2.0, sigma2=0.3, d=5, seed=7)
    made = run_settings(wanted)
    assert (made.data, made.beta, made.sigma2, made.latent, made.seed) == ("digits", 2.0, 0.3, 5, 7)
    assert made.likelihood == ("gaussian-learned" if decoder == "gaussian-optimal" else decoder)


def test_the_dedicated_model_is_as_wide_as_the_board_s() -> None:
    assert run_settings(Settings()).widths == (256, 256)
    assert run_settings(Settings(decoder="categorical")).widths == (64, 64)
    assert run_settings(Settings(data="moons")).widths == (256, 256)  # none is shipped


def finished(folder: Path, name: str, age: int, state: runs.State = "done") -> None:
    run = folder / name
    write_json(run / runs.PROGRESS, runs.to_json(Progress(state=state)))
    os.utime(run / runs.PROGRESS, (1e9 - age, 1e9 - age))


def test_old_runs_are_pruned_the_newest_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "FOLDER", tmp_path)
    for k in range(exact.KEPT + 3):
        finished(tmp_path, f"run{k:02}", age=k)
    exact._prune()
    assert sorted(f.name for f in tmp_path.iterdir()) == [f"run{k:02}" for k in range(exact.KEPT)]


def test_one_training_at_a_time_on_a_small_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "FOLDER", tmp_path)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(runs, "status", lambda folder: Progress(state="running"))
    finished(tmp_path, "busy", age=0, state="running")
    with pytest.raises(UserError, match="wait until it is done"):
        exact._start(Settings())


def test_the_table_shows_both_and_the_difference() -> None:
    a = Readings(8.5, -26.9, 0.3, 18.4, -18.4, 0.016, 8, 0, 8)
    b = Readings(8.4, -26.6, 0.3, 18.2, -18.2, 0.016, 6, 2, 8)
    text = exact._table(Pair("multi-rate model digits", a, b, 0.1, None), 7400)
    assert "dedicated model, 7,400 steps" in text
    assert "| J = D + βR (nats) | -18.40 | -18.20 | -0.20 |" in text
    assert "| active units | 8 | 6 | +2 |" in text
