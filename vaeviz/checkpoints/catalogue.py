"""What checkpoints a folder holds, good ones and bad ones; looking never raises and never imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vaeviz.checkpoints import store
from vaeviz.checkpoints.manifest import Manifest
from vaeviz.config import UserError


@dataclass(frozen=True)
class Entry:
    """A checkpoint by name: its manifest, or the one line that says why it cannot be used."""

    name: str
    path: Path
    manifest: Manifest | None
    error: str = ""

    @property
    def usable(self) -> bool:
        return not self.error


def catalogue(folder: Path, deep: bool = False) -> list[Entry]:
    """Every checkpoint in `folder`, by name. `deep` also builds each model and looks at every weight.

    Without `deep`: the manifest, the data set's name, the file's size, hash and header are checked.
    """
    if not folder.is_dir():
        return []
    stems = {file.stem for file in folder.iterdir() if file.suffix in (".json", ".safetensors")}
    return [_entry(folder / stem, deep) for stem in sorted(stems) if not stem.startswith(".")]


def _entry(path: Path, deep: bool) -> Entry:
    try:
        place = store.locate(path, ())
        found = store.load(place, ()).manifest if deep else store.inspect(place)[0]
    except UserError as error:
        return Entry(path.name, path, None, str(error))
    return Entry(path.name, path, found)
