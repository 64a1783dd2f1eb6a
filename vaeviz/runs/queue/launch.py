"""A training run in a process of its own: start it, watch it, cancel it, all by files in its
folder.

settings.json (one model to its end) or run.json (a live run) goes in. progress.json comes out,
always whole, a few times per second. A file named `cancel` stops the run, one named `park` parks
it. At its end the folder holds the checkpoint `model`. The worker holds `lock` as long as it runs.
A thread would slow every session down, and multiprocessing cannot start from a Streamlit script.
`registry` decides which run starts when.
"""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vaeviz.checkpoints.files import write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.runs.folder.progress import (
    CANCEL,
    LINEAR,
    LOCK,
    LOG,
    MODEL,
    PARK,
    PROGRESS,
    RUN,
    SETTINGS,
    SNAPSHOTS,
    Progress,
    State,
    conclude,
    from_json,
    latest,
    locked,
    said,
    to_json,
)

__all__ = [
    "CANCEL",
    "LINEAR",
    "LOCK",
    "LOG",
    "MODEL",
    "PARK",
    "PROGRESS",
    "RUN",
    "SETTINGS",
    "SNAPSHOTS",
    "Progress",
    "Run",
    "State",
    "cancel",
    "conclude",
    "from_json",
    "going",
    "latest",
    "launch",
    "locked",
    "park",
    "said",
    "start",
    "status",
    "to_json",
    "without_worker",
]
SILENT = 60.0  # seconds without a report after which another server's unlocked run is dead
STARTING = 20.0  # seconds for which another server's new worker may lack its lock
_STARTED: dict[Path, subprocess.Popen] = {}


@dataclass(frozen=True)
class Run:
    """A started run; when it is done, `checkpoint` loads with `vaeviz.checkpoints.load`."""

    folder: Path
    pid: int

    @property
    def checkpoint(self) -> Path:
        return self.folder / MODEL


def start(settings: RunSettings, folder: Path, until_flat: bool = False) -> Run:
    """Train a model of `settings` in a new process. Raises UserError while `folder`'s run is going.

    `until_flat`: until the held-out objective stops falling (see `dedicated`), `steps` at most.
    """
    folder = folder.resolve()
    _refuse_if_going(folder)
    write_json(folder / SETTINGS, settings.to_json())
    return Run(folder, launch(folder, until_flat).pid)


def launch(folder: Path, until_flat: bool = False) -> subprocess.Popen:
    """A worker for a folder that holds its settings: a live run resumes, any other starts anew.

    UserError when it is still going, its folder cannot be written, or no worker can be started.
    """
    folder = folder.resolve()
    _refuse_if_going(folder)
    _wait_for_end(folder)
    try:
        _clear(folder)
        log = (folder / LOG).open("wb")
    except OSError as error:
        why = error.strerror or error
        raise UserError(
            f"{folder} cannot be written ({why}): free some space, or make it writable"
        ) from None
    with log:
        _STARTED[folder] = process = _spawn(folder, until_flat, log)
    return process


def status(folder: Path) -> Progress:
    """The run's state; see `without_worker` for a worker that crashed."""
    folder = folder.resolve()
    progress = said(folder)
    return without_worker(folder) if progress.going and _gone(folder, progress) else progress


def without_worker(folder: Path) -> Progress:
    """A run's state once its worker has ended: "interrupted" if it can resume from a snapshot."""
    progress = said(folder)
    if not progress.going:
        return progress
    resumable = (folder / RUN).is_file() and any(folder.glob(SNAPSHOTS))
    state: State = "interrupted" if resumable else "failed"
    return replace(progress, state=state, error=_last_line(folder))


def cancel(folder: Path) -> None:
    """Ask the run to stop; it does within a fraction of a second."""
    (folder / CANCEL).touch()


def park(folder: Path) -> None:
    """Ask a live run to park: it saves a snapshot, ends, and can resume."""
    (folder / PARK).touch()


def going(folder: Path) -> bool:
    """Whether a worker has the run; where its progress can't be read, its lock decides."""
    try:
        return status(folder).going
    except UserError:
        return bool(locked(folder))


def _refuse_if_going(folder: Path) -> None:
    if going(folder):
        raise UserError(
            f"a run in {folder.name} is still going: cancel it first, or choose another folder"
        )


def _clear(folder: Path) -> None:
    """Sets "starting"; removes the previous run's files that a live run does not resume from."""
    live = (folder / RUN).is_file()
    rest = () if live else (PROGRESS, f"{MODEL}.json", f"{MODEL}.safetensors")
    for name in (CANCEL, PARK, *rest):
        (folder / name).unlink(missing_ok=True)
    conclude(folder, "starting")


def _spawn(folder: Path, until_flat: bool, log: Any) -> subprocess.Popen:
    """The worker, which can import this very package and writes only to its log."""
    package_root = str(Path(__file__).parents[3])
    paths = [package_root, os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    command = [
        sys.executable,
        "-m",
        "vaeviz.runs.worker.process",
        str(folder),
        "--parent",
        str(os.getpid()),
    ]
    command += ["--until-flat"] if until_flat else []
    try:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=environment
        )
    except OSError as error:
        line = f"the training worker cannot be started ({error.strerror}): install vaeviz again"
        with contextlib.suppress(OSError):
            conclude(folder, "failed", line)
        raise UserError(line) from None


def _wait_for_end(folder: Path) -> None:
    """Waits until the process of the previous run has ended."""
    previous = _STARTED.pop(folder, None)
    if previous is None:
        return
    try:
        previous.wait(timeout=30)
    except subprocess.TimeoutExpired:
        previous.kill()
        previous.wait()


def _gone(folder: Path, progress: Progress) -> bool:
    """Whether a going run has lost its worker: ours by its process, another's by its lock."""
    process = _STARTED.get(folder)
    if process and process.poll() is None:
        return False
    held = locked(folder)
    if process:
        return not held
    age = _age(folder / PROGRESS)
    if progress.state == "starting" and age < STARTING:
        return False  # it may not hold its lock yet
    return age > SILENT if held is None else not held


def _last_line(folder: Path) -> str:
    log = folder / LOG
    lines = log.read_text(errors="replace").strip().splitlines() if log.is_file() else []
    return (
        f"the worker ended unexpectedly ({lines[-1][:200] if lines else 'no message'}): start it"
        " again"
    )


def _age(path: Path) -> float:
    """Seconds since it was written; infinite for a missing file."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return math.inf
