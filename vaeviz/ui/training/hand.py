"""What a hand does to a run: start, play, pause, step, rewind, stop, keep; and sliders. No
Streamlit.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vaeviz.checkpoints import keep
from vaeviz.config import UserError
from vaeviz.runs.folder.progress import TWIN
from vaeviz.runs.queue.registry import Registry
from vaeviz.ui.training import live_runs
from vaeviz.ui.training.live_runs import LiveRun
from vaeviz.ui.training.settings import LIVE, SPEEDS, Plan

AS_BEGUN = dict.fromkeys(LIVE, -1.0)


@dataclass(frozen=True)
class Hand:
    """Whose hand: the session's name, and whether it is the lecturer's, with the server's
    registry.
    """

    registry: Registry
    session: str
    first: bool


@dataclass(frozen=True)
class Held:
    """What a session holds: its run, if any, its plan, and what there is to say about the last
    action.
    """

    run: LiveRun | None
    plan: Plan
    note: str = ""


def act(hand: Hand, held: Held, name: str, value: Any = None) -> Held:
    """The session after one action; what cannot be done is a note, and changes nothing."""
    try:
        if name == "start":
            return _start(hand, held)
        if name not in _ACTIONS or held.run is None:
            return held
        if not held.run.owner:
            raise UserError("You are watching this run: press Start for one of your own")
        return _ACTIONS[name](hand, held, held.run, value)
    except UserError as error:
        return dataclasses.replace(held, note=f"{error}.")
    except OSError as error:
        line = (
            f"Runs cannot be written ({error.strerror}): free some space, or make their folder"
            " writable."
        )
        return dataclasses.replace(held, note=line)


def slid(held: Held, before: Plan) -> Held:
    """Sliders that moved since `before` move the run too."""
    plan, run = held.plan, held.run
    moved = {
        name: getattr(plan, name) for name in LIVE if getattr(plan, name) != getattr(before, name)
    }
    if not moved or run is None or not run.owner:
        return held
    try:
        live_runs.ask(run, **moved)
    except (UserError, OSError) as error:
        return dataclasses.replace(held, note=f"The sliders did not reach the run ({error}).")
    return held


def _start(hand: Hand, held: Held) -> Held:
    """A new run of the plan; one's own run before it is laid aside, and its link still opens it.

    A run that is refused leaves nothing behind.
    """
    run = live_runs.create(held.plan)
    if held.run is not None and held.run.owner:
        hand.registry.park(held.run.folder)
    hand.registry.prune(live_runs.FOLDER, live_runs.LIMIT)
    try:
        hand.registry.submit(run.folder, hand.session, hand.first)
    except UserError:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    return Held(run, held.plan)


def _go_on(hand: Hand, run: LiveRun) -> None:
    """A worker for a run that has none."""
    if not hand.registry.status(run.folder).going:
        hand.registry.submit(run.folder, hand.session, hand.first)


def _play(hand: Hand, held: Held, run: LiveRun, value: Any) -> Held:
    live_runs.ask(run, paused=False, plays="+")
    _go_on(hand, run)
    return dataclasses.replace(held, note="")


def _pause(hand: Hand, held: Held, run: LiveRun, value: Any) -> Held:
    live_runs.ask(run, paused=True)
    return held


def _step(hand: Hand, held: Held, run: LiveRun, value: Any) -> Held:
    live_runs.ask(run, paused=True, single="+")
    _go_on(hand, run)
    return held


def _rewind(hand: Hand, held: Held, run: LiveRun, value: Any) -> Held:
    """The same initial weights, at rest; the sliders go back to where the run began."""
    begun = live_runs.plan_of(run)
    live_runs.ask(run, paused=True, rewinds="+", **AS_BEGUN)
    _go_on(hand, run)
    plan = dataclasses.replace(held.plan, **{name: getattr(begun, name) for name in LIVE})
    return Held(run, plan)


def _stop(hand: Hand, held: Held, run: LiveRun, value: Any) -> Held:
    hand.registry.cancel(run.folder)
    return held


def _speed(hand: Hand, held: Held, run: LiveRun, value: Any) -> Held:
    if value not in SPEEDS:
        raise UserError(f"There is no speed {str(value)[:20]!r}: choose one of the list")
    plan = dataclasses.replace(held.plan, speed=value)
    live_runs.ask(run, pace=plan.pace)
    return dataclasses.replace(held, plan=plan)


def _keep(hand: Hand, held: Held, run: LiveRun, value: Any) -> Held:
    """The model under the name given, its twin under the same with -B; both or none."""
    name, twin = str(value or "").strip(), (run.folder / f"{TWIN}.json").is_file()
    found = _found(live_runs.plan_of(run))
    kept = keep(run.folder, name)
    try:
        if twin:
            keep(run.folder, f"{name}-B", which=TWIN)
    except UserError:
        for end in (".json", ".safetensors"):
            kept.with_name(f"{name}{end}").unlink(missing_ok=True)
        raise
    names = f"{name} and {name}-B" if twin else name
    return dataclasses.replace(held, note=f"Kept as {names}: {found}.")


def _found(plan: Plan) -> str:
    """Where a kept model of this plan is to be seen."""
    if "masked" in (plan.decoder, plan.second().decoder):
        return "the Explorer lists only those whose decoder sees no pixels"
    return "see the Explorer's list of models"


_ACTIONS: dict[str, Callable[[Hand, Held, LiveRun, Any], Held]] = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "rewind": _rewind,
    "stop": _stop,
    "speed": _speed,
    "keep": _keep,
}
