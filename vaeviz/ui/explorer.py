"""The Explorer: reads settings from the URL and from the board, measures, and sends the next
frame.
"""

from __future__ import annotations

import streamlit as st

from vaeviz.config import UserError
from vaeviz.ui import incoming, kept, live_board, store
from vaeviz.ui.answering import answer
from vaeviz.ui.frames import message
from vaeviz.ui.settings import Settings, parse

_SETTINGS, _NOTES = "explorer-settings", "explorer-notes"
_OPENED = "explorer-opened"


@st.fragment
def board() -> None:
    """The live board; reruns alone whenever the hand moves."""
    state = live_board.state()
    wanted, notes = _settings(state.get("settings"), _whole(state.get("seq")))
    probe, waiting = incoming.probe(wanted.data, notes)
    found = answer(wanted, probe, bool(waiting))
    passing = [waiting] if waiting else []
    notes = list(dict.fromkeys([*notes, *found.notes]))
    st.session_state[_NOTES] = notes  # they stay until the hand moves on
    st.session_state[_SETTINGS] = found.asked
    codec, data = found.codec, found.shown.data
    _show(
        message(
            found.shown,
            probe,
            codec,
            store.observer(probe, codec),
            found.likelihoods,
            [*notes, *passing],
            live_board.theme(state.get("theme")),
            found.asked,
            kept.options(data),
            seq=_whole(state.get("seq")),
            pending=bool(waiting) or found.pending,
        )
    )


def _show(message: bytes) -> None:
    try:
        live_board.show(message)
    except UserError as error:
        st.error(str(error))


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
