"""Copies the boards' modules and the installed Plotly bundle to the folder that the server serves.

The folder's name carries a hash of the contents, so that a browser never mixes two versions, and
nothing is fetched from outside: a lecture hall may have no network.
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
MODULES = (
    "aggregate.js",
    "arithmetic.js",
    "board.js",
    "coast.js",
    "codes.js",
    "collapse.js",
    "compact.js",
    "contours.js",
    "controls.js",
    "drawing.js",
    "fields.js",
    "files.js",
    "glide.js",
    "heatmap.js",
    "holes.js",
    "interpolate.js",
    "keep.js",
    "knobs.js",
    "latent.js",
    "lines.js",
    "manifold.js",
    "map.js",
    "model.js",
    "network.js",
    "order.js",
    "pad.js",
    "painter.js",
    "panels.js",
    "payload.js",
    "picture.js",
    "plane.js",
    "projection.js",
    "screen.js",
    "sliders.js",
    "stage.js",
    "steer.js",
    "table.js",
    "tablist.js",
    "tabs.js",
    "talk.js",
    "tool.js",
    "training.js",
    "transport.js",
    "traversals.js",
    "verdicts.js",
    "view.js",
)


def css(name: str) -> str:
    """The style sheet of one board, such as "training", after what they share."""
    return "".join((_HERE / f"{part}.css").read_text(encoding="utf-8") for part in ("screen", name))


def publish(static: Path) -> str:
    """Puts the assets under `static` unless they are there; returns the name of their folder."""
    plotly = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
    sources = [*(_HERE / name for name in MODULES), plotly]
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


def _digest(sources: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sources:
        stamp = f"{path.name}:{path.stat().st_size}".encode()
        digest.update(stamp if path.name == "plotly.min.js" else path.read_bytes())
    return digest.hexdigest()[:12]


def _copy(sources: list[Path], folder: Path) -> None:
    """All at once: a temporary folder beside the final one, then one rename."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        for path in sources:
            shutil.copyfile(path, temporary / path.name)
        temporary.chmod(0o755)
        os.replace(temporary, folder)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        if not folder.is_dir():  # else another process was first
            raise
