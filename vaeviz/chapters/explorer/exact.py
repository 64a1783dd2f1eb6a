"""The tool "Train this exact model": a dedicated VAE at the Explorer's settings.

A worker process trains it. Its numbers are shown beside the multi-rate model's, measured on the
same held-out examples with the same noise.
"""

from __future__ import annotations

import contextlib
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vaeviz.chapters.answers import Which
from vaeviz.chapters.chapter import Button, Context, Frame, Row, Tool
from vaeviz.chapters.explorer import exact_pair
from vaeviz.chapters.explorer.exact_pair import Pair, alone, learns, measured
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model.answer import RULES, prepare
from vaeviz.chapters.model.closed_form import titled
from vaeviz.chapters.model.views import observed
from vaeviz.chapters.prediction import Prediction
from vaeviz.chapters.settings import Note
from vaeviz.checkpoints import RUNS
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.densities.gaussian import LEARNED
from vaeviz.measures.observe import read
from vaeviz.records import Table
from vaeviz.runs.queue import launch
from vaeviz.runs.queue.launch import Progress
from vaeviz.serve import jobs, models
from vaeviz.serve.runs import REGISTRY

FOLDER = RUNS / "exact"
KEPT = 100_000_000  # bytes of runs on disk
MOST_STEPS = 20_000
AGAIN = 500  # ms between the browser's requests during the run
_RUN = "exact"


@dataclass(frozen=True)
class Run:
    """A run's folder, the view that started it, and whether it did so in this session."""

    folder: Path
    view: ExplorerView
    own: bool = True


@titled
def show(view: ExplorerView, context: Context) -> Frame:
    """The model's numbers, beside the dedicated one's once that is trained."""
    run = _run(view, context)
    progress = _status(run) if run else Progress()
    going = run is not None and not progress.over
    own = run is not None and run.own
    pair = _both(run, context) if run and progress.state == "done" else None
    shown = pair.shown if pair and pair.shown else alone(view, context)
    return Frame(
        {"compared": _compared(view, context, run, progress, pair), **shown.panels(context.theme)},
        _readouts(run, progress) if run and going else (),
        _notes(view, run, progress, pair),
        buttons=_buttons(going, own),
        columns="repeat(3, minmax(0, 1fr))",
        rows=shown.rows,
        again=AGAIN if going else None,
    )


def _buttons(going: bool, own: bool) -> tuple[Button, Button]:
    """Who started a training may cancel it; all others can wait for it."""
    busy, idle = (_BUSY, "") if own else (_ANOTHER, _ANOTHER)
    return (
        Button("train", "Train this exact model", _TRAIN, busy if going else ""),
        Button("cancel", "Cancel", _CANCEL, idle if going else _IDLE),
    )


def act(view: ExplorerView, context: Context, name: str, value: Any) -> tuple[Any, list[Note]]:
    """Starts a run of the view's settings, or cancels the current one."""
    run = _run(view, context)
    if name == "train" and (run is None or _status(run).over):
        can_be = prepare(view, replace(context, rules=RULES)).kept  # with a setting, perhaps
        context.memory[_RUN] = _start(can_be, context)
    if name == "cancel" and run is not None:
        if not run.own:
            raise UserError(_ANOTHER)
        REGISTRY.cancel(run.folder)
    return view, []


def _run(view: ExplorerView, context: Context) -> Run | None:
    """This session's run; else another's of these very settings, until they move on."""
    run: Run | None = context.memory.get(_RUN)
    if run is None or (not run.own and run_settings(run.view) != run_settings(view)):
        run = context.memory[_RUN] = _under_way(view, context.visitor.local)
    return run


def run_settings(view: ExplorerView) -> RunSettings:
    """The run settings of the view; the widths are the multi-rate model's."""
    return RunSettings(
        data=view.data,
        likelihood=LEARNED.name if learns(view) else view.likelihood,
        latent=view.d,
        beta=view.beta,
        sigma2=view.sigma2,
        steps=MOST_STEPS,
        seed=view.seed,
        widths=models.widths(view.data, view.likelihood),
    )


