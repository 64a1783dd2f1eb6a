"""A run in its process: it reports, ends, is cancelled, fails in one line, follows its parent."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from filelock import FileLock

from vaeviz import data
from vaeviz.checkpoints import load
from vaeviz.checkpoints.files import write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.models import vae
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.launch import Progress, Run, cancel, start, status
from vaeviz.runs.worker import process as worker
from vaeviz.training.dedicated import tau_objective, until_flat

QUICK = RunSettings(data="three-gaussians", widths=(8,), latent=2, steps=60)
ENDLESS = RunSettings(data="three-gaussians", widths=(8,), latent=2, steps=10_000_000)


def wait(folder: Path, wanted: Callable[[Progress], bool], seconds: float = 60) -> Progress:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if wanted(result := status(folder)):
            return result
        time.sleep(0.05)
    raise AssertionError(f"still {status(folder)} after {seconds} s")


def here(settings: RunSettings | dict, folder: Path, parent: int = 0) -> Progress:
    """The worker's work in this very process."""
    values = settings if isinstance(settings, dict) else settings.to_json()
    (folder / runs.SETTINGS).write_text(json.dumps(values))
    return worker.run(folder, parent)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_run_from_start_to_end_then_cancelled_then_killed(tmp_path: Path) -> None:
    run = start(QUICK, tmp_path)
    assert isinstance(run, Run)
    done = wait(tmp_path, lambda p: p.over)
    assert (done.state, done.step, done.steps) == ("done", 60, 60), done
    assert done.held_out is not None
    assert load(run.checkpoint).manifest.held_out == done.held_out

    start(ENDLESS, tmp_path)  # in the same folder: nothing of the old run is left
    moving = wait(tmp_path, lambda p: p.step > 0)
    assert moving.state == "running"
    assert moving.rate_of_steps > 0
    assert len(moving.kl) == 2
    with pytest.raises(UserError, match="still going: cancel it first"):
        start(QUICK, tmp_path)
    cancel(tmp_path)
    assert wait(tmp_path, lambda p: p.over).state == "cancelled"
    assert not (tmp_path / "model.json").exists()

    run = start(ENDLESS, tmp_path)
    wait(tmp_path, lambda p: p.step > 0)
    os.kill(run.pid, signal.SIGKILL)
    dead = wait(tmp_path, lambda p: p.over)
    assert dead.state == "failed"
    assert "ended unexpectedly" in dead.error


@pytest.mark.skipif(os.name == "nt", reason="POSIX process ids")
def test_it_stops_when_its_parent_has_ended(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from vaeviz.config import RunSettings; from"
        " vaeviz.runs.queue import launch\n"
        f"launch.start(RunSettings.from_json({ENDLESS.to_json()!r}),"
        f" Path({str(tmp_path)!r}))"
    )
    root = Path(runs.__file__).parents[3]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True)
    assert wait(tmp_path, lambda p: p.over).state == "cancelled"


def test_the_worker_s_numbers_are_the_loop_s(tmp_path: Path) -> None:
    result = here(QUICK, tmp_path)
    assert result.state == "done"
    assert result.elbo == pytest.approx(-(result.distortion + result.rate))
    assert sum(result.kl) == pytest.approx(result.rate, rel=1e-5)
    assert runs.from_json(json.loads((tmp_path / runs.PROGRESS).read_text())) == result


def test_until_flat_keeps_the_best_weights_and_counts_the_steps_taken(tmp_path: Path) -> None:
    settings = replace(QUICK, steps=250, sigma2=0.3)
    (tmp_path / runs.SETTINGS).write_text(json.dumps(settings.to_json()))
    result = worker.run(tmp_path, until_flat=True)
    assert (result.state, result.step) == ("done", 250), result
    loaded = load(tmp_path / runs.MODEL)
    assert loaded.manifest.steps == 250
    dataset, again = data.load(QUICK.data), vae.build(settings, data.load(QUICK.data).shape)
    for _ in until_flat(again, dataset.train, dataset.held_out, settings):
        pass
    here, there = (
        tau_objective(model, dataset.held_out, 0.3)[0] for model in (again, loaded.model)
    )
    assert there == pytest.approx(here)


def test_it_reports_four_times_a_second_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[float] = []
    write = worker.write_json
    monkeypatch.setattr(
        worker,
        "write_json",
        lambda path, values: (written.append(time.monotonic()), write(path, values)),
    )
    here(RunSettings(data="three-gaussians", widths=(8,), latent=2, steps=1000), tmp_path)
    middle = np.diff(written[1:-2])
    assert (middle > 0.9 * worker.PAUSE).all()


def test_a_cancelled_run_leaves_no_checkpoint(tmp_path: Path) -> None:
    cancel(tmp_path)
    assert here(ENDLESS, tmp_path).state == "cancelled"
    assert not list(tmp_path.glob("*.safetensors"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (RunSettings(data="cats"), "unknown data set 'cats'"),
        (RunSettings(data="three-gaussians", learning_rate=1e30), "diverged by step"),
        (RunSettings(data="three-gaussians", architecture="conv"), "does not fit data of shape"),
        ({"gamma": 1}, "unknown setting 'gamma'"),
        ({"beta": "x"}, "setting 'beta'"),
    ],
)
def test_a_failure_is_one_line(tmp_path: Path, settings: RunSettings | dict, message: str) -> None:
    result = here(settings, tmp_path)
    assert result.state == "failed"
    assert message in result.error
    assert "\n" not in result.error


