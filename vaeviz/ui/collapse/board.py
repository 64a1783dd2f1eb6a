"""The Collapse page: what URL and board ask for, the model for it, and the chosen tool's next
frame.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from vaeviz.config import UserError
from vaeviz.figures.theme import THEMES
from vaeviz.runs.folder.progress import Progress
from vaeviz.ui import incoming, kept, live_choice, runs
from vaeviz.ui.answering import Answer, answer
from vaeviz.ui.collapse import running
from vaeviz.ui.collapse.message import message
from vaeviz.ui.collapse.part import Part
from vaeviz.ui.collapse.settings import View, parse
from vaeviz.ui.collapse.tools import TOOLS, chosen
from vaeviz.ui.live_board import COLLAPSE, theme
from vaeviz.ui.live_choice import LiveModel
from vaeviz.ui.settings import MULTI_RATE, Settings
from vaeviz.ui.verdicts import VERDICTS
from vaeviz.ui.views import Probe

_LOG = logging.getLogger(__name__)
_VIEW, _NOTES, _OPENED = "collapse-view", "collapse-notes", "collapse-opened"


@st.fragment
def board() -> None:
    """The board; reruns alone whenever the hand moves, or something that was pending is asked for
    again.
    """
    state = COLLAPSE.state()
    seq = state["seq"] if isinstance(state.get("seq"), int) else 0
    wanted, notes = _wanted(state.get("settings"), seq)
    wanted, live = _chosen(wanted, notes)
    probe, waiting = incoming.probe(wanted.data, notes)
    look = theme(state.get("theme"))
    if live is not None and not waiting:
        found, part, wait = _running(wanted, probe, live, look)
    else:
        found, wait = answer(wanted.model_settings, probe, bool(waiting)), None
        view, tool = _at(wanted, found.shown, probe), TOOLS[chosen(wanted.tool)]
        part = _guarded(view, lambda: tool.part(view, probe, found.codec, THEMES[look]))
    notes = list(dict.fromkeys([*notes, *found.notes]))
    st.session_state[_NOTES] = notes  # they stay until the hand moves on
    st.session_state[_VIEW] = asked = wanted if waiting else _at(wanted, found.asked, probe)
    lines = [*notes, *([waiting] if waiting else []), *part.notes]
    shown = _at(wanted, found.shown, probe)
    _show(
        message(
            shown,
            asked,
            probe,
            found,
            part,
            look,
            _offered(wanted),
            notes=lines,
            seq=seq,
            wait=wait,
            pending=bool(waiting) or found.pending or part.pending,
        )
    )


def _at(wanted: View, answered: Settings, probe: Probe) -> View:
    """The view of the model that answers; what the tool reads by itself stays where the hand left
    it.
    """
    own = {name: getattr(wanted, name) for name in TOOLS[chosen(wanted.tool)].free}
    if "d" in own:
        own["d"] = min(own["d"], probe.linear.latent)
    return dataclasses.replace(wanted.at(answered), **own)


def _chosen(wanted: View, notes: list[str]) -> tuple[View, LiveModel | None]:
    """The live run's model that the view asks for; another view and a note where it can't be
    had.
    """
    if not live_choice.is_run(wanted.model):
        return wanted, None
    try:
        if chosen(wanted.tool) != running.TOOL:
            raise UserError("a running model is there for the tool Diagnosis alone")
        live = live_choice.find(wanted.model)
        if live.settings.data != wanted.data:
            raise UserError(f"{live.words} is a run on {live.settings.data}")
    except (UserError, OSError) as error:
        notes.append(
            f"{str(error)[:1].upper()}{str(error)[1:110]}. Shown instead: the multi-rate model."
        )
        return dataclasses.replace(wanted, model=MULTI_RATE), None
    runs.remember(live.folder.name)
    return dataclasses.replace(wanted, model=live.name), live


def _running(
    wanted: View, probe: Probe, live: LiveModel, look: str
) -> tuple[Answer, Part, int | None]:
    """A model that trains, and when to ask for it again."""
    progress = _status(live.folder)
    seen = VERDICTS.newest(live.folder, probe)
    found = running.answer(live, probe, seen)
    shown = wanted.at(found.shown)
    part = _guarded(shown, lambda: running.part(shown, probe, live, seen, progress, THEMES[look]))
    return found, part, running.wait(progress) or (None if seen.fresh else running.ONWARD)


def _status(folder: Path) -> Progress:
    try:
        return runs.registry().status(folder)
    except UserError as error:
        return Progress(state="failed", error=str(error))


def _offered(view: View) -> list[list[str]]:
    """The live runs that this session has looked at, where they can be diagnosed."""
    if chosen(view.tool) != running.TOOL:
        return []
    return live_choice.options(runs.remembered(), _status)


def _guarded(view: View, make: Callable[[], Part]) -> Part:
    """What the chosen tool shows; a tool that can't work here says why, and the other tabs stay."""
    try:
        return make()
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
    """The view in the URL; a model comes with its own data set and settings, unless the URL names
    others.
    """
    if "run" in query and "model" not in query:
        query = {
            "tool": running.TOOL,
            **query,
            "model": live_choice.linked(query["run"]) or MULTI_RATE,
        }
    if not query:
        return before, list(st.session_state.get(_NOTES, []))
    named = parse({name: query[name] for name in ("model",) if name in query}, View())[0]
    return parse(query, _opened(named))


def _opened(view: View) -> View:
    """The view at the settings of its model, where that has its own."""
    if not live_choice.is_run(view.model):
        return view.at(kept.opened(view.model_settings))
    try:
        return view.at(running.settings(live_choice.find(view.model), None))
    except (UserError, OSError):
        return view


def _show(sent: bytes) -> None:
    try:
        COLLAPSE.show(sent)
    except UserError as error:
        st.error(str(error))
