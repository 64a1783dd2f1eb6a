"""The Training page: a run of one's own, or one to watch. No answer waits for a worker."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.figures.theme import THEMES
from vaeviz.records import LiveFrame
from vaeviz.runs.folder.progress import Progress
from vaeviz.ui import store
from vaeviz.ui.live_board import TRAINING
from vaeviz.ui.runs import first, registry, remember, session
from vaeviz.ui.training import hand, live_runs, verdicts, views
from vaeviz.ui.training.fit import fit
from vaeviz.ui.training.frames import message
from vaeviz.ui.training.hand import Hand, Held
from vaeviz.ui.training.live_runs import LiveRun
from vaeviz.ui.training.settings import LIVE, Plan, parse
from vaeviz.ui.training.transport import Standing, transport, wait
from vaeviz.ui.training.views import Axes
from vaeviz.ui.training.watching import FRAMES, WATCHERS
from vaeviz.ui.views import Probe

_HELD, _SEEN, _DONE = "training-held", "training-seen", "training-done"
_NOTES, _AXES = "training-notes", "training-axes"
VIEW = ("show", "i", "j", "a", "b", "speed")  # settings that change no run


@st.fragment
def board() -> None:
    """The live board: what the hand did, then where the run stands."""
    state = TRAINING.state()
    before = _held()
    held, notes = _planned(before, state)
    held, begun = _present(_acted(held, before.plan, state))
    st.session_state[_HELD] = held
    _linked(held.run)
    if held.run is not None:
        remember(held.run.link)
    if held.note:
        notes = [*notes, held.note]
    _show(held, begun, notes, state)


def _held() -> Held:
    """What this session has in hand; at its first look, what the link says."""
    if _HELD not in st.session_state:
        st.session_state[_HELD] = _opened(dict(st.query_params))
    return st.session_state[_HELD]


def _linked(run: LiveRun | None) -> None:
    """Streamlit's own idea of the address: what a page asks for that finds its server again."""
    if run is not None and st.query_params.get("run") != run.address:
        st.query_params.from_dict({"run": run.address})


def _opened(query: dict[str, Any]) -> Held:
    plan, notes = parse(query)
    run = live_runs.find(str(query.get("run", "")))
    if run is None:
        gone = (
            "There is no run behind this link: press Start for a new one." if "run" in query else ""
        )
        return Held(None, plan, " ".join(filter(None, [*notes, gone])))
    try:
        return Held(run, parse(query, live_runs.current_plan(run))[0])
    except UserError as error:
        return Held(None, plan, f"{error}.")


def _planned(held: Held, state: dict[str, Any]) -> tuple[Held, list[str]]:
    """The plan that the board asks for, mended where it can't be; each message asks once.

    A message is there until the next one comes: read again, it would undo a rewind.
    """
    sent, message = state.get("settings"), (state.get("seq"), state.get("settings"))
    if not isinstance(sent, dict) or message == st.session_state.get(_SEEN):
        return held, list(st.session_state.get(_NOTES, []))
    st.session_state[_SEEN] = message
    plan, notes = parse(sent, held.plan)
    about = data.describe(plan.data)
    plan, misfits = fit(plan, about, about.held_out)
    if plan == held.plan:
        return held, list(st.session_state.get(_NOTES, []))
    st.session_state[_NOTES] = [*notes, *misfits]
    return dataclasses.replace(held, plan=plan, note=""), [*notes, *misfits]


def _present(held: Held) -> tuple[Held, Plan | None]:
    """The plan that the run began with; no run where its folder has gone meanwhile or can't be
    read.
    """
    try:
        return held, live_runs.plan_of(held.run) if held.run else None
    except UserError as error:
        gone = f"This run is gone ({error}): press Start for a new one."
        return Held(None, held.plan, gone), None


def _acted(held: Held, before: Plan, state: dict[str, Any]) -> Held:
    """Sliders first, then the buttons that this session has not yet seen to."""
    held = hand.slid(held, before)
    mine, actions = Hand(registry(), session(), first()), _actions(state)
    if state and _DONE not in st.session_state:  # a board older than this session was answered
        st.session_state[_DONE] = max(actions, default=0) if _whole(state.get("seq")) > 1 else 0
    for number, action in sorted(actions.items()):
        if number > st.session_state[_DONE]:
            st.session_state[_DONE] = number
            note_free = dataclasses.replace(held, note="")
            held = hand.act(mine, note_free, str(action.get("name")), action.get("value"))
    return held


