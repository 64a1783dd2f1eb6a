"""The verdict on each model of a run at its newest snapshot, and the link to its diagnosis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vaeviz import families
from vaeviz.chapters.controls import sentence
from vaeviz.config import UserError
from vaeviz.families import Trait
from vaeviz.records.training import TWINS
from vaeviz.serve import live_choice
from vaeviz.serve.live_choice import LiveModel
from vaeviz.serve.live_models import Checked
from vaeviz.serve.probes import Probe
from vaeviz.serve.verdicts import LEVELS, VERDICTS

_SHORT = {"the prior simply fits well": "prior fits well"}
_LINK = "collapse?tool=diagnosis&model={}"
Row = dict[str, Any]


def rows(folder: Path, probe: Probe) -> list[Row]:
    """A row per model of the run in `folder`; `probe` is of the run's data."""
    try:
        models = live_choice.of_run(folder)
    except (UserError, OSError):
        return []
    newest = VERDICTS.newest(folder, probe)
    return [_row(live, newest.of(live), newest.note) for live in models]


def _row(live: LiveModel, checked: Checked | None, note: str) -> Row:
    name, link = f"Diagnose {TWINS[live.label]}".strip(), _LINK.format(live.name)
    if Trait.POSTERIOR not in families.traits(live.settings):
        return _cells(name, "", "—", "A plain autoencoder has no posterior to diagnose")
    if checked is None:
        return _cells(name, link, "…", note or "Measured in the background, within seconds")
    step, at = _short(checked.step), f"Measured at step {checked.step:,}"
    if checked.diagnosis is None:
        return _cells(name, link, "—", f"{sentence(checked.error)}. {at}", step)
    verdict = checked.diagnosis.verdict
    words = f"{verdict.capitalize()}: {checked.diagnosis.reason} {at}"
    return _cells(name, link, _SHORT.get(verdict, verdict), words, step, LEVELS.get(verdict, ""))


def _short(step: int) -> str:
    """As much of it as fits beside a verdict."""
    return f"{step:,}" if step < 10_000 else f"{step // 1000}k"


def _cells(name: str, link: str, text: str, words: str, step: str = "", level: str = "") -> Row:
    return {"name": name, "link": link, "text": text, "help": words, "step": step, "level": level}
