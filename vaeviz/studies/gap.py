"""The gap between the multi-rate model and dedicated ones, over a grid of (tau, d), held out.

The excess is L_multi / L_dedicated - 1, with L = 1/2 ||x - x̂||² + tau R per example. Finished
dedicated cells are kept in a JSON file, so that a long run can be stopped and resumed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vaeviz.checked import checked
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.data import Dataset
from vaeviz.models import vae
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.models.multi_rate_at import at
from vaeviz.training.dedicated import Look, tau_objective, until_flat

TAUS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
DIMS = (2, 4, 8, 16)
MOST_STEPS = 40_000
RECIPE = (
    1  # raise it when the dedicated recipe changes: kept cells of another recipe are not reused
)


@dataclass(frozen=True)
class Cell:
    """A dedicated model's held-out L (`objective`), rate in nats, L's error, steps and time."""

    tau: float
    d: int
    objective: float
    rate: float
    error: float
    steps: int
    seconds: float


@dataclass(frozen=True)
class Row:
    """Multi-rate against dedicated at one (tau, d); `excess` is a fraction, 0.02 for 2 %."""

    tau: float
    d: int
    multi: float
    dedicated: float

    @property
    def excess(self) -> float:
        return self.multi / self.dedicated - 1


def settings_of(
    data: str, tau: float, d: int, widths: tuple[int, ...], seed: int = 0
) -> RunSettings:
    """The dedicated run of one cell: sigma2 = tau, beta = 1."""
    return RunSettings(data=data, widths=widths, latent=d, sigma2=tau, steps=MOST_STEPS, seed=seed)


def dedicated_cell(dataset: Dataset, settings: RunSettings, watch: Callable[[Look], None]) -> Cell:
    """Train one dedicated model until its held-out L stops falling; `watch` gets every look."""
    start, step = time.process_time(), 0
    model = vae.build(settings, dataset.shape)
    for look in until_flat(model, dataset.train, dataset.held_out, settings):
        step = look.step
        watch(look)
    seconds = time.process_time() - start
    tau = settings.beta * settings.sigma2
    objective, rate, error = tau_objective(model, dataset.held_out, tau)
    return Cell(tau, settings.latent, objective, rate, error, step, seconds)


class Kept:
    """The finished cells in a JSON file, without those of other data, widths, seed or recipe."""

    def __init__(self, path: Path, dataset: Dataset, widths: tuple[int, ...], seed: int) -> None:
        self.path, self.widths = path, widths
        self.key = {
            "data": dataset.name,
            "digest": dataset.digest,
            "widths": list(widths),
            "seed": seed,
            "recipe": RECIPE,
        }
        self.cells = _cells(read_json(path), self.key) if path.is_file() else {}

    def add(self, cell: Cell) -> None:
        """Write `cell` to the disk at once."""
        self.cells[cell.tau, cell.d] = cell
        write_json(self.path, {**self.key, "cells": [asdict(c) for c in self.cells.values()]})


def _cells(saved: dict[str, Any], key: dict[str, Any]) -> dict[tuple[float, int], Cell]:
    if {name: saved.get(name) for name in key} != key:
        return {}
    try:
        cells = [checked(Cell, values) for values in saved["cells"]]
    except (KeyError, TypeError, UserError) as error:
        raise UserError(
            f"the kept cells cannot be read ({error}): delete the file and run gap again"
        ) from None
    return {(cell.tau, cell.d): cell for cell in cells}


def compare(model: MultiRateVAE, dataset: Dataset, cells: Iterable[Cell]) -> list[Row]:
    """One row per cell that the multi-rate model covers, on the same held-out data and noise."""
    return [
        Row(
            c.tau,
            c.d,
            tau_objective(at(model, c.tau, c.d), dataset.held_out, c.tau)[0],
            c.objective,
        )
        for c in cells
        if c.d <= model.max_latent
    ]
