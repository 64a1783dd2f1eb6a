"""Files that the page makes: codes as CSV and NPZ, a traversal as GIF, the view as a notebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.latent.animation import traversal_gif
from vaeviz.chapters.latent.notebook import Look, notebook
from vaeviz.chapters.latent.origin import Origin
from vaeviz.chapters.latent.parts import dims
from vaeviz.chapters.latent.space import Space
from vaeviz.chapters.latent.tables import csv, npz
from vaeviz.chapters.latent.view import LatentView, dedicated
from vaeviz.chapters.model.answer import clipped
from vaeviz.chapters.settings import Note
from vaeviz.records import Array
from vaeviz.serve import models

_PRESSED, _MADE = "pressed", "made"  # in the memory: buttons and files by the action's number


@dataclass(frozen=True)
class _Kind:
    label: str
    help: str
    suffix: str
    mime: str
    make: Callable[[Space, Origin, Look], bytes]


_KINDS = {
    "csv": _Kind(
        "CSV", "The codes of the data set as a table", "csv", "text/csv",
        lambda s, origin, look: csv(s, origin),
    ),
    "npz": _Kind(
        "NPZ", "The codes of the data set for NumPy", "npz", "application/octet-stream",
        lambda s, origin, look: npz(s, origin),
    ),
    "gif": _Kind(
        "GIF", "The traversal of the map's horizontal dimension around the point, animated",
        "gif", "image/gif",
        lambda s, origin, look: traversal_gif(s.network, look.point, look.dims[0], look.extent),
    ),
    "notebook": _Kind(
        "Notebook", "A Jupyter notebook that makes this very view again",
        "ipynb", "application/x-ipynb+json", notebook,
    ),
}  # fmt: skip


def act(view: LatentView, context: Context, name: str, value: Any) -> tuple[LatentView, list[Note]]:
    """Remembers the button: its file is made when the latent space is there."""
    context.memory.setdefault(_PRESSED, {})[context.action] = name
    return view, []


def buttons(s: Space) -> list[dict[str, str]]:
    """The files that there are of a space; points have no pictures, and so no GIF."""
    return [
        {"action": name, "label": kind.label, "help": kind.help}
        for name, kind in _KINDS.items()
        if name != "gif" or s.about.is_image
    ]


def files(view: LatentView, context: Context, s: Space) -> list[dict[str, Any]]:
    """A file per button that was pressed, until the browser has heard that it was seen to."""
    before: dict[int, Any] = context.memory.get(_MADE, {})
    made = {number: file for number, file in before.items() if number in context.actions}
    known = [button["action"] for button in buttons(s)]
    for number, name in context.memory.pop(_PRESSED, {}).items():
        if name in known:
            made[number] = {"id": number, **_file(_KINDS[name], view, context, s)}
    context.memory[_MADE] = made
    return list(made.values())


def _file(kind: _Kind, view: LatentView, context: Context, s: Space) -> dict[str, Any]:
    """Name, type and bytes; the name says of which model and data they are."""
    about = origin(view, context)
    model = about.model if about.checkpoint else f"{s.about.name} {about.model}"
    return {
        "name": f"{model}-d{s.mu.shape[1]}.{kind.suffix}".replace(" ", "-"),
        "type": kind.mime,
        "bytes": np.frombuffer(kind.make(s, about, _look(view, context)), np.uint8),
    }


def _look(view: LatentView, context: Context) -> Look:
    shown, around = cast(Any, view.map), cast(Any, view.around)
    plane = dims(view, context) or (0, view.d - 1)
    return Look(point(view), plane, view.a, view.b, shown, around, view.extent)


def point(view: LatentView) -> Array:
    """The view's code (d,), or the origin."""
    numbers = [float(part) for part in view.point.split(",") if part]
    return np.array(numbers or np.zeros(view.d), np.float32)


def origin(view: LatentView, context: Context) -> Origin:
    """What the files say of the model behind them."""
    own, codec = dedicated(context), context.model.codec
    if own is not None:
        trained = (own.run.beta, own.sigma2 if own.gaussian else None, own.tau)
        knobs = trained if own.variational else (None, None, None)
        return Origin(own.entry.name, "dedicated", own.entry.path, own.key, *knobs)
    knobs = (view.beta, view.sigma2 if view.gaussian else None, clipped(view.tau, codec))
    closed = codec is context.probe.linear
    entry = None if closed else models.entry(view.data, view.likelihood)
    if entry is None or entry.manifest is None:
        return Origin("closed form", "closed form", None, "", *knobs)
    return Origin(entry.name, "multi-rate", entry.path, entry.manifest.sha256, *knobs)
