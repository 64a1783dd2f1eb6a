"""The diagnosis of a model that is still training: what the newest snapshot shows. Knows no
Streamlit.

A newer snapshot brings a newer diagnosis; until that is there, all panels stay with the one before
it.
"""

from __future__ import annotations

import dataclasses

from vaeviz.figures.theme import Theme
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Table
from vaeviz.runs.folder.progress import Progress
from vaeviz.training.schedules import beta_at
from vaeviz.ui.answering import Answer
from vaeviz.ui.collapse import diagnosis, findings
from vaeviz.ui.collapse.part import Part
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.live_choice import LiveModel
from vaeviz.ui.live_models import Checked
from vaeviz.ui.settings import Settings, parse
from vaeviz.ui.verdicts import Seen
from vaeviz.ui.views import Probe

TOOL = diagnosis.TOOL.name  # the one that takes running models
MODEL = ("data", "model")  # its controls: what else there is to move is moved on the page Training
ONWARD, AT_REST = 1000, 3000  # ms between questions while it trains, and while it waits to
_DECODERS = {
    "gaussian-learned": "gaussian-optimal",
    "gaussian-optimal": "gaussian-optimal",
    "bernoulli": "bernoulli",
    "categorical": "categorical",
}
_STANDING = {
    "queued": "it waits in the queue",
    "starting": "it starts",
    "paused": "it is paused",
    "parked": "it is laid aside",
    "interrupted": "it was interrupted",
    "stopped": "it was stopped",
    "cancelled": "it was called off",
    "failed": "it failed",
}


def settings(live: LiveModel, found: Checked | None) -> Settings:
    """Of the model as the Explorer counts them, at what the hand has left; within the sliders'
    ranges.
    """
    run = found.settings if found else live.settings
    sigma2 = found.sigma2 if found else run.sigma2
    own = {
        "data": run.data,
        "decoder": _DECODERS.get(run.likelihood, "gaussian"),
        "beta": run.beta,
        "sigma2": sigma2,
    }
    return dataclasses.replace(parse(own)[0], model=live.name, d=run.latent)


def answer(live: LiveModel, probe: Probe, seen: Seen) -> Answer:
    """What is shown: the model, or, while there is none, a codec that nothing is drawn of."""
    found = seen.of(live)
    own = settings(live, found)
    codec: Codec = found.codec if found and found.codec else probe.linear
    return Answer(own, own, codec, (own.decoder,), [], False)


def part(
    view: View, probe: Probe, live: LiveModel, seen: Seen, progress: Progress, theme: Theme
) -> Part:
    """The diagnosis of the newest snapshot that has one, or the line that says what it waits
    for.
    """
    found = seen.of(live)
    notes = _about(live, found, progress)
    if found and found.codec and found.diagnosis:
        drawn = diagnosis.drawn(
            view, probe, found.codec, found.diagnosis.observation, found.diagnosis, theme
        )
        why = diagnosis.reason(found.diagnosis)
        return dataclasses.replace(drawn, model=MODEL, notes=[*why, *notes, *_sentence(seen.note)])
    pending = found is None and not seen.fresh
    return Part(
        {"verdict": _bare(live, found, seen)},
        model=MODEL,
        notes=notes,
        pending=pending,
        columns="1fr",
    )


def wait(progress: Progress) -> int | None:
    """Milliseconds until the board asks again; None where nothing moves any more."""
    return ONWARD if progress.state == "running" else AT_REST if progress.going else None


def _bare(live: LiveModel, found: Checked | None, seen: Seen) -> Table:
    """In the panels' place, before there is something to draw."""
    source = f"running model {live.words}"
    if found is not None:
        return findings.without(found.error, f"{source}, step {found.step:,}")
    return (
        findings.without(seen.note, source)
        if seen.note
        else findings.waiting("within seconds", source)
    )


def _about(live: LiveModel, found: Checked | None, progress: Progress) -> list[str]:
    """Which model it is, where its run stands, and what it is judged for."""
    at = f"step {found.step:,} of {found.settings.steps:,}" if found else "no step seen yet"
    kind = "The model of the finished run" if found and found.over else "Running model"
    standing = _STANDING.get(progress.state, "")
    lines = [f"{kind} {live.words}: {at}{f'; {standing}' if standing else ''}."]
    if found and (now := beta_at(found.settings, max(found.step, 1))) != found.settings.beta:
        lines.append(
            f"β is {now:.3g} on its way to {found.settings.beta:.3g}, at which the model is judged."
        )
    return [*lines, *_sentence(progress.error)]


def _sentence(words: str) -> list[str]:
    return [words if words.endswith(".") else f"{words}."] if words else []
