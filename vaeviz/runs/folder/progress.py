"""A run's progress, which its worker writes a few times per second, and its folder's files."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from vaeviz.checked import UserError, checked
from vaeviz.checkpoints.files import read_json, write_json

State = Literal[
    "queued",
    "starting",
    "running",
    "paused",
    "parked",
    "interrupted",
    "done",
    "stopped",
    "cancelled",
    "failed",
]
SETTINGS, RUN, PROGRESS, CANCEL, PARK = (
    "settings.json",
    "run.json",
    "progress.json",
    "cancel",
    "park",
)
LOG, LOCK, MODEL, TWIN, SNAPSHOTS = "worker.log", "lock", "model", "twin", "snapshot-*.bin"
LINEAR = "linear"  # a file of this name beside settings.json: the model is a linear VAE


@dataclass(frozen=True)
class Progress:
    """A run's state and its last step's numbers in nats per example, `kl` (d,) per dimension.

    `rate_of_steps` is steps per second; `held_out` the final numbers by name, once the state is
    "done" (of a linear VAE: on its training data, like its closed form); `error` is one line when
    it is "failed".
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
    held_out: dict[str, int | float] | None = None
    error: str = ""

    @property
    def over(self) -> bool:
        return self.state in ("done", "stopped", "cancelled", "failed")

    @property
    def going(self) -> bool:
        """Whether a worker has it or will; "parked" and "interrupted" wait for a user."""
        return self.state in ("queued", "starting", "running", "paused")


def to_json(progress: Progress) -> dict[str, Any]:
    return {**vars(progress), "kl": list(progress.kl)}


def from_json(values: dict[str, Any]) -> Progress:
    try:
        return checked(Progress, values, complete=True)
    except UserError as error:
        raise UserError(f"{PROGRESS} is not one of ours ({error}): start the run again") from None


def said(folder: Path) -> Progress:
    """The worker's last report; a live run that never started is "interrupted"."""
    if (folder / RUN).is_file() and not (folder / PROGRESS).is_file():
        return replace(_unstarted(folder), state="interrupted")
    return from_json(read_json(folder / PROGRESS))


def latest(folder: Path) -> Progress:
    """The worker's last report, or a start without a step where that can't be read."""
    try:
        return said(folder)
    except UserError:
        return _unstarted(folder)


def conclude(folder: Path, state: State, error: str = "") -> None:
    """Sets the state of a run without a worker; the numbers of its last report stay."""
    write_json(folder / PROGRESS, to_json(replace(latest(folder), state=state, error=error)))


def _unstarted(folder: Path) -> Progress:
    """No step yet of all planned; the worker reports settings that can't be read."""
    with contextlib.suppress(UserError, KeyError, TypeError, ValueError):
        live = (folder / RUN).is_file()
        settings = read_json(folder / RUN)["settings"] if live else read_json(folder / SETTINGS)
        return Progress(steps=int(settings["steps"]))
    return Progress()


def locked(folder: Path) -> bool | None:
    """Whether a worker holds the run's lock; None where there is none or it can't be tested."""
    if not (folder / LOCK).is_file():
        return None
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except (OSError, NotImplementedError):
        return None
