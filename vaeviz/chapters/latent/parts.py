"""The slow parts of a latent space: each a job of all sessions, and sent to whoever lacks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.latent import extras
from vaeviz.chapters.latent.extras import Extra
from vaeviz.chapters.latent.holes import holes, pair
from vaeviz.chapters.latent.space import Space
from vaeviz.chapters.latent.view import LatentView
from vaeviz.config import UserError
from vaeviz.live.message import Part
from vaeviz.serve import jobs, models
from vaeviz.serve.kept import Kept, dedicated
from vaeviz.serve.probes import Probe

LOADING = 60.0  # seconds
_NO_PAIR = (
    "No autoencoder and VAE of the same size and seed are shipped for {}: choose the digits or"
    " MNIST 5k. Others can be trained side by side on the page Training."
)
_DONE: dict[str, float] = {}  # the share of a space's t-SNE that is done


@dataclass(frozen=True)
class _Slow:
    """How a part is made; its tag tells it from all others that there are."""

    tag: str
    make: Callable[[Space], Extra]
    lane: jobs.Lane = jobs.MEASURE


def parts(
    view: LatentView, context: Context, key: str, s: Space | None
) -> tuple[dict[str, Part], list[str]]:
    """The slow parts that the view needs, as far as they are there, and lines on the others.

    `s` is the space of this key, if it is encoded. What the browser holds is not made again.
    """
    made: dict[str, Part] = {}
    notes = []
    for name, slow in _needed(view, context, key).items():
        if slow.tag in context.held:
            made[name] = Part(dict, slow.tag)
        elif s is not None:
            try:
                extra = jobs.get(slow.tag, partial(slow.make, s), slow.lane)
            except UserError as error:
                jobs.forget(slow.tag, slow.lane)
                notes.append(f"{error}.")
                continue
            if extra is not None:
                made[name] = Part(partial(dict, extra), slow.tag)
            elif slow.lane is jobs.LAYOUT:
                notes.append(_progress(s))
    return made, notes


def dims(view: LatentView, context: Context) -> tuple[int, int] | None:
    """The two dimensions of the browser's map, counted from 0."""
    sent = context.browser.get("dims")
    if view.map != "dims" or not isinstance(sent, list) or len(sent) != 2:
        return None
    fine = all(type(k) is int and 0 <= k < view.d for k in sent)
    return (sent[0], sent[1]) if fine else None


def _needed(view: LatentView, context: Context, key: str) -> dict[str, _Slow]:
    """The slow parts of what is shown, by name."""
    needed = {"densities": _Slow(f"densities {key}", extras.densities)}
    plane, aggregate = dims(view, context), view.tool == "aggregate"
    if plane and (aggregate or view.contours == "on"):
        tag = f"contours {plane[0]} {plane[1]} {key}"
        needed["contours"] = _Slow(tag, lambda s: extras.contours(s, plane))
    if view.map != "dims":
        lane = jobs.LAYOUT if view.map == "tsne" else jobs.MEASURE
        needed["embedding"] = _Slow(f"{view.map} {key}", partial(_embedding, view.map), lane)
    if aggregate:
        needed["aggregate"] = _Slow(f"aggregate {key}", extras.aggregate)
    if view.tool == "holes":
        needed["holes"] = _holes(context.probe)
    return needed


def _embedding(method: str, s: Space) -> Extra:
    return {method: extras.embedding(s, method, lambda done: _DONE.__setitem__(s.key, done))}


def _progress(s: Space) -> str:
    return f"t-SNE of {extras.laid_out(s):,} codes: {100 * _DONE.get(s.key, 0.0):.0f} % done."


def _holes(probe: Probe) -> _Slow:
    """The figure of the data set's pair, whichever of its models is looked at."""
    name = probe.data.name
    known = {own.entry.name: own for own in dedicated(name)}
    two = [known[one] for one in pair(name) if one in known]
    tag = " ".join(["holes", name, *(own.key for own in two)])
    return _Slow(tag, lambda s: {**_measured(probe, two), "key": tag})


def _measured(probe: Probe, two: list[Kept]) -> Extra:
    """The pair's holes, or a line where there is none."""
    if len(two) < 2:
        return {"text": _NO_PAIR.format(probe.data.about.title), "pads": []}
    first, second = (models.dedicated(own, probe, LOADING) for own in two)
    if first is None or second is None:
        raise UserError("the pair of models takes too long to load: reload the page")
    return holes(probe.data, (first, second))
