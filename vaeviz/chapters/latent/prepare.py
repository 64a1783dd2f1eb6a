"""Which model answers on the page Latent space, at which settings, and what there is to say of it.

As on the other pages, but for two things: a plain autoencoder can be shown, and a dedicated model
stays at the β and σ² of its training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vaeviz.chapters.chapter import Context, Prepared
from vaeviz.chapters.latent.view import LatentView, dedicated
from vaeviz.chapters.model import answer
from vaeviz.chapters.settings import Note, declared, instead
from vaeviz.serve import kept

_FIXED = (
    "This model has the β, σ² and latent size of its training; the multi-rate model has them all."
)
_PER_PIXEL = (
    "This model has the β and latent size of its training, and puts out a σ² for every pixel."
)


def prepare(view: LatentView, context: Context) -> Prepared:
    """The data set and the model, and the view as far as they allow it."""
    prepared = answer.prepare(_pointed(view, context), context, kept.known)
    shown = _fitted(prepared.shown, context)
    if not prepared.pending:
        return replace(prepared, shown=shown, kept=shown)
    goes_on = replace(prepared.kept, plus=shown.plus, minus=shown.minus)
    return replace(prepared, shown=shown, kept=goes_on)


def follow(before: LatentView, now: LatentView) -> tuple[LatentView, list[Note]]:
    """Another model comes with the data set and the settings of its training."""
    return answer.follow(before, now, kept.known)


def open_address(
    address: Mapping[str, str], view: LatentView, context: Context
) -> tuple[LatentView, list[Note]]:
    """A model in the URL comes with its own settings, with a note on each that the URL names."""
    own = answer.opened(view, kept.known)
    if {"likelihood", "decoder"} & address.keys():
        own = replace(own, likelihood=view.likelihood)
    return own, [
        Note(instead(about.words, address[name], getattr(own, name)), (name, "model"))
        for name, about in declared(view).items()
        if name in address and getattr(own, name) != getattr(view, name)
    ]


def remarks(view: LatentView, context: Context) -> list[str]:
    """What there is to know of the model at these settings."""
    own = dedicated(context)
    if own is None or not own.variational:
        return answer.tau_remarks(view, context.model.codec)
    return [_PER_PIXEL if own.per_pixel else _FIXED]


def _pointed(view: LatentView, context: Context) -> LatentView:
    """At the browser's point; a browser without this model has none, and takes none away."""
    sent = context.browser.get("point")
    if not isinstance(sent, list) or len(sent) != view.d:
        return view
    fine = all(isinstance(v, int | float) and abs(v) < 1e9 for v in sent)
    text = ",".join(str(float(v)) for v in sent) if fine and any(sent) else ""
    return replace(view, point=declared(view)["point"].kind.repair(text))


def _fitted(view: LatentView, context: Context) -> LatentView:
    """With the point, the classes and the knobs that the model has."""
    last = len(context.probe.data.about.class_names) - 1
    point = view.point if len(view.point.split(",")) == view.d else ""
    view = replace(view, point=point, plus=min(view.plus, last), minus=min(view.minus, last))
    if context.model.kept is None:
        return view
    trained = answer.opened(view, kept.known)
    return replace(view, beta=trained.beta, sigma2=trained.sigma2)