def _actions(state: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The board's unanswered actions by number."""
    sent = state.get("actions")
    found = [a for a in sent if isinstance(a, dict)] if isinstance(sent, list) else []
    return {a["id"]: a for a in found if isinstance(a.get("id"), int)}


def _show(held: Held, begun: Plan | None, notes: list[str], state: dict[str, Any]) -> None:
    try:
        TRAINING.show(_message(held, begun, notes, state))
    except UserError as error:
        st.error(str(error))


def _message(held: Held, begun: Plan | None, notes: list[str], state: dict[str, Any]) -> bytes:
    """Everything the board needs; no panels while it still shows this very frame."""
    run = held.run
    standing, probe, waiting = _standing(held, begun), *_probe((begun or held.plan).data)
    name, frame = FRAMES.read(run.folder) if run and not waiting else ("", None)
    shown_as = f"{name} {_theme(state)} {views.looking(begun or held.plan, held.plan)}"
    axes = _axes(shown_as, begun or held.plan, held.plan, frame, probe)
    return message(
        held.plan,
        probe,
        frame,
        _theme(state),
        run=begun,
        axes=axes,
        notes=[*notes, *waiting, *_told(standing)],
        same=shown_as == state.get("frame"),
        name=shown_as,
        changed=_changed(held.plan, begun),
        seq=_whole(state.get("seq")),
        done=st.session_state.get(_DONE, 0),
        transport=transport(
            standing, frame.pace if frame else 0, frame.seconds_left if frame else 0
        ),
        verdicts=verdicts.described(run.folder, probe) if run and begun and not waiting else [],
        wait=250 if waiting else wait(standing, WATCHERS.count(session())),
        link=_link(held.plan, run.link if run else ""),
        address=_link(held.plan, run.address if run else ""),
    )


def _standing(held: Held, begun: Plan | None) -> Standing:
    if held.run is None or begun is None:
        return Standing(None, True, None, held.plan.speed)
    folder = held.run.folder
    live_runs.watched(held.run)
    try:
        progress = registry().status(folder)
    except UserError as error:
        progress = Progress(state="failed", error=str(error))
    name = f"{begun.data}-{begun.model}-{folder.name[:4]}"
    return Standing(progress, held.run.owner, registry().place(folder), held.plan.speed, name)


def _told(standing: Standing) -> list[str]:
    """What went wrong with the run, in one line."""
    error = standing.progress.error if standing.progress else ""
    return [error if error.endswith(".") else f"{error}."] if error else []


def _probe(name: str) -> tuple[Probe, list[str]]:
    """The examples of a data set; while they load, or where they can't be had, the digits and a
    line.
    """
    try:
        found = store.probe(name, patience=1.0)
        line = [] if found else [f"{name}: {store.progress(name)}."]
    except UserError as error:
        found, line = None, [f"{error}."]
    digits = found or store.probe("digits", patience=60)
    assert digits is not None
    return digits, line


def _axes(
    shown_as: str, begun: Plan, plan: Plan, frame: LiveFrame | None, probe: Probe
) -> Axes | None:
    """The panels' limits, which widen from frame to frame of one run."""
    if frame is None:
        return None
    key = (shown_as.split()[0], begun)
    kept: tuple[Any, Axes] | None = st.session_state.get(_AXES)
    before = kept[1] if kept and kept[0] == begun else None
    axes = views.axes(views.looking(begun, plan), frame, probe, before)
    st.session_state[_AXES] = key[1], axes
    return axes


def _changed(plan: Plan, begun: Plan | None) -> list[str]:
    """Settings that wait for the next start."""
    if begun is None:
        return []
    names = [field.name for field in dataclasses.fields(Plan) if field.name not in (*LIVE, *VIEW)]
    return [name for name in names if getattr(plan, name) != getattr(begun, name)]


def _link(plan: Plan, run: str) -> str:
    """The page's address with this plan, and with a run if there is one."""
    return plan.query() if not run else f"?run={run}"


def _theme(state: dict[str, Any]) -> str:
    """What the browser says it shows; before it has spoken, what Streamlit knows of."""
    seen = state.get("theme")
    return seen if isinstance(seen, str) and seen in THEMES else st.context.theme.type or "light"


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
