"""Which model answers on the Latent page: multi-rate, kept, or one of a shipped pair. Knows no
Streamlit.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from vaeviz.config import UserError
from vaeviz.measures.codecs.codec import Codec
from vaeviz.ui import kept, models
from vaeviz.ui.frames import clipped, remarks
from vaeviz.ui.kept import Kept
from vaeviz.ui.latent.notes import Note
from vaeviz.ui.latent.settings import View
from vaeviz.ui.settings import MULTI_RATE, Settings
from vaeviz.ui.settings import fit as fit_model
from vaeviz.ui.views import Probe


@dataclass(frozen=True, eq=False)
class Choice:
    """The model that is shown, the settings it is shown at, and whether the one asked for is on its
    way.
    """

    codec: Codec
    settings: Settings
    decoders: tuple[str, ...]
    notes: list[Note]
    own: Kept | None = None
    pending: bool = False

    @property
    def tau(self) -> float:
        return clipped(self.settings.tau, self.codec)

    @property
    def key(self) -> str:
        """Changes whenever the codes do."""
        s, weights = self.settings, self.own.key if self.own else ""
        return f"{s.data} {self.codec.source} {self.tau:g} {s.d} {weights[:12]}"

    @property
    def variational(self) -> bool:
        return self.own is None or self.own.variational

    @property
    def remarks(self) -> list[str]:
        """What the room should know, anew with every answer."""
        if self.own and self.variational:
            own = [_PER_PIXEL if self.own.per_pixel else _OWN]
        else:
            own = remarks(self.settings, self.codec)
        return [*([_LOADING] if self.pending else []), *own]


def choose(view: View, probe: Probe) -> Choice:
    """The model for a view; the closed form stands in while it loads, and where it is damaged."""
    settings, decoders, notes, own = _bound(view.model_settings)
    if own is None:
        decoders = models.decoders(settings.data)
        settings, more = _fit(settings, probe, decoders)
        notes = [*notes, *more]
    try:
        codec = models.dedicated(own, probe) if own else models.codec(settings, probe)
    except UserError as error:
        line = Note(f"{error}. Shown: the linear VAE.", ("data", "model", "decoder"))
        return _stand_in(settings, probe, decoders, [*notes, line], False)
    if codec is None:
        return _stand_in(settings, probe, decoders, notes, True)
    shown = settings if own else models.with_optimal_sigma2(settings, probe, codec)
    return Choice(codec, shown, decoders, notes, own)


def _bound(asked: Settings) -> tuple[Settings, tuple[str, ...], list[Note], Kept | None]:
    """A dedicated model with the settings of its training, or the multi-rate model with a note of
    why.
    """
    settings, decoders, lines = kept.bound(asked, kept.known)
    notes = [Note(line, ("data", "model")) for line in lines]
    if settings.model == MULTI_RATE:
        return settings, (), notes, None
    trained = kept.opened(settings, kept.known)
    at = dataclasses.replace(settings, beta=trained.beta, sigma2=trained.sigma2)
    return at, decoders or (), notes, kept.known(settings.model)


def _fit(
    settings: Settings, probe: Probe, decoders: tuple[str, ...]
) -> tuple[Settings, list[Note]]:
    """What the data set's multi-rate model allows, with a note on what it does not."""
    fitted, lines = fit_model(settings, probe.data.about.max_latent, len(probe.x), decoders)
    changed = [
        name for name in ("decoder", "d") if getattr(fitted, name) != getattr(settings, name)
    ]
    return fitted, [Note(line, ("data", "model", *changed)) for line in lines]


_OWN = (
    "This model has the β, σ² and latent size of its training; the multi-rate model has them all."
)
_PER_PIXEL = (
    "This model has the β and latent size of its training, and puts out a σ² for every pixel."
)
_LOADING = "The trained model is loading: until then, the linear VAE's closed form."


def _stand_in(
    settings: Settings, probe: Probe, decoders: tuple[str, ...], notes: list[Note], pending: bool
) -> Choice:
    """The closed form, which is Gaussian and has no more dimensions than the data."""
    shown = dataclasses.replace(
        settings, decoder="gaussian", d=min(settings.d, probe.linear.latent)
    )
    return Choice(probe.linear, shown, decoders, notes, None, pending)


def options(data: str) -> list[list[str]]:
    """The models to choose from, as a control takes them."""
    own = [[model.entry.name, kept.title(model), ""] for model in kept.dedicated(data)]
    return [[MULTI_RATE, "multi-rate: all β, σ², d", ""], *own]


def opened(view: View) -> View:
    """The view at the settings with which the chosen model was trained."""
    return view.at(kept.opened(view.model_settings, kept.known))
