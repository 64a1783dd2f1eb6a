"""A model that still trains, in the tool Diagnosis, from its run's newest snapshot.

A newer snapshot brings a newer diagnosis; until that is computed, all panels show the previous one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from vaeviz.chapters.chapter import Context, Prepared
from vaeviz.chapters.collapse import findings
from vaeviz.chapters.model.answer import Model
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.settings import parse
from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS
from vaeviz.densities.gaussian import OPTIMAL
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Table
from vaeviz.runs.folder.progress import Progress
from vaeviz.serve import runs
from vaeviz.serve.kept import FOUND
from vaeviz.serve.live_choice import LiveModel
from vaeviz.serve.live_models import Checked
from vaeviz.serve.probes import Probe
from vaeviz.serve.verdicts import VERDICTS, Seen
from vaeviz.training.schedules import beta_at

V = TypeVar("V", bound=ModelView)
ONWARD, AT_REST = (
    1000,
    3000,
)  # ms between requests while it trains, and while it waits
_STANDING = {
    "queued": "it waits in the queue",
    "starting": "it starts",
    "paused": "it is paused",
    "parked": "it is parked",
    "interrupted": "it was interrupted",
    "stopped": "it was stopped",
    "cancelled": "it was cancelled",
    "failed": "it failed",
}


@dataclass(frozen=True, eq=False)
class RunningModel(Model):
    """A live run's model with the newest diagnosis of its run, and the run's state."""

    live: LiveModel
    newest: Seen
    progress: Progress

    @property
    def checked(self) -> Checked | None:
        return self.newest.of(self.live)

    @property
    def again(self) -> int | None:
        """Milliseconds until the browser's next request; None once the run has ended."""
        if self.progress.state == "running":
            return ONWARD
        return AT_REST if self.progress.going else None if self.newest.fresh else ONWARD


def prepare(view: ModelView, live: LiveModel, probe: Probe, context: Context) -> Prepared:
    """The model, or, before its first diagnosis, a codec that is not drawn."""
    newest = VERDICTS.newest(live.folder, probe)
    checked = newest.of(live)
    shown = opened(view, live, checked)
    codec: Codec = checked.codec if checked and checked.codec else probe.linear
    progress = status(live.folder)
    context._probe = probe
    context._model = RunningModel(codec, None, (shown.likelihood,), live, newest, progress)
    return Prepared(shown, shown)


def opened(view: V, live: LiveModel, checked: Checked | None = None) -> V:
    """The view at the run's current settings, within the sliders' ranges."""
    run = checked.settings if checked else live.settings
    variance = LIKELIHOODS[run.likelihood].variance
    values = {
        "data": run.data,
        "likelihood": OPTIMAL.name if variance in FOUND else run.likelihood,
        "beta": run.beta,
        "sigma2": checked.sigma2 if checked else run.sigma2,
        "d": run.latent,
    }
    return replace(parse(values, view)[0], model=live.name)


def status(folder: Path) -> Progress:
    """The state of a run; one that can't be read has failed, with a reason."""
    try:
        return runs.REGISTRY.status(folder)
    except UserError as error:
        return Progress(state="failed", error=str(error))


def table(model: RunningModel) -> Table:
    """The frame before the first diagnosis."""
    source, checked = f"running model {model.live.words}", model.checked
    if checked is not None:
        return findings.without(checked.error, f"{source}, step {checked.step:,}")
    if model.newest.note:
        return findings.without(model.newest.note, source)
    return findings.waiting("within seconds", source)


def notes(model: RunningModel) -> list[str]:
    """The model, its run's state, and the τ of its diagnosis."""
    checked, progress = model.checked, model.progress
    at = f"step {checked.step:,} of {checked.settings.steps:,}" if checked else "no snapshot yet"
    kind = "The model of the finished run" if checked and checked.over else "Running model"
    standing = _STANDING.get(progress.state, "")
    lines = [f"{kind} {model.live.words}: {at}{f'; {standing}' if standing else ''}."]
    if checked is None:
        return [*lines, *_sentence(progress.error)]
    beta, goal = beta_at(checked.settings, max(checked.step, 1)), checked.settings.beta
    if beta != goal:
        lines.append(f"β is {beta:.3g} on its way to {goal:.3g}, at which the model is diagnosed.")
    newest = _sentence(model.newest.note) if checked.diagnosis else []
    return [*lines, *_sentence(progress.error), *newest]


def _sentence(words: str) -> list[str]:
    return [words if words.endswith(".") else f"{words}."] if words else []
