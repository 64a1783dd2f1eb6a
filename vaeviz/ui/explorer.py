"""The Explorer: reads settings from the URL and from the board, measures, and sends the next frame."""

from __future__ import annotations

import dataclasses

import streamlit as st

from vaeviz.config import UserError
from vaeviz.figures.theme import THEMES
from vaeviz.measures.codec import Codec
from vaeviz.ui import kept, live_board, models, store
from vaeviz.ui.frames import message
from vaeviz.ui.settings import Settings, fit, parse
from vaeviz.ui.views import Probe

_SETTINGS, _NOTES, _WAITING = "explorer-settings", "explorer-notes", "explorer-waiting"
_OPENED = "explorer-opened"


@st.fragment
def board() -> None:
    """The live board; reruns alone whenever the hand moves."""
    state = live_board.state()
    wanted, notes = _settings(state.get("settings"), _whole(state.get("seq")))
    settings, probe, waiting = _probe(wanted, notes)
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
                _theme(state.get("theme")), asked, kept.options(settings.data), seq=_whole(state.get("seq")),
                pending=bool(waiting) or pending)
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


def _theme(seen: object) -> str:
    """The theme that the browser says it shows; before it has spoken, the one that Streamlit knows of."""
    return seen if isinstance(seen, str) and seen in THEMES else st.context.theme.type or "light"


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


def _probe(settings: Settings, notes: list[str]) -> tuple[Settings, Probe, str]:
    """The probe set; while one loads, or when it can't be had, the digits stand in and a line says so."""
    waiting = ""
    try:
        asked_before = st.session_state.get(_WAITING) == settings.data
        probe = store.probe(settings.data, patience=0.1 if asked_before else 2.0)
        st.session_state[_WAITING] = settings.data if probe is None else None
        if probe is not None:
            return settings, probe, ""
        waiting = f"{settings.data}: {store.progress(settings.data)}. Until then: digits."
    except UserError as error:
        notes.append(f"{error}.")
    digits = store.probe("digits", patience=60)
    assert digits is not None
    return dataclasses.replace(settings, data="digits"), digits, waiting


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
