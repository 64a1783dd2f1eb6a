"""The tool of the chapter Training: a run to start or to watch, its transport and its panels."""

from __future__ import annotations

from dataclasses import fields
from functools import cache, partial
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

from vaeviz.chapters.chapter import Context, Frame, Tool
from vaeviz.chapters.model import examples
from vaeviz.chapters.settings import text
from vaeviz.chapters.training import stored, verdicts, views
from vaeviz.chapters.training.plan import DECLARED, VIEW, Plan
from vaeviz.chapters.training.predictions import TRAIN
from vaeviz.chapters.training.readouts import headings, readouts
from vaeviz.chapters.training.rules import RULES
from vaeviz.chapters.training.scenes import SCENES
from vaeviz.chapters.training.session import Drawn, Session, of
from vaeviz.chapters.training.strips import strips
from vaeviz.chapters.training.transport import Standing, transport, wait
from vaeviz.chapters.training.views import Axes
from vaeviz.config import UserError
from vaeviz.figures.gradient_norms import gradient_norms
from vaeviz.figures.kl_heat import kl_heat
from vaeviz.figures.latent_map import latent_map
from vaeviz.figures.latent_strip import latent_strip
from vaeviz.figures.loss_curves import loss_curves
from vaeviz.figures.plane import plane
from vaeviz.figures.rate_curve import rate_curve
from vaeviz.figures.theme import Theme
from vaeviz.live.message import Panel, Part
from vaeviz.records import ImageStrip, LatentMap, Learner, LiveFrame, Move
from vaeviz.runs.folder.progress import Progress
from vaeviz.serve import live_runs, runs
from vaeviz.serve.live_runs import MOVABLE, LiveRun
from vaeviz.serve.probes import Probe
from vaeviz.serve.watching import WATCHERS

EMPTY = "Choose a model, or one of the ready twins above, then press Start."
READING = "The stored run is on its way."
PANELS = ("map", "loss", "rate", "heat", "grads", "recon", "samples")


def show(view: Plan, context: Context) -> Frame:
    """Where the run stands, and its newest frame; without a run, the stored one. No answer waits
    for a worker.
    """
    session = of(context)
    run, drawn = session.run, session.drawn
    frame = drawn.frame if drawn and (run is None or session.frame) else None  # not one behind
    shown = views.shown(drawn.begun if drawn else session.begun or view, view)
    standing = _standing(session, view)
    made = _transport(session, standing, view)
    again = wait(standing, WATCHERS.count(context.visitor.session))
    changed = _changed(view, session)
    return Frame(
        _parts(session, drawn, shown, context.theme) if drawn else {},
        readouts(shown, frame) if frame else [],
        _error(standing),
        pending=session.loading or (standing.coming and frame is None),
        again=None if session.loading else again or stored.wait(session.playback),
        extra={
            "transport": made,
            "verdicts": verdicts.rows(run.folder, session.probe) if run and session.probe else [],
            "headings": headings(shown, frame) if frame else {},
            "layout": "twins" if drawn and len(drawn.frame.learners) > 1 else "one",
            "empty": "" if frame else _hint(made, session),
            "story": stored.story(drawn.begun, bool(changed)) if drawn and run is None else "",
            "changed": changed,
            "frame": drawn.name if drawn else "",
            **({"address": _address(run, view, session)} if run else {}),
        },
        link=f"?run={run.link}" if run else None,
        address=f"?run={run.address}" if run else None,
    )


def _transport(session: Session, standing: Standing, view: Plan) -> dict[str, Any]:
    """Of the run; without one, of the stored run's frames."""
    film, frame = stored.load(), session.frame
    if session.run is None and session.playback and film:
        return stored.standing(film, session.playback, view.speed)
    pace, left = (frame.pace, frame.seconds_left) if frame else (0.0, 0.0)
    return transport(standing, pace, left)


def _hint(made: dict[str, Any], session: Session) -> str:
    """What is being waited for, or what to do."""
    if session.run is None:
        return READING if stored.load() else EMPTY
    return f"{made['text']}."


def _standing(session: Session, view: Plan) -> Standing:
    run, begun = session.run, session.begun
    if run is None or begun is None:
        return Standing(None, True, None, view.speed)
    live_runs.watched(run)
    try:
        progress = runs.REGISTRY.status(run.folder)
    except UserError as error:
        progress = Progress(state="failed", error=str(error))
    name = f"{begun.data}-{begun.model}-{run.folder.name[:4]}"
    return Standing(progress, run.owner, runs.REGISTRY.place(run.folder), view.speed, name)


