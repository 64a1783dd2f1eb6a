"""A written loss among the levels at which latent dimensions die."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array
from vaeviz.records.over_steps import Limits


@dataclass(frozen=True, eq=False)
class LossPlace:
    """Active units of a model (T,) at levels `taus` (T,); both are empty where no model has this
    loss.

    The linear VAE has `linear_active` (L,) units at `linear_taus` (L,), corners of its steps, of
    `dimensions`. `level` is the written loss's and `level_active` its count, None where not known;
    `known` are names and levels of other losses. `symbol` names the level: "τ", "β" or "βb";
    `limits` are log10 of the axis's ends.
    """

    taus: Array
    active: Array
    linear_taus: Array
    linear_active: Array
    dimensions: int
    level: float
    level_active: int | None
    known: tuple[tuple[str, float], ...]
    symbol: str
    limits: Limits
    source: str
