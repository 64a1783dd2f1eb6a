"""The process that trains: `python -m vaeviz.runs.worker.process RUN_DIR`. See `live_worker`.

It runs at low priority (nice 10, one thread), reports at most four times per second, and stops when
it is asked to, or when the process that started it has ended.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import logging
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import UserError
from vaeviz.records import StepRecord
from vaeviz.runs.folder.progress import (
    CANCEL,
    LINEAR,
    LOCK,
    MODEL,
    PROGRESS,
    RUN,
    SETTINGS,
    Progress,
    conclude,
    to_json,
)

PAUSE = 0.25  # seconds between reports


class Worker:
    """One run in `folder`; it stops when `parent` is no longer its parent process (0: never)."""

    def __init__(self, folder: Path, parent: int = 0, until_flat: bool = False) -> None:
        self.folder, self.parent, self.until_flat = folder, parent, until_flat
        self.progress = Progress()
        self.start = self.reported = time.monotonic()

    def run(self) -> Progress:
        """Train, judge and save. Raises UserError, OSError."""
        import torch

        from vaeviz import checkpoints, families
        from vaeviz.training.results import numbers

        torch.set_num_threads(1)
        settings = families.read_settings(read_json(self.folder / SETTINGS))
        linear = (self.folder / LINEAR).is_file()
        family = families.LINEAR if linear else families.of(settings)
        self._write_progress(steps=settings.steps)
        fit = family.fit(settings, lambda _: self._write_progress(), self.until_flat)
        self.start = time.monotonic()
        taken = self._follow(fit.records)
        if taken is None:
            return self.progress
        result, manifest = fit.judge(MODEL)
        if manifest is not None:
            checkpoints.save(fit.model, self.folder, dataclasses.replace(manifest, steps=taken))
        kl = self.progress.kl if manifest else tuple(result.kl.tolist())
        self._write_progress(state="done", step=taken, kl=kl, held_out=numbers(result))
        return self.progress

    def _follow(self, records: Iterable[StepRecord]) -> int | None:
        """Reports every record; returns the steps taken, or None after a request to stop."""
        taken = 0
        for record in records:
            if self._due() and self._stopped():
                self._write_progress(state="cancelled")
                return None
            self._report(record)
            taken = record.step
        return taken

    def _report(self, record: StepRecord) -> None:
        if not self._due() and record.step < self.progress.steps:
            return
        self._write_progress(
            state="running",
            step=record.step,
            rate_of_steps=record.step / max(time.monotonic() - self.start, 1e-9),
            distortion=record.distortion,
            rate=record.rate,
            elbo=record.elbo,
            objective=record.objective,
            kl=tuple(record.kl.tolist()),
        )

    def _due(self) -> bool:
        return time.monotonic() - self.reported >= PAUSE

    def _stopped(self) -> bool:
        orphaned = self.parent > 0 and os.getppid() != self.parent
        return orphaned or (self.folder / CANCEL).exists()

    def _write_progress(self, **changes: object) -> None:
        self.progress = dataclasses.replace(self.progress, **changes)  # type: ignore[arg-type]
        write_json(self.folder / PROGRESS, to_json(self.progress))
        self.reported = time.monotonic()


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the model is trained and saved, or the run was cancelled; 1 when it failed."""
    parser = argparse.ArgumentParser(
        prog="python -m vaeviz.runs.worker.process", description=__doc__
    )
    parser.add_argument("folder", type=Path, help="the run's folder, with its settings.json")
    parser.add_argument(
        "--parent", type=int, default=0, help="stop when this is no longer our parent process"
    )
    parser.add_argument(
        "--until-flat", action="store_true", help="train until the held-out objective stops falling"
    )
    given = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(10)
    try:
        with FileLock(given.folder / LOCK, timeout=5):
            return 1 if run(given.folder, given.parent, given.until_flat).state == "failed" else 0
    except Timeout:
        return 1  # another worker has the run and reports on it


def run(folder: Path, parent: int = 0, until_flat: bool = False) -> Progress:
    """Trains the whole run, a live one where there is a run.json; progress.json always says how it
    ended.
    """
    try:
        if not (folder / RUN).is_file():
            return Worker(folder, parent, until_flat).run()
        from vaeviz.runs.worker.live_worker import LiveWorker

        return LiveWorker(folder, parent).run()
    except UserError as error:
        return _failed(folder, str(error))
    except OSError as error:
        return _failed(
            folder,
            f"cannot write {folder.name} ({error.strerror}): free some space and start again",
        )
    except Exception as error:
        _failed(folder, " ".join(f"{type(error).__name__}: {error}".split())[:200])
        raise


def _failed(folder: Path, error: str) -> Progress:
    """Reports a run that ended by `error`, if the disk allows it."""
    with contextlib.suppress(OSError):
        conclude(folder, "failed", error)
    return Progress(state="failed", error=error)


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    os._exit(code)  # all files are closed; torch would take a second to exit
