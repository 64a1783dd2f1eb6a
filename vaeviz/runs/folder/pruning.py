"""Removes old runs to free disk space: the oldest finished ones first, never one in use."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from vaeviz.config import UserError
from vaeviz.runs.folder import control
from vaeviz.runs.queue import launch as runs

RESTING = 3600.0  # seconds for which a resumable run goes last, and one without a report stays


def prune(folder: Path, limit: int, in_use: Callable[[Path], bool]) -> list[Path]:
    """Removes runs until all in `folder` take at most `limit` bytes; returns the removed ones.

    Finished runs go before resumable ones ("parked", "interrupted"), then those that a page shows,
    old before new. What is no run, is `in_use` (called with its resolved path), going, just made,
    or locked by a worker stays.
    """
    folders = [f for f in folder.resolve().glob("*") if _is_run(f)]
    sizes = {f: _size(f) for f in folders}
    total, removed = sum(sizes.values()), []
    for run in sorted(folders, key=_order):
        if total <= limit:
            break
        if in_use(run) or not _removable(run):
            continue
        shutil.rmtree(run, ignore_errors=True)
        if not run.exists():
            removed.append(run)
        total -= sizes[run] - _size(run)
    return removed


def _is_run(folder: Path) -> bool:
    names = (runs.RUN, runs.SETTINGS, runs.PROGRESS)
    return (
        folder.is_dir()
        and not folder.is_symlink()
        and any((folder / name).is_file() for name in names)
    )


def _order(run: Path) -> tuple[bool, bool, bool, float]:
    recent = time.time() - _written(run) <= RESTING
    resumable = not _finished(run)
    return resumable, resumable and recent, control.watched(run), _written(run)


def _removable(run: Path) -> bool:
    if runs.going(run) or runs.locked(run):
        return False
    return (run / runs.PROGRESS).exists() or time.time() - _written(run) > RESTING


def _finished(run: Path) -> bool:
    """Whether it has finished; a run whose progress can't be read has."""
    try:
        return runs.status(run).over
    except UserError:
        return (run / runs.PROGRESS).exists()


def _written(run: Path) -> float:
    """When its worker last reported, else when the folder was made."""
    for path in (run / runs.PROGRESS, run):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def _size(run: Path) -> int:
    """Bytes in its files; files that vanish meanwhile count 0."""
    total = 0
    for path in run.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() and not path.is_symlink() else 0
    return total
