"""Which model answers for what was asked of it, and the settings that it can be shown at."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from vaeviz.config import UserError
from vaeviz.measures.codecs.codec import Codec
from vaeviz.ui import kept, models
from vaeviz.ui.settings import Settings, fit
from vaeviz.ui.views import Probe


@dataclass(frozen=True, eq=False)
class Answer:
    """The codec and what it is shown at; `pending`: it stands in for a model that loads.

    `asked` are the settings to go on with, `likelihoods` the decoders that there are models with.
    """

    shown: Settings
    asked: Settings
    codec: Codec
    likelihoods: tuple[str, ...]
    notes: list[str]
    pending: bool


def answer(wanted: Settings, probe: Probe, waiting: bool = False) -> Answer:
    """For these settings on this probe set; `waiting`: it stands in for a data set that loads."""
    settings, own, lost = kept.bound(dataclasses.replace(wanted, data=probe.data.name))
    likelihoods = own or models.decoders(settings.data)
    latent = settings.d if own else probe.data.about.max_latent
    settings, misfits = fit(settings, latent, len(probe.x), likelihoods)
    codec, pending, failed = _codec(settings, probe)
    shown = models.with_optimal_sigma2(_honest(settings, codec), probe, codec)
    asked = (
        wanted if waiting else settings if pending else shown
    )  # what is on its way stays asked for
    notes = [*failed, *([] if waiting else lost), *misfits]
    return Answer(shown, asked, codec, likelihoods, notes, pending)


def _honest(settings: Settings, codec: Codec) -> Settings:
    """The linear VAE stands in for others: it is Gaussian, has no more dimensions than data, and
    says so.
    """
    stand_in = codec.likelihood == "gaussian" and not settings.gaussian
    d = min(settings.d, codec.latent)
    return dataclasses.replace(settings, d=d, decoder="gaussian" if stand_in else settings.decoder)


def _codec(settings: Settings, probe: Probe) -> tuple[Codec, bool, list[str]]:
    """The trained model, or the closed form while it loads and where there is none, with a note."""
    try:
        codec = models.codec(settings, probe)
    except UserError as error:
        return probe.linear, False, [f"{error}. Shown instead: the linear VAE."]
    if codec is None:
        return probe.linear, True, []
    return codec, False, []
