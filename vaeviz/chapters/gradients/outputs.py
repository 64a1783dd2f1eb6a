"""The tool log σ²: one small VAE with three readings of its encoder's variance output."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.gradients import predictions
from vaeviz.chapters.gradients.view import GradientsView
from vaeviz.chapters.settings import OneOf, Real, setting
from vaeviz.checkpoints import studies
from vaeviz.figures.graph import written
from vaeviz.figures.twin import Twin
from vaeviz.figures.variance_pull import variance_pull
from vaeviz.figures.ways_over_steps import NAMES, ways_over_steps
from vaeviz.records import Table
from vaeviz.records.variance_outputs import RATES, SEEDS, Courses, Pulls, VarianceRun, VarianceStudy
from vaeviz.theory.variance_outputs import READ

RATE_NAMES = tuple(f"{rate:g}" for rate in RATES)
SEED_NAMES = tuple(map(str, SEEDS))
LINE: tuple[float | None, ...] = (
    *np.linspace(-3, -1, 41).tolist(), None, *(-1 + np.geomspace(0.02, 3, 80)).tolist()
)  # fmt: skip
LOSSES, NORMS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0), (0.001, 0.01, 0.1, 1.0, 10.0)


@dataclass(frozen=True)
class OutputsView(GradientsView):
    """Which stored runs are shown, and an output to look at."""

    learning: str = setting(
        "0.01", OneOf(RATE_NAMES), "the learning rate", "learning rate",
        "How far one step of Adam moves the weights; the runs are stored",
    )  # fmt: skip
    run_seed: str = setting(
        "1", OneOf(SEED_NAMES), "the seed", "seed", "Of the weights, the batches and the noise",
    )  # fmt: skip
    output: float = setting(
        -1.5, Real(-3, 2), "the encoder's output a", "a",
        "One output of the encoder, before it is read as a variance",
        form="linear", step=0.01, spoken="the encoder's output", colour="posterior",
    )  # fmt: skip

    @property
    def runs(self) -> tuple[VarianceRun, ...]:
        """log σ², σ and clamped σ², of this learning rate and seed."""
        return stored().of(float(self.learning), int(self.run_seed))

    @property
    def present(self) -> tuple[float | None, ...]:
        """The KL's gradient on the output, in the three ways."""
        made = (read(self.output) for read in READ)
        return tuple(None if one is None else one[1] for one in made)


def stored() -> VarianceStudy:
    """The study, read once while its file is the same."""
    path = studies.variances_path()
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> VarianceStudy:
    return studies.load_variances(path)


def show(view: OutputsView, context: Context) -> Frame:
    """The three trainings side by side, why they differ, and all learning rates."""
    study, theme = stored(), context.theme
    line = list(LINE)
    return Frame(
        {
            "loss": ways_over_steps(_loss(view, study), theme),
            "dead": ways_over_steps(_dead(view, study), theme),
            "norm": ways_over_steps(_norm(view, study), theme),
            "pull": Twin.of(variance_pull(_pulls(view), theme), "variance_pull", line=line),
            "outcomes": _table(study),
        },
        _rows(view),
        columns="1fr 1fr 1fr",
        rows=(("loss dead norm", "1fr"), ("pull outcomes outcomes", "1fr")),
    )


def _courses(
    view: OutputsView, study: VarianceStudy, name: str, quantity: str, title: str,
    ends: tuple[float, float], ticks: tuple[float, ...] = (), named: bool = False,
) -> Courses:  # fmt: skip
    runs = view.runs
    values = tuple(tuple(getattr(run, name)) for run in runs)
    below = "; 0 is drawn at the bottom" if ticks == NORMS else f", seed {view.run_seed}"
    ended = "; ".join(f"{n}: {_ended(r)}" for n, r in zip(NAMES, runs, strict=True))
    return Courses(
        values, tuple(run.broken for run in runs), study.every, study.steps, quantity, *ends,
        ticks, title, f"{quantity} at the learning rate {view.learning}. {title}. {ended}.",
        f"stored, means of {study.every} steps{below}", named,
    )  # fmt: skip


def _loss(view: OutputsView, study: VarianceStudy) -> Courses:
    log, plain, clamped = view.runs
    title = f"log σ² ends at {log.final:.2f}, the clamp at {clamped.final:.2f}"
    if not plain.broken:
        title = f"All three train: {log.final:.2f}, {plain.final:.2f}, {clamped.final:.2f}"
    ends = (0.0, float(np.log10(60)))
    return _courses(view, study, "loss", "−ELBO (nats)", title, ends, LOSSES, True)