def _error(standing: Standing) -> list[str]:
    """What went wrong with the run, in one line."""
    error = standing.progress.error if standing.progress else ""
    return [error if error.endswith(".") else f"{error}."] if error else []


def _changed(view: Plan, session: Session) -> list[str]:
    """Settings that wait for the next start. Those that move a run move no stored one."""
    begun, moves = session.begun, MOVABLE
    if session.run is None:
        begun, moves = stored.plan(), ()
    names = [field.name for field in fields(Plan) if field.name not in (*moves, *VIEW)]
    return [name for name in names if begun and getattr(view, name) != getattr(begun, name)]


def _address(run: LiveRun, view: Plan, session: Session) -> str:
    """Opens the run with what is looked at, and with what waits for the next start; the sliders
    are the run's.
    """
    begun, probe = session.begun or view, session.probe
    before = examples.paired(begun, probe) if probe else begun
    names = [field.name for field in fields(Plan) if field.name not in (*MOVABLE, "speed")]
    changed = {n: text(getattr(view, n)) for n in names if getattr(view, n) != getattr(before, n)}
    return "?" + urlencode({"run": run.address, **changed})


def _parts(session: Session, drawn: Drawn, shown: Plan, theme: Theme) -> dict[str, Panel]:
    """The panels under tags, so that none is made for a browser that holds them."""
    frame, probe = drawn.frame, drawn.probe
    axes = _axes(session, drawn, shown)
    about = repr((drawn.name, theme.name, shown, axes))
    tag = blake2b(about.encode(), digest_size=8).hexdigest()
    made = cache(lambda: panels(shown, probe, frame, theme, axes))
    learners = [learner for learner, _ in zip(frame.learners, shown.members, strict=False)]
    names = [f"{_prefix(learner)}{name}" for learner in learners for name in PANELS]
    return {name: Part(partial(lambda name: made()[name], name), f"{tag}-{name}") for name in names}


def _axes(session: Session, drawn: Drawn, shown: Plan) -> Axes:
    """The panels' limits, which widen from frame to frame of one run."""
    made_for = (session.run, drawn.name, shown)
    before, axes = session.axes or (None, None)
    if before is None or before != made_for:
        same_run = before is not None and before[0] == session.run
        axes = views.axes(shown, drawn.frame, drawn.probe, axes if same_run else None)
        session.axes = made_for, axes
    assert axes is not None
    return axes


def panels(
    shown: Plan, probe: Probe, frame: LiveFrame, theme: Theme, axes: Axes | None = None
) -> dict[str, Panel]:
    """All panels by name, with "a-" and "b-" before those of twins."""
    at = axes or views.axes(shown, frame, probe)
    made: dict[str, Panel] = {}
    for k, (learner, member) in enumerate(zip(frame.learners, shown.members, strict=False)):
        moves = tuple(m for m in frame.moves if k == 0 or m.name != shown.twin)  # not its own
        drawn = _learner(member, probe, learner, moves, at, theme)
        made |= {_prefix(learner) + name: panel for name, panel in drawn.items()}
    return made


def _prefix(learner: Learner) -> str:
    return f"{learner.label.lower()}-" if learner.label else ""


def _map(shown: Plan, record: LatentMap, theme: Theme) -> Panel:
    alone = shown.latent == 1 and 0 in record.dims
    return latent_strip(record, theme) if alone else latent_map(record, theme)


def _learner(
    shown: Plan, probe: Probe, learner: Learner, moves: tuple[Move, ...], at: Axes, theme: Theme
) -> dict[str, Panel]:
    drawn = strips(learner, probe, shown.masked)
    return {
        "map": _map(shown, views.latent_map(shown, learner, probe, at.span), theme),
        "loss": loss_curves(views.loss(shown, learner, moves, at), theme),
        "rate": rate_curve(views.rate(shown, learner, moves, at), theme),
        "heat": kl_heat(views.heat(shown, learner, moves, at), theme),
        "grads": gradient_norms(views.gradients(shown, learner, moves, at), theme),
        **{name: s if isinstance(s, ImageStrip) else plane(s, theme) for name, s in drawn.items()},
    }


TOOL = Tool(
    "train",
    "Training",
    "",
    Plan,
    show,
    controls=tuple(name for name in DECLARED if name != "speed"),
    rules=RULES,
    predictions=TRAIN,
    scenes=lambda view, context: SCENES,
)
