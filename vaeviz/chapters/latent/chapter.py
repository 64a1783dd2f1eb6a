"""The chapter "Latent space": one model's space, which the browser decodes under the pointer.

The server sends the model once, and what takes long; the browser's tools do the rest.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from vaeviz.chapters.chapter import Chapter, Context, Frame, Row, Tool
from vaeviz.chapters.latent.files import act, buttons, files, origin, point
from vaeviz.chapters.latent.parts import parts
from vaeviz.chapters.latent.predictions import SPACE
from vaeviz.chapters.latent.prepare import follow, open_address, prepare, remarks
from vaeviz.chapters.latent.scenes import SCENES
from vaeviz.chapters.latent.space import DEAD, Space, model, space
from vaeviz.chapters.latent.view import CONTROLS, RULES, LatentView, dedicated
from vaeviz.chapters.model.answer import clipped
from vaeviz.chapters.model.settings import always
from vaeviz.figures.theme import Theme
from vaeviz.live.message import Part
from vaeviz.measures.latent.aggregate import log_density, log_prior
from vaeviz.records import alarm
from vaeviz.serve import jobs

PATIENCE = 1.0  # seconds in which most spaces are encoded
COLOURS = ("ink", "soft", "grid", "prior", "posterior", "rate", "distortion", "decoder", "dead")


def show(view: LatentView, context: Context) -> Frame:
    """The model and the slow parts of what is looked at, as far as they are there."""
    key = space_key(view, context)
    s = encoded(view, context, key)
    slow, lines = parts(view, context, key, s)
    tag = f"model {key}"
    sent = {}
    if s is not None:
        sent = {"model": Part(partial(model, s), tag), "keeps": buttons(s),
                "files": files(view, context, s)}  # fmt: skip
    elif tag in context.held:
        sent = {"model": Part(dict, tag)}
    return Frame(
        {},
        readouts(view, s) if s else [],
        [*remarks(view, context), *lines],
        extra={
            "keeps": [],
            "files": [],
            "empty": "" if sent else "Encoding the data set …",
            "colours": colours(context.theme),
            "point": point(view),
            "extras": slow,
            **sent,
        },
    )


def space_key(view: LatentView, context: Context) -> str:
    """Changes whenever the codes do."""
    about, tau = origin(view, context), clipped(view.tau, context.model.codec)
    return f"{view.data} {about.kind} {about.model} {about.sha256[:12]} {tau:g} {view.d}"


def encoded(view: LatentView, context: Context, key: str) -> Space | None:
    """The latent space of what is shown, or None while it is encoded."""
    codec, own = context.model.codec, dedicated(context)
    tau, variational = clipped(view.tau, codec), own is None or own.variational
    make = partial(space, context.probe.data, codec, tau, view.d, key, variational)
    return jobs.get(("space", key), make, jobs.ENCODE, PATIENCE)


def readouts(view: LatentView, s: Space) -> list[Row]:
    """What the server knows of the space, and of the point at which the pointer rests."""
    z = point(view)[None]
    prior = ("log p(z)", _nats(log_prior(z)[0]), "The prior's log density at the point, nats", "")
    if s.logvar is None:
        return [prior]
    dead, d, count = int((s.kl < DEAD).sum()), len(s.kl), f"{len(s.mu):,}"
    among = f"{s.held_out:,} held-out examples"
    aggregate = f"The aggregate posterior's log density at the point, over all {count} posteriors"
    return [
        ("R (nats)", f"{s.kl.sum():.2f}", f"Mean KL(q(z|x) ‖ p(z)) over {among}", ""),
        (
            "collapsed",
            f"{dead} of {d}",
            f"Dimensions with a mean KL below {DEAD:g} nats over {among}",
            alarm(dead / d),
        ),
        prior,
        (
            "log q(z)",
            _nats(log_density(z, s.mu, s.logvar)[0]),
            f"{aggregate}, nats",
            "",
        ),
    ]


def colours(theme: Theme) -> dict[str, Any]:
    """The theme's colours that the browser draws with."""
    return {**{name: getattr(theme, name) for name in COLOURS}, "classes": list(theme.classes)}


def _nats(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


TOOL = Tool(
    "space",
    "Latent space",
    "Move over the map: the decoder follows the pointer.",
    LatentView,
    show,
    controls=CONTROLS,
    rules=RULES,
    predictions=SPACE,
    scenes=lambda view, context: SCENES,
    act=act,
)
CHAPTER = Chapter(
    "latent",
    LatentView,
    (TOOL,),
    prepare=prepare,
    follow=follow,
    open=open_address,
    always=always,
    page="latent",
)