def test_no_settings_is_a_failure_too(tmp_path: Path) -> None:
    assert worker.main([str(tmp_path)]) == 1
    assert "settings.json is not there" in status(tmp_path).error


def test_an_unforeseen_error_is_reported_before_it_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: worker.Worker, record: object) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(worker.Worker, "_report", broken)
    with pytest.raises(RuntimeError):
        here(QUICK, tmp_path)
    assert status(tmp_path).error == "RuntimeError: first line second line"


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(worker.Worker, "_report", full)
    result = here(QUICK, tmp_path)
    assert (
        result.error
        == f"cannot write {tmp_path.name} (No space left on device): free some space and start"
        " again"
    )
    assert (result.state, status(tmp_path)) == ("failed", replace(result, steps=QUICK.steps))


def test_a_run_of_another_process_counts_as_dead_without_reports(tmp_path: Path) -> None:
    path = tmp_path / runs.PROGRESS
    path.write_text(json.dumps(runs.to_json(Progress("running", step=5, steps=10))))
    assert status(tmp_path).state == "running"
    os.utime(path, (time.time() - 2 * runs.SILENT,) * 2)
    assert (status(tmp_path).state, status(tmp_path).step) == ("failed", 5)


def spoken(folder: Path, state: runs.State, age: float = 0.0) -> None:
    """A run of another server, whose last report is `age` seconds old."""
    write_json(folder / runs.PROGRESS, runs.to_json(Progress(state, step=5, steps=10)))
    os.utime(folder / runs.PROGRESS, (time.time() - age,) * 2)


@pytest.mark.parametrize("state", ["running", "paused", "starting"])
def test_a_lock_shows_at_once_whether_a_worker_runs(tmp_path: Path, state: runs.State) -> None:
    spoken(tmp_path, state, age=2 * runs.SILENT)
    with FileLock(tmp_path / runs.LOCK):
        assert status(tmp_path).state == state  # silent, and alive
        assert runs.going(tmp_path)
        with pytest.raises(UserError, match="still going"):
            runs.launch(tmp_path)
    assert status(tmp_path).state == "failed"
    write_json(tmp_path / runs.RUN, {})
    (tmp_path / "snapshot-1.bin").touch()
    assert (status(tmp_path).state, status(tmp_path).step) == ("interrupted", 5)
    assert not runs.going(tmp_path)


def test_a_new_worker_has_a_while_to_take_its_lock(tmp_path: Path) -> None:
    with FileLock(tmp_path / runs.LOCK):
        pass
    spoken(tmp_path, "starting")
    assert status(tmp_path).state == "starting"
    spoken(tmp_path, "starting", age=runs.STARTING + 1)
    assert status(tmp_path).state == "failed"
    spoken(tmp_path, "running")
    assert status(tmp_path).state == "failed"


@pytest.mark.parametrize(
    "state", ["parked", "interrupted", "done", "stopped", "cancelled", "failed"]
)
def test_a_final_state_stays_whoever_holds_the_lock(tmp_path: Path, state: runs.State) -> None:
    spoken(tmp_path, state, age=2 * runs.SILENT)
    assert status(tmp_path).state == state
    with FileLock(tmp_path / runs.LOCK):
        assert status(tmp_path).state == state
    assert status(tmp_path).over == (state not in ("parked", "interrupted"))
    assert not status(tmp_path).going


def test_without_a_usable_lock_the_age_of_the_report_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("read-only")

    (tmp_path / runs.LOCK).touch()
    monkeypatch.setattr(FileLock, "acquire", refuse)
    spoken(tmp_path, "running")
    assert (runs.locked(tmp_path), status(tmp_path).state) == (None, "running")


def test_a_live_run_resumes_and_any_other_starts_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = SimpleNamespace(pid=0, poll=lambda: 0, wait=lambda timeout: 0)
    monkeypatch.setattr(runs, "_spawn", lambda folder, until_flat, log: ended)
    for name in (runs.CANCEL, runs.PARK, "model.json"):
        (tmp_path / name).touch()
    spoken(tmp_path, "stopped")
    write_json(tmp_path / runs.RUN, {"settings": QUICK.to_json()})
    runs.launch(tmp_path)
    result = runs.said(tmp_path)
    assert (result.state, result.step, result.steps) == ("starting", 5, 10)
    assert sorted(f.name for f in tmp_path.iterdir()) == [
        "model.json",
        runs.PROGRESS,
        runs.RUN,
        runs.LOG,
    ]
    (tmp_path / runs.RUN).unlink()
    start(QUICK, tmp_path)
    result = runs.said(tmp_path)
    assert (result.state, result.step, result.steps) == ("starting", 0, 60)
    assert not (tmp_path / "model.json").exists()


def test_a_live_run_that_never_started_can_be_started(tmp_path: Path) -> None:
    write_json(tmp_path / runs.RUN, {"settings": QUICK.to_json()})
    assert (status(tmp_path).state, status(tmp_path).steps) == ("interrupted", 60)
    write_json(tmp_path / runs.RUN, {"settings": 3})
    assert status(tmp_path).steps == 0


@pytest.mark.parametrize(
    "text", ["{}", "[]", "", '{"kl": 3}', '{"kl": [], "more": 1}', '{"kl": [], "state": 3}']
)
def test_a_spoilt_progress_file_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / runs.PROGRESS).write_text(text)
    with pytest.raises(UserError):
        status(tmp_path)


def test_watching_a_run_needs_no_torch() -> None:
    code = "import sys, vaeviz.runs.queue.launch; sys.exit('torch' in sys.modules)"
    root = Path(runs.__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
