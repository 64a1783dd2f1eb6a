"""Old runs are pruned by size, never one in use."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.checkpoints.files import write_json
from vaeviz.runs.folder import control
from vaeviz.runs.folder.progress import Progress, State
from vaeviz.runs.folder.pruning import RESTING, prune
from vaeviz.runs.queue import launch as runs

HEAVY = 100_000  # bytes


def run(root: Path, name: str, state: State | None, age: float = 0.0, live: bool = True) -> Path:
    folder = root / name
    write_json(folder / (runs.RUN if live else runs.SETTINGS), {})
    (folder / "snapshot-1.bin").write_bytes(bytes(HEAVY))
    if state:
        write_json(folder / runs.PROGRESS, runs.to_json(Progress(state)))
        os.utime(folder / runs.PROGRESS, (time.time() - age,) * 2)
    return folder


def left(root: Path) -> list[str]:
    return sorted(folder.name for folder in root.iterdir())


def nobody(run: Path) -> bool:
    return False


def test_the_oldest_go_until_the_rest_fits(tmp_path: Path) -> None:
    for name, age in (("a", 30.0), ("b", 50.0), ("c", 10.0), ("d", 40.0)):
        run(tmp_path, name, "done", age)
    assert prune(tmp_path, 5 * HEAVY, nobody) == []
    assert [f.name for f in prune(tmp_path, int(2.5 * HEAVY), nobody)] == ["b", "d"]
    assert left(tmp_path) == ["a", "c"]
    assert prune(tmp_path / "none", 0, nobody) == []


def test_over_before_resting_and_at_last_those_that_were_just_parked(tmp_path: Path) -> None:
    seen = run(tmp_path, "seen", "parked", RESTING / 2)
    (seen / control.WATCH).touch()
    run(tmp_path, "parked", "parked", 2 * RESTING)
    run(tmp_path, "just-parked", "parked", RESTING / 3)
    run(tmp_path, "cancelled", "cancelled", 1.0)
    gone = [[f.name for f in prune(tmp_path, int(k * HEAVY), nobody)] for k in (3.5, 2.5, 1.5, 0.5)]
    assert gone == [["cancelled"], ["parked"], ["just-parked"], ["seen"]]


def test_what_is_going_or_locked_or_in_use_or_new_or_no_run_stays(tmp_path: Path) -> None:
    run(tmp_path, "going", "running", 1.0)
    run(tmp_path, "starting", "starting", 1.0)
    run(tmp_path, "used", "done", 1e6)
    run(tmp_path, "made", None)
    run(tmp_path, "settings-made", None, live=False)
    locked = run(tmp_path, "locked", "done", 1e6)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_bytes(bytes(HEAVY))
    outside = run(tmp_path.parent / f"{tmp_path.name}-outside", "run", "done", 1e6)
    (tmp_path / "link").symlink_to(outside)
    everything = left(tmp_path)
    with FileLock(locked / runs.LOCK):
        assert prune(tmp_path, 0, lambda f: f.name == "used") == []
    assert left(tmp_path) == everything
    assert outside.is_dir()
    assert prune(tmp_path, 0, lambda f: f.name == "used") == [locked]


def test_a_run_with_a_spoilt_progress_file_is_pruned_like_any_other(tmp_path: Path) -> None:
    (run(tmp_path, "spoilt", "done", live=False) / runs.PROGRESS).write_text("{")
    assert prune(tmp_path, 0, nobody) == [tmp_path / "spoilt"]


STATES: list[State] = ["done", "failed", "running", "starting", "paused", "stopped"]


@given(states=st.lists(st.sampled_from(STATES), max_size=6), limit=st.integers(0, 6))
def test_a_going_run_never_goes(
    tmp_path_factory: pytest.TempPathFactory, states: list[State], limit: int
) -> None:
    root = tmp_path_factory.mktemp("runs")
    for k, state in enumerate(states):
        run(root, f"{state}-{k}", state, 10.0 + k)
    gone = {f.name for f in prune(root, limit * HEAVY + HEAVY // 2, nobody)}
    over = [f"{s}-{k}" for k, s in enumerate(states) if s in ("done", "failed", "stopped")]
    needed = min(max(len(states) - limit, 0), len(over))
    assert gone == set(over[::-1][:needed])  # the oldest first, and no more than needed
