"""The Latent page: which model's space is looked at; the hand's work is done in the browser."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from vaeviz.config import UserError
from vaeviz.ui import incoming
from vaeviz.ui.latent import jobs, keeps
from vaeviz.ui.latent.choice import Choice, choose, opened
from vaeviz.ui.latent.jobs import Parts
from vaeviz.ui.latent.message import message
from vaeviz.ui.latent.settings import View, fit, parse
from vaeviz.ui.latent.space import Space
from vaeviz.ui.live_board import LATENT, theme

_VIEW, _NOTES, _HELD, _DONE = "latent-view", "latent-notes", "latent-held", "latent-done"
AGAIN = 300  # ms after which the board asks for what was not ready

State = dict[str, Any]


@st.fragment
def board() -> None:
    """The board; reruns alone when the hand rests, or has asked for another model."""
    state = LATENT.state()
    asked, notes = _asked(state)
    st.session_state[_VIEW], st.session_state[_NOTES] = asked, notes
    problems: list[str] = []
    probe, waiting = incoming.probe(asked.data, problems)
    choice = choose(dataclasses.replace(asked, data=probe.data.name), probe)
    s = jobs.encoded(choice, probe)
    shown = asked.at(choice.settings)
    if s is not None:
        shown = fit(shown, s.mu.shape[1], len(s.mu), len(s.about.class_names))
    parts = _parts(state, shown, s, probe)
    files, done = _files(state, shown, choice, s)
    kept = shown.at(asked.model_settings) if waiting or choice.pending else shown  # it stays asked for
    pending = choice.pending or bool(waiting) or s is None or parts.pending
    lines = [*notes, *problems, *([waiting] if waiting else []), *choice.remarks, *parts.notes]
    _show(
        message(shown, choice, probe, s, theme(state.get("theme")), _whole(state, s),
                notes=list(dict.fromkeys(lines)), seq=_number(state.get("seq")), extras=parts.extras,
                keeps=keeps.buttons(s) if s else [], files=files, done=done, kept=kept,
                **({"wait": AGAIN} if pending else {}))
    )  # fmt: skip


def _asked(state: State) -> tuple[View, list[str]]:
    """What the board asks for; at first the URL, over what this session looked at before."""
    sent = state.get("settings")
    before = st.session_state.get(_VIEW) or View()
    if not isinstance(sent, dict):
        base = View() if st.query_params else before
        view, notes = parse(dict(st.query_params), base)
        return (opened(view) if view.model != base.model and "beta" not in st.query_params else view), notes
    view, notes = parse({**sent, **_point(state)}, before)
    if view.model != before.model:
        view = opened(view)
    return view, notes if view != before else list(st.session_state.get(_NOTES, []))


def _point(state: State) -> dict[str, str]:
    """The board's point as it stands in the URL; none at the origin."""
    sent = state.get("point")
    if not isinstance(sent, list):
        return {}  # a board without a model has no point, and takes none away
    numbers = sent
    if not all(isinstance(v, int | float) and abs(v) < 1e9 for v in numbers) or not any(numbers):
        return {"point": ""}
    return {"point": ",".join(f"{v:.4g}" for v in numbers)}


def _whole(state: State, s: Space | None) -> bool:
    return s is not None and state.get("model") != s.key


def _parts(state: State, view: View, s: Space | None, probe: Any) -> Parts:
    """The slow parts that the board lacks; what it was sent is remembered, since it names them only."""
    if s is None:
        return Parts({}, {}, [], False)
    key, tags = st.session_state.get(_HELD, ("", {}))
    named = state.get("extras") if key == state.get("model") == s.key else []
    held = {name: tag for name, tag in tags.items() if name in (named if isinstance(named, list) else [])}
    found = jobs.parts(view, _dims(state, view, s), s, probe, held)
    st.session_state[_HELD] = (s.key, {**held, **found.tags})
    return found


def _dims(state: State, view: View, s: Space) -> tuple[int, int] | None:
    """The two dimensions of the map, counted from 0, as the board sees them."""
    sent, d = state.get("dims"), s.mu.shape[1]
    if view.map != "dims" or not isinstance(sent, list) or len(sent) != 2:
        return None
    fine = all(type(k) is int and 0 <= k < d for k in sent)
    return (sent[0], sent[1]) if fine else None


def _files(state: State, view: View, choice: Choice, s: Space | None) -> tuple[list[dict[str, Any]], int]:
    """A file for each button pressed since the last answer, and the number of the last press."""
    sent, done = state.get("actions"), st.session_state.get(_DONE, 0)
    found = [a for a in sent if isinstance(a, dict)] if isinstance(sent, list) else []
    new = {_number(a.get("id")): str(a.get("name")) for a in found if _number(a.get("id")) > done}
    if s is None:
        return [], done
    made = {number: keeps.file(name, view, choice, s, _dims(state, view, s)) for number, name in new.items()}
    st.session_state[_DONE] = max(new, default=done)
    return [{"id": number, **file} for number, file in made.items() if file], st.session_state[_DONE]


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _show(message: bytes) -> None:
    try:
        LATENT.show(message)
    except UserError as error:
        st.error(str(error))
