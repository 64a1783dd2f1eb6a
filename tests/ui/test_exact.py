"""Train this exact model: the run that settings stand for, the folder it keeps, and the
comparison.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.idle import Idle
from vaeviz.checkpoints.files import write_json
from vaeviz.config import UserError
from vaeviz.records import Readings
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.launch import Progress
from vaeviz.runs.queue.registry import Registry
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


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Idle]]:
    """The workers by run, of a registry of one at a time in a folder of its own."""
    started: dict[str, Idle] = {}
    mine = Registry(1, launch=lambda folder, until_flat: started.setdefault(folder.name, Idle()))
    monkeypatch.setattr(exact, "registry", lambda: mine)
    monkeypatch.setattr(exact, "session", lambda: "me")
    monkeypatch.setattr(exact, "FOLDER", tmp_path)
    yield started
    for folder in tmp_path.iterdir():
        mine.cancel(folder)
    for worker in started.values():
        worker.kill()


def test_old_runs_are_pruned_the_newest_stay(
    tmp_path: Path, workers: dict[str, Idle], monkeypatch: pytest.MonkeyPatch
) -> None:
    for k in range(3):
        finished(tmp_path, f"run{k}", age=k)
    monkeypatch.setattr(exact, "KEPT", sum(f.stat().st_size for f in tmp_path.rglob("*.json")) - 1)
    exact._start(Settings())
    assert [(tmp_path / f"run{k}").exists() for k in range(3)] == [True, True, False]


def test_a_second_training_waits_in_the_queue_and_can_be_cancelled(
    workers: dict[str, Idle],
) -> None:
    one, two, three = (exact._start(Settings(beta=b)) for b in (1.0, 2.0, 3.0))
    registry = exact.registry()
    assert list(workers) == [one.folder.name]
    waiting = registry.status(two.folder)
    assert (waiting.state, waiting.steps) == ("queued", exact.MOST_STEPS)
    assert "place 1 in the queue" in exact._pace(waiting, registry.place(two.folder))
    assert "place 2 in the queue" in exact._pace(waiting, registry.place(three.folder))
    assert exact._under_way(Settings(beta=3.0)) == three  # found again after a refresh
    registry.cancel(two.folder)
    assert exact._status(two).state == "cancelled"
    assert registry.place(three.folder) == 1
    assert exact._under_way(Settings(beta=2.0)) is None


def test_what_is_refused_leaves_nothing_behind(tmp_path: Path, workers: dict[str, Idle]) -> None:
    for _ in range(3):
        exact._start(Settings())
    with pytest.raises(UserError, match="3 of your runs are unfinished"):
        exact._start(Settings())
    assert len(list(tmp_path.iterdir())) == 3


def test_a_full_disk_is_one_line() -> None:
    line = exact._line(OSError(errno.ENOSPC, "No space left on device"))
    assert "cannot start a run" in line
    assert "(No space left on device): free some space" in line


def test_the_table_shows_both_and_the_difference() -> None:
    a = Readings(8.5, -26.9, 0.3, 18.4, -18.4, 0.016, 8, 0, 8)
    b = Readings(8.4, -26.6, 0.3, 18.2, -18.2, 0.016, 6, 2, 8)
    text = exact._table(Pair("multi-rate model digits", a, b, 0.1, None), 7400)
    assert "dedicated model, 7,400 steps" in text
    assert "| J = D + βR (nats) | -18.40 | -18.20 | -0.20 |" in text
    assert "| active units | 8 | 6 | +2 |" in text
