"""Files that the Latent page gives away: codes as CSV and NPZ, a traversal as GIF, the view as a
notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from vaeviz.ui import models
from vaeviz.ui.latent.animation import traversal_gif
from vaeviz.ui.latent.choice import Choice
from vaeviz.ui.latent.message import point
from vaeviz.ui.latent.notebook import Look, notebook
from vaeviz.ui.latent.origin import Origin
from vaeviz.ui.latent.settings import View
from vaeviz.ui.latent.space import Space
from vaeviz.ui.latent.tables import csv, npz

Dims = tuple[int, int]


def buttons(s: Space) -> list[dict[str, str]]:
    """What the page offers to keep, as live/latent.js takes it; points have no pictures, and so no
    GIF.
    """
    shown = [name for name in _KINDS if name != "gif" or s.about.is_image]
    return [{"action": name, "label": _KINDS[name][0], "help": _KINDS[name][1]} for name in shown]


def file(
    action: str, view: View, choice: Choice, s: Space, dims: Dims | None
) -> dict[str, Any] | None:
    """Name, type and bytes of the file behind a button; None for a button that is not there."""
    if action not in [button["action"] for button in buttons(s)]:
        return None
    _, _, suffix, kind, make = _KINDS[action]
    made = make(view, choice, s, dims or (0, s.mu.shape[1] - 1))
    about = origin(choice)
    model = about.model if about.checkpoint else f"{s.about.name} {about.model}"
    name = f"{model}-d{s.mu.shape[1]}.{suffix}".replace(" ", "-")
    return {"name": name, "type": kind, "bytes": np.frombuffer(made, np.uint8)}


def origin(choice: Choice) -> Origin:
    """What the files say of the model behind them."""
    s, own = choice.settings, choice.own
    if own is not None:
        knobs = (
            (own.run.beta, own.sigma2 if own.gaussian else None, own.tau)
            if own.variational
            else (None,) * 3
        )
        return Origin(own.entry.name, "dedicated", own.entry.path, own.key, *knobs)
    entry = models.entry(s) if choice.codec.source.startswith("multi-rate") else None
    knobs = (s.beta, s.sigma2 if s.gaussian else None, choice.tau)
    if entry is None or entry.manifest is None:
        return Origin("closed form", "closed form", None, "", *knobs)
    return Origin(entry.name, "multi-rate", entry.path, entry.manifest.sha256, *knobs)


def _gif(view: View, choice: Choice, s: Space, dims: Dims) -> bytes:
    return traversal_gif(s.network, point(view, s), dims[0], view.extent)


def _notebook(view: View, choice: Choice, s: Space, dims: Dims) -> bytes:
    around, shown = cast(Any, view.around), cast(Any, view.map)
    look = Look(point(view, s), dims, view.a, view.b, shown, around, view.extent)
    return notebook(s, origin(choice), look)


Make = Callable[[View, Choice, Space, Dims], bytes]
_KINDS: dict[str, tuple[str, str, str, str, Make]] = {
    "csv": (
        "CSV",
        "The codes of the data set as a table",
        "csv",
        "text/csv",
        lambda view, choice, s, dims: csv(s, origin(choice)),
    ),
    "npz": (
        "NPZ",
        "The codes of the data set for NumPy",
        "npz",
        "application/octet-stream",
        lambda view, choice, s, dims: npz(s, origin(choice)),
    ),
    "gif": (
        "GIF",
        "The traversal of the map's horizontal dimension around the point, animated",
        "gif",
        "image/gif",
        _gif,
    ),
    "notebook": (
        "Notebook",
        "A Jupyter notebook that makes this very view again",
        "ipynb",
        "application/x-ipynb+json",
        _notebook,
    ),
}
