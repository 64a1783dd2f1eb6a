"""Kept models: finished runs' checkpoints under users' names, in one folder.

Open boards list them repeatedly, so that only changed files are read again.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path

from vaeviz.checkpoints import manifest, store
from vaeviz.checkpoints.catalogue import Entry, entry, names
from vaeviz.checkpoints.files import write_atomic, write_json
from vaeviz.checkpoints.store import RUNS
from vaeviz.config import UserError

KEPT = RUNS / "kept"
MOST = 50  # kept models
RESERVED = "multi-rate"  # the Explorer's name for its model of every setting
FRESH = 1.0  # seconds for which a listing is cached
_LOCK = threading.Lock()

Stamp = tuple[tuple[int, int] | None, ...]


def keep(run: Path, name: str, folder: Path = KEPT, which: str = "model") -> Path:
    """Copies the checkpoint `which` of a finished run to `folder`/`name`; its path, without suffix.

    A one-line UserError for a run without a whole checkpoint, an invalid or used name, a full
    folder or disk. Nothing is ever overwritten.
    """
    if Path(manifest.check_name(name)).suffix in store.PICKLES:
        raise UserError(f"{name[:40]} has a pickle's ending: choose another name")
    if not (run / f"{which}.json").is_file():
        raise UserError(
            "this run has no model yet: wait until it is done, or stop it, then keep it"
        )
    about, content, _ = store.inspect(run / which)
    with _LOCK:
        _check_room(name, folder)
        try:
            write_atomic(folder / f"{name}.safetensors", content)
            write_json(folder / f"{name}.json", dataclasses.replace(about, name=name).to_json())
        except OSError as error:
            (folder / f"{name}.safetensors").unlink(missing_ok=True)
            raise UserError(
                f"{name} is not kept ({error.strerror}): free some space in {folder}"
            ) from None
    return folder / name


def _check_room(name: str, folder: Path) -> None:
    taken = names(folder)
    if name.lower() in {other.lower() for other in [*taken, RESERVED]}:
        raise UserError(f"a model named {name[:40]} is there already: choose another name")
    if len(taken) >= MOST:
        raise UserError(f"{MOST} models are kept already: remove one from {folder}, then try again")


class Listing:
    """The checkpoints in a folder, by name; only changed files are read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, tuple[Stamp, Entry]] = {}
        self._until = 0.0
        self._lock = threading.Lock()

    def entries(self, now: bool = False) -> list[Entry]:
        """Good and bad ones, at most FRESH seconds old; never raises."""
        with self._lock:
            if now or time.monotonic() >= self._until:
                self._known = {name: self._look(name) for name in names(self.folder)}
                self._until = time.monotonic() + FRESH
            return [entry for _, entry in self._known.values()]

    def _look(self, name: str) -> tuple[Stamp, Entry]:
        path = self.folder / name
        stamp = tuple(_stamp(path.with_name(f"{name}{end}")) for end in (".json", ".safetensors"))
        known = self._known.get(name)
        return known if known and known[0] == stamp else (stamp, entry(path))


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
