"""The settings of a live run: one model, or twins that differ in one setting.

Twins have the same initial weights (as far as the differing setting leaves the shapes alone), the
same batches and the same noise, so that every difference comes from that setting.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from vaeviz import families
from vaeviz.config import RunSettings, UserError

PAIRS = {
    "variational": ("variational",),
    "schedule": ("schedule", "warmup"),
    "free_bits": ("free_bits",),
    "decoder": ("decoder",),
    "skip": ("skip",),
    "reach": ("reach",),
    "unseen": ("unseen",),
    "likelihood": ("likelihood",),
    "sigma2": ("sigma2",),
    "beta": ("beta",),
}


@dataclass(frozen=True)
class Line:
    """The settings of a live run, and those of its twin if it has one."""

    settings: RunSettings
    twin: RunSettings | None = None

    def __post_init__(self) -> None:
        if self.twin is not None:
            _ = self.differs

    @property
    def members(self) -> tuple[RunSettings, ...]:
        return (self.settings,) if self.twin is None else (self.settings, self.twin)

    @property
    def differs(self) -> str:
        """The name in PAIRS of the setting that differs, "" without a twin; else UserError."""
        if self.twin is None:
            return ""
        names = [field.name for field in dataclasses.fields(RunSettings)]
        apart = {name for name in names if getattr(self.settings, name) != getattr(self.twin, name)}
        if families.of(self.settings).choice != families.of(self.twin).choice:
            apart.add("variational")
        matching = [name for name, parts in PAIRS.items() if apart and apart <= set(parts)]
        if not matching:
            words = f"they differ in {', '.join(sorted(apart))}" if apart else "they are the same"
            raise UserError(
                f"twins differ in exactly one of {', '.join(PAIRS)}, but {words}: change one"
            )
        return matching[0]

    def to_json(self) -> dict[str, Any]:
        return {
            "settings": self.settings.to_json(),
            "twin": self.twin.to_json() if self.twin else None,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Line:
        """The inverse; unknown keys are ignored. Raises UserError for anything else."""
        try:
            twin = values.get("twin")
            settings = families.read_settings(values.get("settings"))
            return cls(settings, None if twin is None else families.read_settings(twin))
        except UserError as error:
            raise UserError(
                f"run.json holds no settings to train by ({error}): start again"
            ) from None
