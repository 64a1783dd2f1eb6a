"""The dedicated models of a data set: points of the rate–distortion plane, and a table.

Two sources: the models of `python -m vaeviz fidelity NAME`, shipped or under runs/fidelity, and
every kept or shipped model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vaeviz.chapters.model.settings import ModelView
from vaeviz.checkpoints import RUNS, studies
from vaeviz.config import UserError
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Table
from vaeviz.records.rate_plane import DedicatedPoint
from vaeviz.serve import kept, models
from vaeviz.serve.kept import Kept
from vaeviz.serve.probes import Probe

GRIDS = (studies.FOLDER, RUNS / "fidelity")  # the first has precedence
LOADING = 60.0  # seconds per model
COLUMNS = ("dedicated", "seeds", "R (nats)", "L", "L, model shown")


@dataclass(frozen=True)
class Models:
    """Dedicated models, and L of the shown model with its error at their (τ, d).

    `notes` name what could not be read.
    """

    points: tuple[DedicatedPoint, ...] = ()
    shown: Mapping[tuple[float, int], tuple[float, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def files(probe: Probe, view: ModelView, folders: tuple[Path, ...] = GRIDS) -> list[Path]:
    """The studies of the multi-rate model of these data and this likelihood."""
    entry = models.entry(probe.data.name, view.likelihood)
    name = entry.name if entry else probe.data.name
    places = (studies.fidelity_path(name, folder) for folder in folders)
    return [file for file in places if file.is_file()]


def known(data: str, view: ModelView) -> tuple[Kept, ...]:
    """The kept and shipped VAEs of a data set with this likelihood."""
    every = kept.dedicated(data)
    return tuple(one for one in every if one.variational and view.likelihood in one.likelihoods)


def points(
    probe: Probe, view: ModelView, known: tuple[Kept, ...], folders: tuple[Path, ...] = GRIDS
) -> tuple[tuple[DedicatedPoint, ...], tuple[str, ...]]:
    """The models of both sources, with a line per damaged one; unloadable models are left out."""
    cells, notes = grid(probe, view, folders)
    return (*cells, *(point for one in known if (point := _measured(one, probe)))), notes


def grid(
    probe: Probe, view: ModelView, folders: tuple[Path, ...] = GRIDS
) -> tuple[tuple[DedicatedPoint, ...], tuple[str, ...]]:
    """The studies' models of the multi-rate one's widths, with a line per damaged file."""
    cells: dict[tuple[float, int, int], DedicatedPoint] = {}
    notes = []
    for file in files(probe, view, folders):
        try:
            for point in _cells(file, probe, view):
                cells.setdefault((point.tau, point.d, point.seed), point)
        except (UserError, OSError):
            notes.append(f"{file.name} is damaged: its dedicated models are left out.")
    return tuple(cells.values()), tuple(notes)


def _cells(file: Path, probe: Probe, view: ModelView) -> list[DedicatedPoint]:
    """Of a study of these data and widths, the models from random weights."""
    study = studies.load_fidelity(file)
    widths = models.widths(probe.data.name, view.likelihood)
    if (study.digest, study.widths) != (probe.data.digest, widths):
        return []
    readings = [(one.seed, one.reading) for one in study.models if not one.warm]
    return [DedicatedPoint("", r.tau, r.d, seed, r.rate, r.loss) for seed, r in readings]


def _measured(one: Kept, probe: Probe) -> DedicatedPoint | None:
    try:
        codec = models.dedicated(one, probe, LOADING)
    except UserError:
        return None
    if codec is None:
        return None
    curve, run = codec.curve(one.run.latent), one.run
    rate, loss = float(curve.rates[0]), float(curve.losses[0])
    return DedicatedPoint(one.entry.name, one.tau, run.latent, run.seed, rate, loss, one.shipped)


def table(view: ModelView, codec: Codec, models: Models) -> Table:
    """One row per τ of the grid at this d, over its seeds, and one per kept or shipped model."""
    cells = [p for p in models.points if not p.name and p.d == view.d]
    named = [p for p in models.points if p.name]
    rows = [
        _row(
            f"{'τ' if view.gaussian else 'β'} {tau:g}",
            [p for p in cells if p.tau == tau],
            view,
            models,
        )
        for tau in sorted({p.tau for p in cells})
    ]
    rows += [_row(_name(p, view), [p], view, models) for p in named]
    source = _source(view, codec, bool(cells), models)
    if not rows:
        none = f"no dedicated model is kept for d = {view.d}"
        title = "No dedicated models to compare with"
        return Table(COLUMNS, ((none, "", "", "", ""),), title, source, f"{none}.")
    title = f"Dedicated models at d = {view.d}, and the one shown"
    finding = f"{len(rows)} rows of dedicated models; latent size {view.d}."
    return Table(COLUMNS, tuple(rows), title, source, finding)


def _name(p: DedicatedPoint, view: ModelView) -> str:
    """Lines may break only between the parts, so that the column of names shrinks."""
    symbol, at = "τ" if view.gaussian else "β", "" if p.d == view.d else f", d\u00a0{p.d}"
    return f"{p.name}{at}, {symbol}\u00a0{p.tau:.2g}"


def _row(name: str, same: list[DedicatedPoint], view: ModelView, models: Models) -> tuple[str, ...]:
    """Models of one (τ, d), and the shown model there, if it covers it."""
    scale, place = view.density.loss_factor, (same[0].tau, same[0].d)
    levels = [scale * p.loss + p.tau * p.rate for p in same]
    shown = "{:.3f} ± {:.3f}".format(*models.shown[place]) if place in models.shown else ""
    return (name, str(len(same)), _range([p.rate for p in same], 2), _range(levels, 3), shown)


def _source(view: ModelView, codec: Codec, cells: bool, models: Models) -> str:
    level = "L = ½‖x − x̂‖² + τR" if view.gaussian else "L = D + βR"
    seeds = "; rows of τ: 'vaeviz fidelity', least–greatest of the seeds" if cells else ""
    column = f"; last column: {codec.source}, one z per example, ± standard error"
    return f"{level}{seeds}{column if models.shown else ''}"


def _range(values: list[float], digits: int) -> str:
    """One number, or the least and the greatest of several, if they differ in these digits."""
    ends = dict.fromkeys(f"{value:.{digits}f}" for value in (min(values), max(values)))
    return "–".join(ends)
