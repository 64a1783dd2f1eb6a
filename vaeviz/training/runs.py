"""A training run in a process of its own: start it, watch it, cancel it. Only files in its folder pass.

settings.json goes in; progress.json comes out, always whole, a few times a second; a file named `cancel`
stops the run; at its end the folder holds the checkpoint `model`. A thread instead would slow every session
down, and multiprocessing cannot start from a Streamlit script.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import RunSettings, UserError

State = Literal["starting", "running", "done", "cancelled", "failed"]
SETTINGS, PROGRESS, CANCEL, LOG, MODEL = "settings.json", "progress.json", "cancel", "worker.log", "model"
SILENT = 60.0  # seconds without a word after which a run that we did not start is taken for dead
_STARTED: dict[Path, subprocess.Popen] = {}


@dataclass(frozen=True)
class Progress:
    """Where a run stands: the last step's numbers in nats per example, `kl` (d,) one for each dimension.

    `rate_of_steps` is steps a second; `held_out` the final numbers by name, once the state is "done";
    `error` one line when it is "failed".
    """

    state: State = "starting"
    step: int = 0
    steps: int = 0
    rate_of_steps: float = 0.0
    distortion: float = 0.0
    rate: float = 0.0
    elbo: float = 0.0
    objective: float = 0.0
    kl: tuple[float, ...] = ()
    held_out: dict[str, float] | None = None
    error: str = ""

    @property
    def over(self) -> bool:
        return self.state in ("done", "cancelled", "failed")


@dataclass(frozen=True)
class Run:
    """A started run; when it is done, `checkpoint` loads with `vaeviz.checkpoints.load`."""

    folder: Path
    pid: int

    @property
    def checkpoint(self) -> Path:
        return self.folder / MODEL


def start(settings: RunSettings, folder: Path, until_flat: bool = False) -> Run:
    """Train a model of `settings` in a new process; UserError when a run in `folder` is still going.

    `until_flat`: until the held-out objective stops falling (see `dedicated`), `steps` at most.
    """
    folder = folder.resolve()
    if (folder / PROGRESS).exists() and not status(folder).over:
        raise UserError(f"a run in {folder.name} is still going: cancel it first, or choose another folder")
    _wait_for_end(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (PROGRESS, CANCEL, f"{MODEL}.json", f"{MODEL}.safetensors"):
        (folder / name).unlink(missing_ok=True)
    write_json(folder / SETTINGS, settings.to_json())
    write_json(folder / PROGRESS, to_json(Progress(steps=settings.steps)))
    process = _launch(folder, until_flat)
    _STARTED[folder] = process
    return Run(folder, process.pid)


def status(folder: Path) -> Progress:
    """Where the run in `folder` stands; a worker that died without a word is "failed"."""
    folder = folder.resolve()
    progress = from_json(read_json(folder / PROGRESS))
    process = _STARTED.get(folder)
    ended = process.poll() is not None if process else _age(folder / PROGRESS) > SILENT
    if progress.over or not ended:
        return progress
    progress = from_json(read_json(folder / PROGRESS))  # it may have spoken its last word in between
    return progress if progress.over else replace(progress, state="failed", error=_last_words(folder))


def cancel(folder: Path) -> None:
    """Ask the run in `folder` to stop; it does at its next report, within a fraction of a second."""
    (folder / CANCEL).touch()


def to_json(progress: Progress) -> dict[str, Any]:
    return {**vars(progress), "kl": list(progress.kl)}


def from_json(values: dict[str, Any]) -> Progress:
    try:
        return Progress(**{**values, "kl": tuple(values["kl"])})
    except (KeyError, TypeError) as error:
        raise UserError(f"{PROGRESS} is not one of ours ({error}): start the run again") from None


def _launch(folder: Path, until_flat: bool) -> subprocess.Popen:
    """The worker, able to import this very package, silent but for its log."""
    package_root = str(Path(__file__).parents[2])
    paths = [package_root, os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    command = [sys.executable, "-m", "vaeviz.training.worker", str(folder), "--parent", str(os.getpid())]
    command += ["--until-flat"] if until_flat else []
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=environment
        )


def _wait_for_end(folder: Path) -> None:
    """Until the process of the run before, whose last word is spoken, has really gone."""
    previous = _STARTED.pop(folder, None)
    if previous is not None:
        previous.wait(timeout=30)


def _last_words(folder: Path) -> str:
    log = folder / LOG
    lines = log.read_text(errors="replace").strip().splitlines() if log.is_file() else []
    return f"the worker ended unexpectedly ({lines[-1][:200] if lines else 'no message'}): start it again"


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime
