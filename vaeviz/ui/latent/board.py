"""The Latent page: which model's space is looked at; the hand's work is done in the browser."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vaeviz.config import UserError
from vaeviz.ui import incoming
from vaeviz.ui.latent import jobs, keeps
from vaeviz.ui.latent.choice import Choice, choose, opened
from vaeviz.ui.latent.jobs import Parts
from vaeviz.ui.latent.message import message
from vaeviz.ui.latent.notes import Note, misfits, overruled, parsed, still
from vaeviz.ui.latent.settings import View, fit
from vaeviz.ui.latent.space import Space
from vaeviz.ui.live_board import LATENT, theme
from vaeviz.ui.views import Probe

_MEMORY = "latent-memory"
AGAIN = 300  # ms after which the board asks for what was not ready

State = dict[str, Any]


@dataclass(frozen=True)
class _Memory:
    """The last answer that was sent, which the board echoes when it asks again."""

    view: View = field(default_factory=View)
    notes: tuple[Note, ...] = ()
    space: str = ""  # its key
    tags: dict[str, str] = field(
        default_factory=dict
    )  # of its slow parts: what tells each from others
    done: int = 0  # the newest press of a button that was seen to


@st.fragment
def board() -> None:
    """The board; reruns alone when the hand rests, or has asked for another model."""
    state, before = LATENT.state(), st.session_state.get(_MEMORY) or _Memory()
    asked, notes = _asked(state, before)
    problems: list[str] = []
    probe, waiting = incoming.probe(asked.data, problems)
    choice = choose(dataclasses.replace(asked, data=probe.data.name), probe)
    s = jobs.encoded(choice, probe)
    wanted = asked.at(choice.settings)
    shown = fit(wanted, s.mu.shape[1], len(s.mu), len(s.about.class_names)) if s else wanted
    parts = _parts(state, shown, s, probe, before)
    files, done = _files(state, shown, choice, s, before.done)
    coming = bool(waiting) or choice.pending
    kept = dataclasses.replace(asked, plus=shown.plus, minus=shown.minus) if coming else shown
    new = [*(Note(line, ("data",)) for line in problems), *choice.notes, *misfits(wanted, kept)]
    lines = [*(note.text for note in [*notes, *new]), waiting, *choice.remarks, *parts.notes]
    sent = _show(
        message(
            shown,
            choice,
            probe,
            s,
            theme(state.get("theme")),
            _whole(state, s),
            notes=list(dict.fromkeys(filter(None, lines))),
            seq=_number(state.get("seq")),
            extras=parts.extras,
            keeps=keeps.buttons(s) if s else [],
            files=files,
            done=done,
            kept=kept,
            **({"wait": AGAIN} if coming or s is None or parts.pending else {}),
        )
    )
    if sent:
        tags = {**_held(state, s, before), **parts.tags}
        lasting: dict[Note, None] = dict.fromkeys([*notes, *([] if coming else new)])
        st.session_state[_MEMORY] = _Memory(kept, tuple(lasting), s.key if s else "", tags, done)


def _asked(state: State, before: _Memory) -> tuple[View, list[Note]]:
    """What the board asks for; at first the URL, over what this session looked at before."""
    sent = state.get("settings")
    if not isinstance(sent, dict):
        return _addressed(dict(st.query_params), before)
    view, notes = parsed({**sent, **_point(state, before.view)}, before.view)
    if view.model != before.view.model:
        view = opened(view)
    return view, [*still(before.notes, before.view, view), *notes]


def _addressed(query: dict[str, str], before: _Memory) -> tuple[View, list[Note]]:
    """The view in the URL; without one, the view of before. A model comes with its data set and
    settings.
    """
    if not query:
        return before.view, list(before.notes)
    view, notes = parsed(query, View())
    own = opened(view)
    if "decoder" in query:
        own = dataclasses.replace(own, decoder=view.decoder)
    return own, [*notes, *overruled(query, view, own)]


def _point(state: State, before: View) -> dict[str, str]:
    """The board's point as it stands in the URL; none at the origin."""
    sent = state.get("point")
    if not isinstance(sent, list) or len(sent) != before.d:
        return {}  # a board without the model has no point of it, and takes none away
    numbers = sent
    if not all(isinstance(v, int | float) and abs(v) < 1e9 for v in numbers) or not any(numbers):
        return {"point": ""}
    return {"point": ",".join(f"{v:.4g}" for v in numbers)}


def _whole(state: State, s: Space | None) -> bool:
    return s is not None and state.get("model") != s.key


def _parts(state: State, view: View, s: Space | None, probe: Probe, before: _Memory) -> Parts:
    """The slow parts that the board lacks."""
    if s is None:
        return Parts({}, {}, [], False)
    return jobs.parts(view, _dims(state, view, s), s, probe, _held(state, s, before))


def _held(state: State, s: Space | None, before: _Memory) -> dict[str, str]:
    """The tags of the slow parts that the board holds; it names the parts, and their tags are
    remembered.
    """
    named = state.get("extras")
    if s is None or not isinstance(named, list) or not before.space == state.get("model") == s.key:
        return {}
    return {name: tag for name, tag in before.tags.items() if name in named}


def _dims(state: State, view: View, s: Space) -> tuple[int, int] | None:
    """The two dimensions of the map, counted from 0, as the board sees them."""
    sent, d = state.get("dims"), s.mu.shape[1]
    if view.map != "dims" or not isinstance(sent, list) or len(sent) != 2:
        return None
    fine = all(type(k) is int and 0 <= k < d for k in sent)
    return (sent[0], sent[1]) if fine else None


def _files(
    state: State, view: View, choice: Choice, s: Space | None, done: int
) -> tuple[list[dict[str, Any]], int]:
    """A file for each button pressed since press number `done`, and the number of the last
    press.
    """
    sent = state.get("actions")
    found = [a for a in sent if isinstance(a, dict)] if isinstance(sent, list) else []
    new = {_number(a.get("id")): str(a.get("name")) for a in found if _number(a.get("id")) > done}
    if s is None:
        return [], done
    made = {
        number: keeps.file(name, view, choice, s, _dims(state, view, s))
        for number, name in new.items()
    }
    return [{"id": number, **file} for number, file in made.items() if file], max(new, default=done)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _show(message: bytes) -> bool:
    """Whether the message could be sent."""
    try:
        LATENT.show(message)
    except UserError as error:
        st.error(str(error))
        return False
    return True
