"""The tool Diagnosis: whether a model is healthy or collapsed, or the prior simply fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Rule, Tool
from vaeviz.chapters.collapse import findings, predictions, running
from vaeviz.chapters.collapse.running import RunningModel
from vaeviz.chapters.collapse.scenes import scenes
from vaeviz.chapters.collapse.view import DEATH, CollapseView, drawn
from vaeviz.chapters.model import views
from vaeviz.chapters.model.answer import RULES, model_rule, standing
from vaeviz.chapters.model.closed_form import titled
from vaeviz.chapters.model.settings import LARGEST, MODEL
from vaeviz.chapters.model.views import observed
from vaeviz.chapters.settings import OneOf, Option, setting
from vaeviz.data.noise import fixed_noise
from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.posteriors import posteriors
from vaeviz.figures.unit_spread import unit_spread
from vaeviz.live.message import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.collapse.diagnosis import diagnose
from vaeviz.measures.collapse.pairwise import pairwise_kl
from vaeviz.measures.collapse.reference import Reference
from vaeviz.records import ACTIVE, Array, ImageStrip, Observation, PlaneView
from vaeviz.records.diagnosis import Diagnosis
from vaeviz.records.posteriors import Posteriors, UnitSpread
from vaeviz.serve import jobs, live_choice, references
from vaeviz.serve.probes import Probe

SHOWN = 24  # posteriors in one panel
SWAPPED = 8  # columns of images
POINTS = 300  # of two-dimensional data
RESTING = jobs.Resting()
COLUMNS = "minmax(0, 40fr) minmax(0, 34fr) minmax(0, 26fr)"
ROWS = (
    ("verdict posteriors posteriors", "minmax(0, 1fr)"),
    ("swap kl spread", "minmax(0, 1fr)"),
)


@dataclass(frozen=True)
class DiagnosisView(CollapseView):
    """The chapter's view, with the dimension whose posteriors are drawn."""

    unit: str = setting(
        "auto", OneOf(("auto", *(str(k + 1) for k in range(LARGEST)))),
        "dimension of the posteriors", "posteriors of",
        "The dimension whose posteriors are drawn over each other",
    )  # fmt: skip


@titled
def show(view: DiagnosisView, context: Context) -> Frame:
    """Measures the live panels; the verdict comes when the pointer rests."""
    model = context.model
    if isinstance(model, RunningModel):
        return _running(view, context, model)
    observation = observed(view, context)
    diagnosis = _verdict(model.codec, context.probe, observation)
    frame = _frame(view, context, observation, diagnosis)
    return replace(frame, notes=[*_reason(diagnosis), *standing(view, model.codec)])


def _running(view: DiagnosisView, context: Context, model: RunningModel) -> Frame:
    """The newest diagnosed snapshot, or the line that says what it waits for.

    A live run's other settings are on the page Training.
    """
    checked, notes = model.checked, running.notes(model)
    if checked and checked.codec and checked.diagnosis:
        frame = _frame(view, context, checked.diagnosis.observation, checked.diagnosis)
        lines = [*_reason(checked.diagnosis), *notes]
        return replace(frame, notes=lines, controls=("data", "model", "unit"), again=model.again)
    pending = checked is None and not model.newest.fresh
    return Frame(
        {"verdict": running.table(model)},
        notes=notes,
        controls=("data", "model"),
        columns="1fr",
        pending=pending,
        again=None if pending else model.again,
    )


def _frame(
    view: DiagnosisView, context: Context, observation: Observation, diagnosis: Diagnosis | None
) -> Frame:
    """The panels of one observation; its verdict may still be computing."""
    probe, codec, theme = context.probe, context.model.codec, context.theme
    panels: dict[str, Panel] = {
        "verdict": findings.table(diagnosis, codec),
        "posteriors": posteriors(_posteriors(view.unit, probe, codec, observation), theme),
        "kl": kl_bars(views.kl_bars(view, probe, codec, observation), theme),
        "spread": unit_spread(_spread(codec, observation), theme),
        "swap": drawn(_swapped(probe, codec, observation), theme),
    }
    readouts = findings.readouts(observation, diagnosis)
    return Frame(panels, readouts, columns=COLUMNS, rows=ROWS)


def _reason(diagnosis: Diagnosis | None) -> list[str]:
    """The reason of the verdict."""
    return [f"{diagnosis.verdict.capitalize()}: {diagnosis.reason}"] if diagnosis else []


