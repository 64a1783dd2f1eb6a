"""The checkpoints of a folder, good and bad; listing never raises and never imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vaeviz.checkpoints import store
from vaeviz.checkpoints.manifest import Manifest
from vaeviz.config import UserError


@dataclass(frozen=True, eq=False)
class Entry:
    """A checkpoint by name: its manifest, or one line that says why it cannot be used.

    Compared by identity, so that callers can cache by it.
    """

    name: str
    path: Path
    manifest: Manifest | None
    error: str = ""

    @property
    def usable(self) -> bool:
        return not self.error


def catalogue(folder: Path, deep: bool = False) -> list[Entry]:
    """Every checkpoint in `folder`, by name. `deep` also builds each model and checks every weight.

    Without `deep`: the manifest, the data set's name, the file's size, hash and header are checked.
    """
    return [entry(folder / name, deep) for name in names(folder)]


def names(folder: Path) -> list[str]:
    """The names in `folder` that have at least one of a checkpoint's two files, sorted."""
    try:
        files = list(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        return []
    stems = {file.stem for file in files if file.suffix in (".json", ".safetensors")}
    return sorted(stem for stem in stems if not stem.startswith("."))


def entry(path: Path, deep: bool = False) -> Entry:
    """One checkpoint, by its path without suffix."""
    try:
        place = store.locate(path, ())
        manifest = store.load(place, ()).manifest if deep else store.inspect(place)[0]
    except UserError as error:
        return Entry(path.name, path, None, str(error))
    return Entry(path.name, path, manifest)
