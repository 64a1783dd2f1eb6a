"""Old runs go by size: the oldest that are over first, never one that a worker is at."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from vaeviz.config import UserError
from vaeviz.runs.queue import launch as runs

RESTING = 3600.0  # seconds that a run which could go on is kept in any case


def prune(folder: Path, limit: int, in_use: Callable[[Path], bool]) -> list[Path]:
    """Removes runs from `folder` until all its runs together take at most `limit` bytes; returns
    which.

    Runs that are over go before those that could go on ("parked", "interrupted"), old before new.
    What is no run, is `in_use` (asked by its resolved path), or is going stays; so does one whose
    worker holds its lock.
    """
    found = [f for f in folder.resolve().glob("*") if _is_run(f)]
    sizes = {f: _size(f) for f in found}
    total, removed = sum(sizes.values()), []
    for run in sorted(found, key=_turn):
        if total <= limit:
            break
        if in_use(run) or not _may_go(run):
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


def _turn(run: Path) -> tuple[bool, float]:
    return not _over(run), _written(run)


def _may_go(run: Path) -> bool:
    if runs.going(run) or runs.locked(run):
        return False
    return _over(run) or time.time() - _written(run) > RESTING


def _over(run: Path) -> bool:
    """Whether it has ended for good; a run whose last word can't be read has."""
    try:
        return runs.status(run).over
    except UserError:
        return (run / runs.PROGRESS).exists()


def _written(run: Path) -> float:
    """When its worker last said something, else when the folder was made."""
    for path in (run / runs.PROGRESS, run):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def _size(run: Path) -> int:
    """Bytes in its files; what vanishes meanwhile counts nothing."""
    total = 0
    for path in run.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() and not path.is_symlink() else 0
    return total
