"""The Explorer: reads settings from the URL and from the board, measures, and sends the next frame."""

from __future__ import annotations

import dataclasses

import streamlit as st

from vaeviz.config import UserError
from vaeviz.measures.codec import Codec
from vaeviz.ui import incoming, kept, live_board, models, store
from vaeviz.ui.frames import message
from vaeviz.ui.settings import Settings, fit, parse
from vaeviz.ui.views import Probe

_SETTINGS, _NOTES = "explorer-settings", "explorer-notes"
_OPENED = "explorer-opened"


@st.fragment
def board() -> None:
    """The live board; reruns alone whenever the hand moves."""
    state = live_board.state()
    wanted, notes = _settings(state.get("settings"), _whole(state.get("seq")))
    probe, waiting = incoming.probe(wanted.data, notes)
    settings = dataclasses.replace(wanted, data=probe.data.name)
    passing = [waiting] if waiting else []
    settings, own, lost = kept.bound(settings)
    likelihoods = own or models.decoders(settings.data)
    latent = settings.d if own else probe.data.about.max_latent
    settings, misfits = fit(settings, latent, len(probe.x), likelihoods)
    codec, pending = _codec(settings, probe, notes)
    shown = models.with_optimal_sigma2(_honest(settings, codec), probe, codec)
    notes = list(dict.fromkeys([*notes, *misfits] if waiting else [*notes, *lost, *misfits]))
    st.session_state[_NOTES] = notes  # they stay until the hand moves on
    asked = wanted if waiting else settings if pending else shown  # what is on its way stays asked for
    st.session_state[_SETTINGS] = asked
    _show(
        message(shown, probe, codec, store.observer(probe, codec), likelihoods, [*notes, *passing],
                live_board.theme(state.get("theme")), asked, kept.options(settings.data),
                seq=_whole(state.get("seq")), pending=bool(waiting) or pending)
    )  # fmt: skip


def _show(message: bytes) -> None:
    try:
        live_board.show(message)
    except UserError as error:
        st.error(str(error))


def _honest(settings: Settings, codec: Codec) -> Settings:
    """The linear VAE stands in for others: it is Gaussian, has no more dimensions than data, and says so."""
    stand_in = codec.likelihood == "gaussian" and not settings.gaussian
    d = min(settings.d, codec.latent)
    return dataclasses.replace(settings, d=d, decoder="gaussian" if stand_in else settings.decoder)


def current() -> Settings:
    """The settings that the board shows now."""
    return st.session_state.get(_SETTINGS, Settings())


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _settings(sent: object, seq: int) -> tuple[Settings, list[str]]:
    """From the board while it lives; else from the URL, over what this session had before."""
    if isinstance(sent, dict):
        before = st.session_state.get(_SETTINGS, Settings())
        settings, notes = parse(sent, before)
        if settings.model != before.model or st.session_state.get(_OPENED) == (seq, sent):
            st.session_state[_OPENED] = (seq, sent)  # the same message may be read again
            settings = kept.opened(settings)
        return settings, notes if settings != before else list(st.session_state.get(_NOTES, []))
    base = Settings() if st.query_params else st.session_state.get(_SETTINGS, Settings())
    asked = parse({"model": st.query_params.get("model", base.model)}, base)[0]
    return parse(dict(st.query_params), kept.opened(asked) if asked != base else base)


def _codec(settings: Settings, probe: Probe, notes: list[str]) -> tuple[Codec, bool]:
    """The trained model, or the closed form while it loads and where there is none."""
    try:
        codec = models.codec(settings, probe)
    except UserError as error:
        notes.append(f"{error}. Shown instead: the linear VAE.")
        return probe.linear, False
    if codec is None:
        return probe.linear, True
    return codec, False
