"""Latent spaces and their slow parts: made once for all sessions, in the background; old ones
go.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

from vaeviz.config import UserError
from vaeviz.ui import models
from vaeviz.ui.kept import Kept, dedicated
from vaeviz.ui.latent import extras
from vaeviz.ui.latent.choice import Choice
from vaeviz.ui.latent.extras import Extra
from vaeviz.ui.latent.holes import holes, pair
from vaeviz.ui.latent.settings import View
from vaeviz.ui.latent.space import Space, space
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe

SPACES, SLOW = Once(workers=1, most=12), Once(workers=2, most=48)
LAYOUTS = Once(workers=1, most=24)  # t-SNE takes seconds: on its own, it holds up nothing else
PATIENCE = 1.0  # seconds in which most spaces are encoded
QUICK = 0.05  # seconds for all slow parts together: the rest comes with a later answer
_DONE: dict[str, float] = {}  # the share of a space's t-SNE that is done


@dataclass(frozen=True)
class Parts:
    """Slow parts to send, by name; what tells each from others of its name; lines on what is to
    come.
    """

    extras: dict[str, Extra]
    tags: dict[str, str]
    notes: list[str]
    pending: bool


def encoded(choice: Choice, probe: Probe) -> Space | None:
    """The choice's latent space, or None while it is encoded."""
    key, d = choice.key, choice.settings.d
    make = partial(space, probe.data, choice.codec, choice.tau, d, key, choice.variational)
    return SPACES.result(key, make, PATIENCE)


@dataclass(frozen=True)
class _Job:
    """How a slow part is made; `tag` tells it from others of its name, `key` from all others there
    are.
    """

    tag: str
    key: Hashable
    make: Callable[[], Extra]

    @property
    def pool(self) -> Once:
        return LAYOUTS if self.tag == "tsne" else SLOW


def parts(
    view: View, dims: tuple[int, int] | None, s: Space, probe: Probe, held: dict[str, str]
) -> Parts:
    """The slow parts that the view needs and the board does not hold, as far as they are done."""
    found, tags, notes, pending = {}, {}, [], False
    for name, job in _needed(view, dims, s, probe).items():
        if held.get(name) == job.tag:
            continue
        try:
            made = job.pool.result(job.key, job.make, QUICK)
        except UserError as error:
            job.pool.forget(job.key)
            notes.append(f"{error}.")
            continue
        pending = pending or made is None
        notes += [_progress(s)] if made is None and job.tag == "tsne" else []
        if made is not None:
            found[name], tags[name] = made, job.tag
    return Parts(found, tags, notes, pending)


def _needed(view: View, dims: tuple[int, int] | None, s: Space, probe: Probe) -> dict[str, _Job]:
    """The slow parts of what is shown, by name."""
    method, tool = view.map, view.tool
    wanted: dict[str, tuple[str, Callable[[], Extra]]] = {
        "densities": ("", partial(extras.densities, s))
    }
    if dims and (view.contours == "on" or tool == "aggregate"):
        wanted["contours"] = (str(dims), partial(extras.contours, s, dims))
    if method == "tsne" or (method == "pca" and s.mu.shape[1] > 1):
        wanted["embedding"] = (method, partial(_embedding, s, method))
    if tool == "aggregate":
        wanted["aggregate"] = ("", partial(extras.aggregate, s))
    jobs = {name: _Job(tag, (s.key, name, tag), make) for name, (tag, make) in wanted.items()}
    return {**jobs, "holes": _holes(probe)} if tool == "holes" else jobs


def _embedding(s: Space, method: str) -> Extra:
    return {method: extras.embedding(s, method, lambda done: _DONE.__setitem__(s.key, done))}


def _progress(s: Space) -> str:
    return f"t-SNE of {extras.laid_out(s):,} codes: {100 * _DONE.get(s.key, 0.0):.0f} % done."


def _holes(probe: Probe) -> _Job:
    """The figure of the data set's pair, whichever of its models is looked at."""
    name = probe.data.name
    known = {own.entry.name: own for own in dedicated(name)}
    two = [known[one] for one in pair(name) if one in known]
    tag = " ".join([name, *(own.key for own in two)])
    return _Job(tag, ("holes", tag), lambda: {**_measured(probe, two), "key": tag})


def _measured(probe: Probe, two: list[Kept]) -> Extra:
    """The pair's holes, or a line where there is none."""
    if len(two) < 2:
        return {"text": _NO_PAIR.format(probe.data.about.title), "pads": []}
    first, second = (models.dedicated(own, probe, LOADING) for own in two)
    if first is None or second is None:
        raise UserError("the pair of models takes too long to load: reload the page")
    return holes(probe.data, (first, second))


_NO_PAIR = (
    "No autoencoder and VAE of the same size and seed are shipped for {}: choose the digits or"
    " MNIST 5k. Others can be trained side by side on the page Training."
)
LOADING = 60.0  # seconds
