"""Latent spaces and their slow parts: made once for all sessions, in the background; old ones go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from vaeviz.config import UserError
from vaeviz.ui import models
from vaeviz.ui.kept import dedicated, known
from vaeviz.ui.latent import extras
from vaeviz.ui.latent.choice import Choice
from vaeviz.ui.latent.extras import Extra
from vaeviz.ui.latent.holes import holes, pair
from vaeviz.ui.latent.settings import View
from vaeviz.ui.latent.space import Space, space
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe

SPACES, SLOW = Once(workers=1, most=12), Once(workers=2, most=48)
PATIENCE = 1.0  # seconds in which most spaces are encoded
QUICK = 0.05  # seconds for all slow parts together: the rest comes with a later answer
_DONE: dict[tuple[str, str], float] = {}  # the share of a t-SNE that is done


@dataclass(frozen=True)
class Parts:
    """Slow parts to send, by name; what tells each from others of its name; lines on what is to come."""

    extras: dict[str, Extra]
    tags: dict[str, str]
    notes: list[str]
    pending: bool


def encoded(choice: Choice, probe: Probe) -> Space | None:
    """The choice's latent space, or None while it is encoded."""
    key, d = choice.key, choice.settings.d
    make = partial(space, probe.data, choice.codec, choice.tau, d, key, choice.variational)
    return SPACES.result(key, make, PATIENCE)


def parts(view: View, dims: tuple[int, int] | None, s: Space, probe: Probe, held: dict[str, str]) -> Parts:
    """The slow parts that the view needs and the board does not hold, as far as they are done."""
    found, tags, notes, pending = {}, {}, [], False
    for name, (tag, job) in _needed(view, dims, s, probe).items():
        if held.get(name) == tag:
            continue
        try:
            made = SLOW.result((s.key, name, tag), job, QUICK)
        except UserError as error:
            SLOW.forget((s.key, name, tag))
            notes.append(f"{error}.")
            continue
        pending = pending or made is None
        notes += [_progress(s, name, tag)] if made is None else []
        if made is not None:
            found[name], tags[name] = made, tag
    return Parts(found, tags, [note for note in notes if note], pending)


def _needed(
    view: View, dims: tuple[int, int] | None, s: Space, probe: Probe
) -> dict[str, tuple[str, Callable[[], Extra]]]:
    """The slow parts of what is shown, by name, each with what tells it from others of its name."""
    method, tool = view.map, view.tool
    jobs: dict[str, tuple[str, Callable[[], Extra]]] = {"densities": ("", partial(extras.densities, s))}
    if dims and (view.contours == "on" or tool == "aggregate"):
        jobs["contours"] = (str(dims), partial(extras.contours, s, dims))
    if method == "tsne" or (method == "pca" and s.mu.shape[1] > 1):
        jobs["embedding"] = (method, partial(_embedding, s, method))
    if tool == "aggregate":
        jobs["aggregate"] = ("", partial(extras.aggregate, s))
    if tool == "holes":
        jobs["holes"] = ("", partial(_holes, probe))
    return jobs


def _embedding(s: Space, method: str) -> Extra:
    return {method: extras.embedding(s, method, lambda done: _DONE.__setitem__((s.key, method), done))}


def _progress(s: Space, name: str, tag: str) -> str:
    if name != "embedding":
        return ""
    return f"t-SNE of {len(s.mu):,} codes: {100 * _DONE.get((s.key, tag), 0.0):.0f} % done."


def _holes(probe: Probe) -> Extra:
    """The figure of the shipped pair, or a line where there is none."""
    names = pair(probe.data.name)
    if not set(names) <= {own.entry.name for own in dedicated(probe.data.name)}:
        return {"key": probe.data.name, "text": _NO_PAIR.format(probe.data.about.title), "pads": []}
    first, second = (models.dedicated(known(name), probe, LOADING) for name in names)
    if first is None or second is None:
        raise UserError("the pair of models takes too long to load: reload the page")
    return holes(probe.data, (first, second))


_NO_PAIR = (
    "No autoencoder and VAE of the same size and seed are shipped for {}: choose the digits or MNIST 5k. "
    "Others can be trained side by side on the page Training."
)
LOADING = 60.0  # seconds
