"""The dedicated models of a data set as points of the rate-distortion plane. Knows no Streamlit.

Two sources: the grid that `python -m vaeviz gap DATA` trained, and every kept or shipped model.
Some cells are shipped (`gap digits --seed 1 --dims 8,16 --out checkpoints/dedicated` makes one),
those under runs/ come on top. Nothing else is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vaeviz.checkpoints import RUNS, SHIPPED
from vaeviz.config import UserError
from vaeviz.records.rate_plane import DedicatedPoint
from vaeviz.ui import kept, models
from vaeviz.ui.kept import Kept
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe

GRIDS = (SHIPPED / "dedicated", RUNS)  # a cell that is in both is the first's
LOADING = 60.0  # seconds for one model


@dataclass(frozen=True)
class Models:
    """Dedicated models, and L of the model shown with its standard error at the (τ, d) where they
    stand.

    `notes` name what could not be read.
    """

    points: tuple[DedicatedPoint, ...] = ()
    shown: Mapping[tuple[float, int], tuple[float, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def files(data: str, folders: tuple[Path, ...] = GRIDS) -> list[Path]:
    """The kept cells of a data set, one file a seed."""
    return [file for folder in folders for file in sorted(folder.glob(f"gap-{data}-seed*.json"))]


def grid(
    probe: Probe, settings: Settings, folders: tuple[Path, ...] = GRIDS
) -> tuple[DedicatedPoint, ...]:
    """The grid's models of this very data set, as wide as the multi-rate one; all Gaussian, at β =
    1.
    """
    return _grid(probe, settings, folders)[0]


def _grid(
    probe: Probe, settings: Settings, folders: tuple[Path, ...]
) -> tuple[tuple[DedicatedPoint, ...], tuple[str, ...]]:
    """The grid's models, and a line for each file that is damaged: the others still count."""
    found: dict[tuple[float, int, int], DedicatedPoint] = {}
    notes = []
    for file in files(probe.data.name, folders):
        try:
            for point in _cells(file, probe, models.widths(settings)):
                found.setdefault((point.tau, point.d, point.seed), point)
        except (UserError, OSError, TypeError, ValueError):
            notes.append(f"{file.name} is damaged: its dedicated models are left out.")
    return tuple(found.values()), tuple(notes)


def _cells(file: Path, probe: Probe, widths: tuple[int, ...]) -> list[DedicatedPoint]:
    from vaeviz.studies.gap import Kept as Cells

    seed = int(file.stem.rpartition("seed")[2])
    cells = Cells(file, probe.data, widths, seed).cells.values()
    return [
        DedicatedPoint("", c.tau, c.d, seed, c.rate, 2 * (c.objective - c.tau * c.rate))
        for c in cells
    ]  # L = ½ ‖x − x̂‖² + τR


def known(data: str, settings: Settings) -> tuple[Kept, ...]:
    """The kept and shipped VAEs of a data set with this decoder."""
    return tuple(
        own for own in kept.dedicated(data) if own.variational and settings.decoder in own.decoders
    )


def points(
    probe: Probe, settings: Settings, own: tuple[Kept, ...], folders: tuple[Path, ...] = GRIDS
) -> tuple[tuple[DedicatedPoint, ...], tuple[str, ...]]:
    """All of both sources, with a line for what is damaged; a model that can't be loaded is left
    out.
    """
    cells, notes = _grid(probe, settings, folders) if settings.gaussian else ((), ())
    return (*cells, *(point for each in own if (point := _measured(each, probe)))), notes


def _measured(own: Kept, probe: Probe) -> DedicatedPoint | None:
    try:
        codec = models.dedicated(own, probe, LOADING)
    except UserError:
        return None
    if codec is None:
        return None
    curve = codec.curve(own.run.latent)
    return DedicatedPoint(
        own.entry.name,
        own.tau,
        own.run.latent,
        own.run.seed,
        float(curve.rates[0]),
        float(curve.losses[0]),
        own.shipped,
    )
