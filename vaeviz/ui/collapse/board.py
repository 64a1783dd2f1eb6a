"""The Collapse page: what URL and board ask for, the model for it, and the chosen tool's next frame."""

from __future__ import annotations

import logging

import streamlit as st

from vaeviz.config import UserError
from vaeviz.figures.theme import THEMES
from vaeviz.ui import incoming, kept
from vaeviz.ui.answering import Answer, answer
from vaeviz.ui.collapse.message import message
from vaeviz.ui.collapse.part import Part
from vaeviz.ui.collapse.settings import View, parse
from vaeviz.ui.collapse.tools import TOOLS, chosen
from vaeviz.ui.live_board import COLLAPSE, theme
from vaeviz.ui.views import Probe

_LOG = logging.getLogger(__name__)
_VIEW, _NOTES, _OPENED = "collapse-view", "collapse-notes", "collapse-opened"


@st.fragment
def board() -> None:
    """The board; reruns alone whenever the hand moves, or something that was pending is asked for again."""
    state = COLLAPSE.state()
    seq = state["seq"] if isinstance(state.get("seq"), int) else 0
    wanted, notes = _wanted(state.get("settings"), seq)
    probe, waiting = incoming.probe(wanted.data, notes)
    found = answer(wanted.model_settings, probe, bool(waiting))
    notes = list(dict.fromkeys([*notes, *found.notes]))
    st.session_state[_NOTES] = notes  # they stay until the hand moves on
    st.session_state[_VIEW] = asked = wanted.at(found.asked)
    look = theme(state.get("theme"))
    part = _part(wanted.at(found.shown), probe, found, look)
    lines = [*notes, *([waiting] if waiting else []), *part.notes]
    _show(
        message(wanted.at(found.shown), asked, probe, found, part, look, notes=lines, seq=seq,
                pending=bool(waiting) or found.pending or part.pending)
    )  # fmt: skip


def _part(view: View, probe: Probe, found: Answer, look: str) -> Part:
    """What the chosen tool shows; a tool that can't work here says why, and the other tabs stay."""
    try:
        return TOOLS[chosen(view.tool)].part(view, probe, found.codec, THEMES[look])
    except UserError as error:
        return Part({}, notes=[f"{error}."])
    except Exception as error:  # in front of a room: the board stays, and says so
        _LOG.exception("The tool %s failed", view.tool)
        return Part({}, notes=[_failed(TOOLS[chosen(view.tool)].label, error)])


def _failed(label: str, error: Exception) -> str:
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
    return f"{label} failed ({what}): move a control to try again."


def _wanted(sent: object, seq: int) -> tuple[View, list[str]]:
    """From the board while it lives; else from the URL, over what this session looked at before."""
    before = st.session_state.get(_VIEW, View())
    if not isinstance(sent, dict):
        return _addressed(dict(st.query_params), before)
    view, notes = parse(sent, before)
    if view.model != before.model or st.session_state.get(_OPENED) == (seq, sent):
        st.session_state[_OPENED] = (seq, sent)  # the same message may be read again
        view = _opened(view)
    return view, notes if view != before else list(st.session_state.get(_NOTES, []))


def _addressed(query: dict[str, str], before: View) -> tuple[View, list[str]]:
    """The view in the URL; a model comes with its own data set and settings, unless the URL names others."""
    if not query:
        return before, list(st.session_state.get(_NOTES, []))
    named = parse({name: query[name] for name in ("model",) if name in query}, View())[0]
    return parse(query, _opened(named))


def _opened(view: View) -> View:
    return view.at(kept.opened(view.model_settings))


def _show(sent: bytes) -> None:
    try:
        COLLAPSE.show(sent)
    except UserError as error:
        st.error(str(error))