def _verdict(codec: Codec, probe: Probe, observation: Observation) -> Diagnosis | None:
    """The diagnosis, or None while it computes; the job starts once the pointer rests."""
    key = ("diagnosis", codec, probe, observation.tau, len(observation.kl))
    if not RESTING.rests(key):
        jobs.mark(key)
        return None
    reference = references.known(probe, codec.likelihood, jobs.QUICK)
    if reference is None:
        return None
    return jobs.get(key, partial(_diagnose, codec, probe, observation, reference), jobs.STUDY)


def _diagnose(
    codec: Codec, probe: Probe, observation: Observation, reference: Reference
) -> Diagnosis:
    d = len(observation.kl)
    return diagnose(codec, observation.tau, d, probe.x, reference, DEATH)


def _posteriors(unit: str, probe: Probe, codec: Codec, observation: Observation) -> Posteriors:
    """The posteriors in the chosen dimension, or in the most informative one."""
    mu, logvar, kl = observation.mu, observation.logvar, observation.kl
    j = int(kl.argmax()) if unit == "auto" else min(int(unit), len(kl)) - 1
    apart = float(pairwise_kl(mu, logvar).by_dimension[j])
    mean, deviation = mu[:SHOWN, j], np.exp(0.5 * logvar[:SHOWN, j])
    detail = f"{len(mean)} examples, coloured by class; pairs of all {len(mu):,}"
    source = views.source(codec, detail)
    labels = probe.labels[:SHOWN]
    return Posteriors(j, mean, deviation, labels, apart, float(kl[j]), len(mu), source)


def _spread(codec: Codec, observation: Observation) -> UnitSpread:
    mu, logvar = observation.mu, observation.logvar
    source = views.source(codec, f"{len(mu):,} held-out examples; active: Var(μ) > {ACTIVE:g}")
    variance = np.exp(logvar.astype(np.float64)).mean(0)
    dead = observation.kl < DEATH
    return UnitSpread(mu.var(0, dtype=np.float64), variance, dead, DEATH, source)


def _swapped(probe: Probe, codec: Codec, observation: Observation) -> ImageStrip | PlaneView:
    """The decoder's means of an example's code, another example's, and prior samples."""
    image = probe.data.about.is_image
    n, d = min(SWAPPED if image else POINTS, len(probe.x)), len(observation.kl)
    codes = [observation.mu[:n], np.roll(observation.mu[:n], 1, axis=0), fixed_noise(n, d)]
    own, other, prior = (codec.decode(z, observation.tau, d) for z in codes)
    if not image:
        return _plane(probe, codec, prior)
    moved = float(np.sqrt(((own - prior) ** 2).mean()))
    return ImageStrip(
        f"A code from the prior moves pixels by {moved:.2f} (RMS)",
        views.grey(probe, np.stack([probe.x[:n], own, other, prior])),
        ("x", "own z", "other's", "prior's"),
        f"{n} examples, decoded from their codes, from each other's, and from prior samples;"
        f" the first and the last differ by {moved:.3f} per pixel (root mean square).",
        views.source(codec, "means of own posteriors, of the neighbour's, samples of p(z)"),
    )


def _plane(probe: Probe, codec: Codec, prior: Array) -> PlaneView:
    reach = float(np.abs(probe.x).max()) * 1.05
    layers = (("data", "data", probe.x[: len(prior)]), ("the prior's z, decoded", "decoder", prior))
    source = views.source(codec, f"{len(prior)} samples of p(z), means")
    return PlaneView("Prior samples", layers, -reach, reach, source)


def _unit_rule(view: DiagnosisView, context: Context) -> Rule:
    """The dimensions; one chosen at a larger d stays chosen."""
    options: list[Option] = [("auto", "most informative", "")]
    options += [(str(k + 1), f"z{k + 1}", "") for k in range(view.d)]
    if view.unit not in [name for name, *_ in options]:
        options.append((view.unit, f"z{view.unit}: z{view.d} shown (d = {view.d})", ""))
    return Rule("unit", options=tuple(options))


def _model_rule(view: DiagnosisView, context: Context) -> Rule:
    """The models, and the live runs that this session has opened."""
    runs = live_choice.options(context.visitor.runs, running.status)
    kept = model_rule(view, context).options or ()
    return Rule("model", options=(*kept, *((name, title, why) for name, title, why in runs)))


TOOL = Tool(
    "diagnosis",
    "Diagnosis",
    "Do different x have different q(z|x)? As τ rises, one by one they become the prior.",
    DiagnosisView,
    show,
    controls=(*MODEL, "unit"),
    rules=(*RULES, _model_rule, _unit_rule),
    predictions=predictions.DIAGNOSIS,
    scenes=scenes,
)