def _dead(view: OutputsView, study: VarianceStudy) -> Courses:
    share = 100 * view.runs[2].dead[-1]
    title = f"Outputs at the clamp: {share:.0f} % at the end"
    return _courses(view, study, "dead", "share of outputs", title, (-0.04, 1.04))


def _norm(view: OutputsView, study: VarianceStudy) -> Courses:
    told = [f"{run.gradient[-1]:.2g}" for run in view.runs]
    title = f"Gradient: log σ² {told[0]}, clamp {told[2]}"
    ends = (-3.2, 2.0)
    return _courses(view, study, "gradient", "norm on the outputs", title, ends, NORMS)


def _ended(run: VarianceRun) -> str:
    if run.broken:
        share = f"{100 * run.bad:.0f} % of σ at most 0"
        return f"NaN at step {run.broken}, {share}"
    dead = f", {100 * run.dead[-1]:.0f} % dead" if run.dead[-1] >= 0.005 else ""
    return f"{run.final:.2f}{dead}"


def _pulls(view: OutputsView) -> Pulls:
    values = []
    for read in READ:
        made = [None if a is None else read(a) for a in LINE]
        values.append(tuple(None if one is None else one[1] for one in made))
    return Pulls(LINE, tuple(values), view.output, view.present, "closed form")


def _table(study: VarianceStudy) -> Table:
    """A row per learning rate: of each way the seeds that broke, or the mean loss."""
    rows = []
    for rate in study.rates:
        ways = zip(*(study.of(rate, seed) for seed in study.seeds), strict=True)
        rows.append((f"{rate:g}", *(_outcome(way) for way in ways)))
    broken = sum(run.broken > 0 for run in study.runs)
    title = f"{broken} of {len(study.runs)} trainings break, all with σ"
    heads = ("learning rate", *NAMES)
    seeds = f"{len(study.seeds)} seeds; mean −ELBO at the end; dead: at the clamp"
    return Table(heads, tuple(rows), title, f"{study.source}; {seeds}", f"{title}.")


def _outcome(runs: tuple[VarianceRun, ...]) -> str:
    broken = sorted(run.broken for run in runs if run.broken)
    if broken:
        steps = ", ".join(map(str, broken))
        return f"NaN in {len(broken)} of {len(runs)}: step {steps}"
    dead = 100 * statistics.fmean(run.dead[-1] for run in runs)
    loss = statistics.fmean(run.final for run in runs)
    return f"{loss:.2f}" + (f", {dead:.0f} % dead" if dead >= 0.5 else "")


def _rows(view: OutputsView) -> list[Row]:
    ended = [
        (name, _ended(run).split(",")[0], "The loss at the end, nats, or where it broke",
         "alarm" if run.broken else "")
        for name, run in zip(NAMES, view.runs, strict=True)
    ]  # fmt: skip
    pulls = [
        (f"pull, {name}", "no number" if y is None else written(y), "∂KL/∂a at the output a", "")
        for name, y in zip(NAMES, view.present, strict=True)
    ]
    return [*ended, *pulls]


def scenes(view: OutputsView, context: Context) -> list[Scene]:
    """From a pace at which all three train to one at which only log σ² does."""
    return [
        Scene("Slow", "0.001: all three train; hardly an output is at the clamp.",
              {"learning": "0.001", "run_seed": "1"}),
        Scene("σ breaks", "0.01: one σ in a batch becomes negative; its logarithm is NaN, and with"
              " it the loss.", {"learning": "0.01", "run_seed": "1", "output": -1.5}),
        Scene("Dying", "0.03: σ breaks at once, and most clamped outputs end at the clamp.",
              {"learning": "0.03", "run_seed": "0"}),
        Scene("Dead", "0.1: every output is at the clamp; its gradient is exactly 0 for good.",
              {"learning": "0.1", "run_seed": "0", "output": -1.5}),
    ]  # fmt: skip


TOOL = Tool(
    "logvar",
    "log σ²",
    "Read the encoder's output as log σ², as σ, or as a clamped σ²: which training breaks?",
    OutputsView,
    show,
    controls=("learning", "run_seed", "output"),
    scenes=scenes,
    predictions=predictions.OUTPUTS,
)
