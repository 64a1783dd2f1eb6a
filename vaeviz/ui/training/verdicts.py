"""The verdict on each model of a run, as its newest snapshot has it, and the way to its
diagnosis.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vaeviz.config import UserError
from vaeviz.ui import live_choice
from vaeviz.ui.live_choice import LiveModel
from vaeviz.ui.live_models import Checked
from vaeviz.ui.verdicts import LEVELS, VERDICTS
from vaeviz.ui.views import Probe

_SHORT = {"the prior simply fits well": "prior fits well"}
_LINK = "collapse?tool=diagnosis&model={}"
Row = dict[str, Any]


def described(folder: Path, probe: Probe) -> list[Row]:
    """A row for each model of the run in `folder`, as the board takes it; `probe` is of the run's
    data.
    """
    try:
        models = live_choice.of_run(folder)
    except (UserError, OSError):
        return []
    seen = VERDICTS.newest(folder, probe)
    return [_row(live, seen.of(live), seen.note) for live in models]


def _row(live: LiveModel, found: Checked | None, note: str) -> Row:
    name, link = f"Diagnose {live.label}".strip(), _LINK.format(live.name)
    if not live.settings.variational:
        return _said(name, "", "—", "A plain autoencoder has no posterior to diagnose")
    if found is None:
        return _said(name, link, "…", note or "Measured in the background, within seconds")
    step, at = _short(found.step), f"Measured at step {found.step:,}"
    if found.diagnosis is None:
        return _said(name, link, "—", f"{found.error[:1].upper()}{found.error[1:]}. {at}", step)
    verdict = found.diagnosis.verdict
    words = f"{verdict.capitalize()}: {found.diagnosis.reason} {at}"
    return _said(name, link, _SHORT.get(verdict, verdict), words, step, LEVELS.get(verdict, ""))


def _short(step: int) -> str:
    """As much of it as fits beside a verdict."""
    return f"{step:,}" if step < 10_000 else f"{step // 1000}k"


def _said(name: str, link: str, text: str, words: str, step: str = "", level: str = "") -> Row:
    return {"name": name, "link": link, "text": text, "help": words, "step": step, "level": level}
