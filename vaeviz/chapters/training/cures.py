"""From a cure of the study to the Training page: the collapsed baseline and its cured twin."""

from __future__ import annotations

import dataclasses
from typing import Any

from vaeviz import families
from vaeviz.chapters.settings import query, text
from vaeviz.chapters.training.plan import TWINS, Plan, read
from vaeviz.config import RunSettings
from vaeviz.records.cures import Cure
from vaeviz.studies.cures import BASE, settings_of

_SHARED = (
    "data", "architecture", "likelihood", "decoder", "beta", "sigma2", "latent", "schedule",
    "free_bits", "learning_rate", "batch", "steps", "seed", "reach", "unseen",
)  # fmt: skip


def training_link(cure: Cure, base: RunSettings = BASE) -> str:
    """The query string, "?" first, of a run of `base` with the cured model as its twin; alone
    without a cure.

    "" where the Training page has no such settings.
    """
    twin = next((name for name in cure.changes if name in TWINS), "none")
    plan = dataclasses.replace(
        _plan(base),
        warmup=cure.changes.get("warmup", Plan().warmup),
        twin=twin,
        other=_value(cure.changes.get(twin, "")),
    )
    cured = [settings_of(base, cure, base.seed)] if cure.changes else []
    made = read(dataclasses.asdict(plan)).settings()  # when it comes back from the URL
    return query(plan) if list(map(settled, made)) == list(map(settled, [base, *cured])) else ""


def settled(settings: RunSettings) -> RunSettings:
    """The same without the length of a warm-up that a constant β has no use for."""
    return dataclasses.replace(settings, warmup=0) if settings.schedule == "constant" else settings


def _plan(base: RunSettings) -> Plan:
    """`base` alone, its schedule without a length."""
    shared = {name: getattr(base, name) for name in _SHARED}
    return Plan(
        **shared,
        widths="-".join(map(str, base.widths)),
        model=families.of(base).choice,
        skip=_value(base.skip),
    )


def _value(value: Any) -> str:
    """A run's setting as it stands in the URL."""
    return ("no", "yes")[value] if isinstance(value, bool) else text(value)
