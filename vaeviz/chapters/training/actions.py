"""What the buttons do to a run: start, play, pause, step, rewind, stop, speed, keep."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from vaeviz.chapters.chapter import RESET, Context
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.settings import Note, shown
from vaeviz.chapters.training.plan import SPEEDS, Plan, read
from vaeviz.chapters.training.session import of
from vaeviz.checkpoints import KEPT, keep
from vaeviz.checkpoints.catalogue import names as checkpoint_names
from vaeviz.config import UserError
from vaeviz.runs.folder import control
from vaeviz.runs.folder.progress import TWIN
from vaeviz.runs.worker.twins import Line
from vaeviz.serve import live_runs, runs
from vaeviz.serve.live_runs import MOVABLE, LiveRun

SHARE = 20  # kept models of one session
Acted = tuple[Plan, list[Note]]


def act(view: Plan, context: Context, name: str, value: Any = None) -> Acted:
    """The plan after one action; what can't be done raises UserError and changes nothing."""
    run, playback = of(context).run, of(context).playback
    try:
        if name == "start":
            return _start(view, context)
        if name == RESET:
            return _leave(view, context)
        if run is None and playback is not None:
            return view, playback.act(name, value)
        if name not in ACTIONS or run is None:
            return view, []
        if not run.owner:
            raise UserError("You are watching this run: press Start for one of your own")
        return ACTIONS[name](view, context, run, value)
    except OSError as error:
        raise UserError(
            f"Runs cannot be written ({error.strerror}): free some space, or make their folder"
            " writable"
        ) from None


def _start(view: Plan, context: Context) -> Acted:
    """A new run of the plan. The worker parks the owner's run before it, whose link still opens it.

    A run that is refused leaves nothing behind.
    """
    session, registry, visitor = of(context), runs.REGISTRY, context.visitor
    view, notes = repaired(view, context)
    run = live_runs.create(Line(*view.settings()), asdict(view), view.pace)
    if session.run is not None and session.run.owner:
        registry.park(session.run.folder)
    registry.prune(live_runs.FOLDER, live_runs.LIMIT)
    try:
        registry.submit(run.folder, visitor.session, visitor.local)
    except UserError:
        shutil.rmtree(run.folder, ignore_errors=True)
        raise
    session.run, session.sliders = run, view
    return view, notes


def _leave(view: Plan, context: Context) -> Acted:
    """The page without its run, which the worker parks: its link still opens it."""
    session = of(context)
    if session.run is not None and session.run.owner:
        runs.REGISTRY.park(session.run.folder)
    context.memory.clear()
    return view, []


def _resume(context: Context, run: LiveRun) -> None:
    """A worker for a run that has none."""
    if not runs.REGISTRY.status(run.folder).going:
        runs.REGISTRY.submit(run.folder, context.visitor.session, context.visitor.local)


def _play(view: Plan, context: Context, run: LiveRun, value: Any) -> Acted:
    control.play(run.folder)
    _resume(context, run)
    return view, []


def _pause(view: Plan, context: Context, run: LiveRun, value: Any) -> Acted:
    control.pause(run.folder)
    return view, []


def _step(view: Plan, context: Context, run: LiveRun, value: Any) -> Acted:
    control.step(run.folder)
    _resume(context, run)
    return view, []


def _rewind(view: Plan, context: Context, run: LiveRun, value: Any) -> Acted:
    """The same initial weights, at rest; the sliders go back to where the run began."""
    begun = read(live_runs.plan_of(run))
    control.rewind(run.folder)
    _resume(context, run)
    view = replace(view, **{name: getattr(begun, name) for name in MOVABLE})
    of(context).sliders = view
    return view, []


def _stop(view: Plan, context: Context, run: LiveRun, value: Any) -> Acted:
    runs.REGISTRY.cancel(run.folder)
    return view, []


def _speed(view: Plan, context: Context, run: LiveRun, value: Any) -> Acted:
    if value not in SPEEDS:
        raise UserError(f"There is no speed {shown(value)}: choose one of the list")
    view = replace(view, speed=value)
    control.set_pace(run.folder, view.pace)
    return view, []


def _keep(view: Plan, context: Context, run: LiveRun, value: Any) -> Acted:
    """The model under the name given, its twin under the same with -2; both or none."""
    name, twin = str(value or "").strip(), (run.folder / f"{TWIN}.json").is_file()
    begun = read(live_runs.plan_of(run))
    _check_share(context, 2 if twin else 1)
    kept = keep(run.folder, name)
    try:
        if twin:
            keep(run.folder, f"{name}-2", which=TWIN)
    except UserError:
        for end in (".json", ".safetensors"):
            kept.with_name(f"{name}{end}").unlink(missing_ok=True)
        raise
    context.visitor.kept.extend([name, f"{name}-2"] if twin else [name])
    names = f"{name} and {name}-2" if twin else name
    return view, [Note(f"Kept as {names}: {_listed(begun)}.")]


def _check_share(context: Context, more: int) -> None:
    """All sessions keep their models in one folder: none may fill it."""
    mine = set(context.visitor.kept) & set(checkpoint_names(KEPT))
    if len(mine) + more > SHARE:
        raise UserError(
            f"{len(mine)} of the kept models are yours already, {SHARE} can be: remove one from"
            f" {KEPT}"
        )


def _listed(plan: Plan) -> str:
    """Where a kept model of this plan is found."""
    if any(member.masked for member in plan.members):
        return "the Explorer lists only those whose decoder sees no pixels"
    return "see the Explorer's list of models"


ACTIONS: dict[str, Callable[[Plan, Context, LiveRun, Any], Acted]] = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "rewind": _rewind,
    "stop": _stop,
    "speed": _speed,
    "keep": _keep,
}