def _start(view: ExplorerView, context: Context) -> Run:
    """Queues the run; a refused one leaves no folder."""
    REGISTRY.prune(FOLDER, KEPT)
    folder = FOLDER / f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:8]}"
    visitor = context.visitor
    try:
        write_json(folder / launch.SETTINGS, run_settings(view).to_json())
        REGISTRY.submit(folder, visitor.session, first=visitor.local, until_flat=True)
    except (UserError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise UserError(
                f"cannot start a run in {FOLDER} ({error.strerror}): free some space or make it"
                " writable"
            ) from error
        raise
    return Run(folder, view)


def _under_way(view: ExplorerView, local: bool = False) -> Run | None:
    """A going run of these settings, which another session started; a refresh makes a new session,
    so a browser on the server's own machine, as the lecturer's, may cancel it all the same.
    """
    wanted = run_settings(view).to_json()
    for file in FOLDER.glob("*/settings.json"):
        with contextlib.suppress(UserError):
            if read_json(file) == wanted and REGISTRY.status(file.parent).going:
                return Run(file.parent, view, own=local)
    return None


def _status(run: Run) -> Progress:
    try:
        return REGISTRY.status(run.folder)
    except UserError as error:
        return Progress(state="failed", error=str(error))


def _both(run: Run, context: Context) -> Pair | None:
    """Both sets of numbers at the run's settings; None while they are measured."""
    return jobs.get(("exact", run.folder), lambda: measured(run.folder, run.view), jobs.STUDY)


def _compared(
    view: ExplorerView, context: Context, run: Run | None, progress: Progress, pair: Pair | None
) -> Table:
    if run is None or pair is None:
        return _alone(view, context, progress)
    a, b = pair.shared, pair.dedicated
    values = [
        ("rate R (nats)", a.rate, b.rate),
        ("distortion D (nats)", a.distortion, b.distortion),
        ("ELBO (nats)", a.elbo, b.elbo),
        ("J = D + βR (nats)", a.objective, b.objective),
    ]
    rows = [(name, f"{x:,.2f}", f"{y:,.2f}", f"{x - y:+,.2f}") for name, x, y in values]
    units = ("active units", str(a.active), str(b.active), f"{a.active - b.active:+d}")
    excess = a.objective - b.objective
    title = f"J is {excess:+.2f} ± {pair.error:.2f} nats from the dedicated model's"
    columns = ("", pair.source, f"dedicated model, {progress.step:,} steps", "difference")
    source = f"{_described(run.view)} · same held-out examples, same noise; ± one standard error"
    minus = [tuple(cell.replace("-", "−") for cell in row) for row in (*rows, units)]
    return Table(columns, tuple(minus), title.replace("-", "−"), source, f"{title}.")


def _alone(view: ExplorerView, context: Context, progress: Progress) -> Table:
    """The numbers of the shown model, before there is a dedicated one."""
    codec = context.model.codec
    one = observed(view, context)
    r = read(one, context.probe.elements, codec.likelihood, view.beta, view.sigma2, view.threshold)
    coming = "in training" if context.memory.get(_RUN) and not progress.over else ""
    names = ("rate R (nats)", "distortion D (nats)", "ELBO (nats)", "J = D + βR (nats)")
    values = (r.rate, r.distortion, r.elbo, r.objective)
    rows = [
        (n, f"{v:,.2f}".replace("-", "−"), coming or "–")
        for n, v in zip(names, values, strict=True)
    ]
    shown = "closed form" if codec is context.probe.linear else "multi-rate one"
    title = f"A dedicated model shows how close the {shown} is"
    columns = ("", codec.source, "dedicated model")
    source = f"{_described(view)} · {len(one.mu):,} held-out examples"
    units = ("active units", str(r.active), coming or "–")
    return Table(columns, (*rows, units), title, source, f"{title}; none is trained here yet.")


def _notes(view: ExplorerView, run: Run | None, progress: Progress, pair: Pair | None) -> list[str]:
    if run is None:
        return [_planned(view), "A separate process trains: every page stays live."]
    if progress.state == "failed":
        return [progress.error]
    if progress.state == "cancelled":
        return ["The training was cancelled; nothing was kept."]
    if pair is not None:
        learned = f" It learned σ² = {pair.sigma2:.3g}." if pair.sigma2 else ""
        return [f"The dedicated model is that of its least held-out J.{learned}", pair.kept]
    return [f"{_described(run.view)}: at most {progress.steps:,} steps, fewer once J is flat."]


def _planned(view: ExplorerView) -> str:
    """What would be trained, and for how long at most by the pace that is measured here."""
    settings = run_settings(view)
    key = ("pace", settings.data, settings.likelihood, settings.widths)
    pace = jobs.get(key, lambda: exact_pair.pace(settings), jobs.STUDY)
    widths = "-".join(map(str, settings.widths))
    model = f"Would be trained: a VAE {widths} for {_described(view)}"
    at_most = f"at most {MOST_STEPS:,} updates"
    if pace is None:
        return f"{model}, {at_most}."
    seconds = MOST_STEPS / pace
    long = f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
    return f"{model}, {at_most}: {long} at {pace:,.0f} per second, as measured here."


def _readouts(run: Run, p: Progress) -> list[Row]:
    """The state of the training."""
    if p.state == "queued":
        place = f"place {REGISTRY.place(run.folder) or 1}"
        return [("in the queue", place, "Every processor is busy with other runs", "")]
    if p.step == 0:
        return [("step", "starting", "The worker loads the data", "")]
    return [
        ("step", f"{p.step:,} of {p.steps:,}", "Updates made, of those planned at most", ""),
        ("steps per second", f"{p.rate_of_steps:,.0f}", "The speed of the training", ""),
        ("J (nats)", f"{p.objective:,.2f}".replace("-", "−"), "D + βR on the last batch", ""),
    ]


def _described(view: ExplorerView) -> str:
    variance = f", σ² = {view.sigma2:.3g}" if view.gaussian else ""
    return f"{view.data}, β = {view.beta:.3g}{variance}, d = {view.d}"


def _objectives(view: ExplorerView, context: Context) -> Mapping[str, float] | None:
    """J of both models, once the dedicated one is trained."""
    run = _run(view, context)
    pair = _both(run, context) if run and _status(run).state == "done" else None
    both = pair and (pair.dedicated.objective, pair.shared.objective)
    return dict(zip(MODELS, both, strict=True)) if both else None


def _untrained(view: ExplorerView, context: Context) -> bool:
    run = _run(view, context)
    return run is None or not _status(run).over


MODELS = ("the dedicated model", "the model shown")
LOWER = Prediction("lower", Which("nats", least=True, options=MODELS), _objectives, when=_untrained)
_TRAIN = "Trains a VAE for these very β, σ² and d, until its held-out objective stops falling"
_CANCEL = "Ends the training; nothing is kept"
_BUSY, _IDLE = "A training is running: cancel it first", "No training is running"
_ANOTHER = "Another session is training this model: wait for it"
TOOL = Tool(
    "exact",
    "Train this exact model",
    "Train a dedicated VAE at these settings, and see how close the multi-rate model is.",
    ExplorerView,
    show,
    controls=("data", "model", "likelihood", "beta", "sigma2", "d", "seed"),
    rules=RULES,
    predictions=(LOWER,),
    act=act,
)
