"""Copies the pages' modules, style sheets and Plotly to the folder that the server serves.

The folder's name has a hash of the contents, so that a browser never mixes two versions. Nothing is
fetched from outside: a lecture hall may have no network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from vaeviz.config import UserError

_HERE = Path(__file__).parent
ENTRY = "engine/mount.js"


def modules() -> list[Path]:
    """Every module, as a path below this folder; they import each other by relative paths."""
    return sorted(path.relative_to(_HERE) for path in _HERE.rglob("*.js"))


def sheets() -> list[Path]:
    """Every style sheet, as a path below this folder; a page's own rules begin with its class."""
    return sorted(path.relative_to(_HERE) for path in _HERE.rglob("*.css"))


def publish(static: Path) -> str:
    """Writes the assets under `static` unless they exist; returns the name of their folder."""
    plotly = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
    ours = {path: _HERE / path for path in (*modules(), *sheets())}
    sources = {**ours, Path(plotly.name): plotly}
    folder = static / f"vaeviz-{_digest(sources)}"
    if not folder.is_dir():
        try:
            _copy(sources, folder)
        except OSError as error:
            raise UserError(
                f"cannot write {static} ({error.strerror}): make the folder writable, then reload"
                " the page"
            ) from error
    return folder.name


def _digest(sources: dict[Path, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in sources.items():
        digest.update(f"{name}:{path.stat().st_size}".encode())
        if path.name != "plotly.min.js":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _copy(sources: dict[Path, Path], folder: Path) -> None:
    """Writes a temporary folder beside the final one, and renames it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        for name, path in sources.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, temporary / name)
        temporary.chmod(0o755)
        os.replace(temporary, folder)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        if not folder.is_dir():  # unless another process was first
            raise
