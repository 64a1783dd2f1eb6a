"""Dedicated models beside the model shown: their study, and what differs at the nearest place."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.model.views import clipped
from vaeviz.checkpoints import studies
from vaeviz.config import UserError
from vaeviz.measures.fidelity import Comparison, comparison
from vaeviz.records.fidelity import FidelityStudy, Reading, nearest
from vaeviz.serve import models


def study_of(view: ModelView, context: Context) -> tuple[FidelityStudy | None, str]:
    """The dedicated models of this data set and likelihood, or why there are none. Raises
    UserError for a damaged file.
    """
    entry = None if context.model.kept else models.entry(view.data, view.likelihood)
    if entry is None:
        return None, "Only a multi-rate model is compared with dedicated ones."
    path = studies.fidelity_path(entry.name)
    if not path.is_file():
        command = f"python -m vaeviz fidelity {entry.name} --out checkpoints/studies"
        return None, f"No dedicated models are measured here yet: '{command}' trains them."
    study = _read(path, path.stat().st_mtime_ns)
    if study.digest != context.probe.data.digest:
        raise UserError(f"{path.name} was measured on other data: make it again with 'fidelity'")
    return study, ""


def multi_at(study: FidelityStudy, view: ModelView, place: tuple[float, int]) -> Reading | None:
    """The study's reading of the multi-rate model, if its weights are those that are shown."""
    entry = models.entry(view.data, view.likelihood)
    manifest = entry.manifest if entry else None
    return study.multi_at(place) if manifest and manifest.sha256 == study.sha256 else None


def remark(view: ModelView, context: Context) -> list[str]:
    """What differs from dedicated models at the nearest measured (τ, d), by how much; or nothing.

    A page goes on without a damaged study: the tool "How true?" says what is wrong with it.
    """
    try:
        study, _ = study_of(view, context)
    except (UserError, OSError):
        return []
    codec = context.model.codec
    if study is None or codec is context.probe.linear:  # which stands in while the model loads
        return []
    place = nearest(clipped(view.tau, codec), min(view.d, codec.latent), study.places)
    own = multi_at(study, view, place)
    differing = _differing(comparison(own, study.at(place))) if own else []
    where = f"{_symbol(view)} = {place[0]:g}, d = {place[1]}"
    if not differing:
        return []
    return [f"Dedicated VAEs ({where}): {', '.join(differing)}."]


def _differing(row: Comparison) -> list[str]:
    """The readings of the panels that do not fit: by how much the dedicated models' differ."""
    said = []
    if not row.rate_fits:
        said.append(f"R {_away(row, 'rate')}")
    if not row.count_fits("active"):
        said.append(f"{span(row.dedicated, 'active')} active")
    if not row.count_fits("collapsed"):
        said.append(f"{span(row.dedicated, 'collapsed')} collapsed")
    if not row.energy_fits:
        said.append(f"samples' distance to data {_away(row, 'energy')}")
    return said


def _away(row: Comparison, name: str) -> str:
    """From how many per cent to how many the dedicated models' reading is above or below."""
    own = getattr(row.multi, name)
    shares = sorted(getattr(one, name) / own - 1 for one in row.dedicated)
    low, high = (f"{100 * share:+.0f}".replace("-", "−") for share in (shares[0], shares[-1]))
    return f"{low} %" if low == high else f"{low} to {high} %"


def span(seeds: tuple[Reading, ...], name: str, places: int = 0) -> str:
    """The range of one reading over the dedicated models."""
    values = [getattr(one, name) for one in seeds]
    low, high = number(min(values), places), number(max(values), places)
    return low if low == high else f"{low} … {high}"


def number(value: float, places: int) -> str:
    return f"{value:z.{places}f}".replace("-", "−")


def _symbol(view: ModelView) -> str:
    return "τ" if view.gaussian else "β"


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> FidelityStudy:
    return studies.load_fidelity(path)
