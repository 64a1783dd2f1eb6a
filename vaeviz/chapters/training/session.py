"""What one browser tab holds of a live run, and how a link or a new look finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vaeviz.chapters.chapter import Context, Prepared
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.model import examples
from vaeviz.chapters.settings import Note, parse
from vaeviz.chapters.training import stored
from vaeviz.chapters.training.plan import SPEEDS, Plan, follow, read
from vaeviz.chapters.training.stored import Playback
from vaeviz.config import UserError
from vaeviz.records import LiveFrame
from vaeviz.runs.folder import control
from vaeviz.serve import live_runs, probes
from vaeviz.serve.live_runs import MOVABLE, LiveRun
from vaeviz.serve.probes import Probe
from vaeviz.serve.watching import FRAMES

if TYPE_CHECKING:
    from vaeviz.chapters.training.views import Axes


INSTEAD = "a stored run is shown instead, press Start for one of your own"


@dataclass(frozen=True, eq=False)
class Drawn:
    """What the panels are drawn of: a run's plan, one of its frames under a name, its examples."""

    name: str
    begun: Plan
    frame: LiveFrame
    probe: Probe


@dataclass(eq=False)
class Session:
    """A tab's run, if any: the plan that it began with, and its newest frame with a name for it.

    `sliders` is the plan whose sliders the run knows; `axes` are the last panels' limits, and what
    they were made for.
    `probe` is of the run's data set, or of the plan's; None while it loads or can't be had.
    `drawn` is the run's frame; before the tab has shown one of a run, a frame of the stored run,
    which `playback` moves.
    """

    run: LiveRun | None = None
    begun: Plan | None = None
    sliders: Plan | None = None
    name: str = ""
    frame: LiveFrame | None = None
    probe: Probe | None = None
    loading: bool = False
    axes: tuple[tuple[LiveRun | None, str, Plan], Axes] | None = None
    drawn: Drawn | None = None
    playback: Playback | None = None
    followed: bool = False  # whether a run's frame has been shown


def of(context: Context) -> Session:
    """The session of the tab that asks."""
    return context.memory.setdefault("session", Session())


def open_address(
    address: Mapping[str, str], view: Plan, context: Context
) -> tuple[Plan, list[Note]]:
    """The link of a run opens it with its plan as it stands now, unless the URL names another."""
    view = follow(Plan(), view)[0]
    if "run" not in address:
        return view, []
    session = of(context)
    session.run = live_runs.find(address["run"])
    if session.run is None:
        return view, [Note(f"There is no run behind this link: {INSTEAD}.")]
    try:
        now = current(session.run)
        session.sliders = follow(now, parse(address, now)[0])[0]
        return session.sliders, []
    except UserError as error:
        session.run = None
        return view, [Note(f"{error}.")]


def bound(context: Context) -> str:
    """A run's sliders are not moved from another page."""
    run = of(context).run
    return "The run keeps its own settings: Reset leaves it and takes the defaults." if run else ""


def current(run: LiveRun) -> Plan:
    """A run's plan with the sliders and the speed where they stand. Raises UserError."""
    begun, pace = read(live_runs.plan_of(run)), live_runs.pace(run)
    speed = next((s for s in SPEEDS if replace(begun, speed=s).pace == pace), begun.speed)
    return replace(begun, speed=speed, **live_runs.sliders(run))


def prepare(view: Plan, context: Context) -> Prepared:
    """The plan, repaired; the run that the tab holds is read, and its sliders moved."""
    session = of(context)
    notes = _begun(session)
    passing = _load(session, (session.begun or view).data)
    usual = examples.usual(view, session.probe) if session.probe else {}
    view = examples.paired(view, session.probe) if session.probe else view
    view, repairs = repaired(view, context)
    notes = [*repairs, *notes]
    notes += _moved(session, view)
    if session.run:
        context.visitor.remember(session.run.link)
    session.name, session.frame = "", None
    if session.run and session.probe:
        session.name, session.frame = FRAMES.read(session.run.folder)
    session.drawn = _own(session) or _stored(session, context)
    return Prepared(view, view, notes, passing, usual=usual)


def _own(session: Session) -> Drawn | None:
    """The run's newest frame, if there is one."""
    if session.run and session.begun and session.frame and session.probe:
        session.followed, session.playback = True, None
        name = f"{session.run.link}-{session.name}"
        return Drawn(name, session.begun, session.frame, session.probe)
    return None


def _stored(session: Session, context: Context) -> Drawn | None:
    """A frame of the stored run: it plays without a run, and rests behind one that has no frame
    yet. Where the browser has a frame of another run, that one stays.
    """
    run, plan = stored.load(), stored.plan()
    if run is None or plan is None or (session.run and session.followed):
        return None
    session.playback = session.playback or Playback(len(run.frames))
    probe = probes.probe(plan.data, patience=1.0)
    if probe is None:
        return None
    if session.run is None:
        session.playback.look(still=context.browser.get("still") is True)
    at = session.playback.at
    return Drawn(f"stored-{at}", plan, run.frames[at], probe)


def _begun(session: Session) -> list[Note]:
    """Reads what the run began with; a run whose folder has gone, or can't be read, is let go."""
    try:
        session.begun = read(live_runs.plan_of(session.run)) if session.run else None
        return []
    except UserError as error:
        session.run = session.begun = None
        return [Note(f"This run is gone ({error}): {INSTEAD}.")]


def _moved(session: Session, view: Plan) -> list[Note]:
    """Sliders that the owner has moved since the last look move the run."""
    before, session.sliders = session.sliders or view, view
    names = [name for name in MOVABLE if getattr(view, name) != getattr(before, name)]
    if not names or session.run is None or not session.run.owner:
        return []
    try:
        control.move(session.run.folder, **{name: getattr(view, name) for name in names})
        return []
    except (UserError, OSError) as error:
        return [Note(f"The sliders did not reach the run ({error}).", MOVABLE)]


def _load(session: Session, name: str) -> list[str]:
    """The examples of a data set; while they load, or where they can't be had, a line on it."""
    session.probe, session.loading = None, False
    try:
        session.probe = probes.probe(name, patience=1.0)
    except UserError as error:
        return [f"{error}."]
    session.loading = session.probe is None
    return [f"{name}: {probes.progress(name)}."] if session.loading else []
