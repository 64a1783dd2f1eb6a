"""`fidelity`: whether the multi-rate model behaves as dedicated ones do, reading by reading."""

from __future__ import annotations

import argparse
import statistics
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaeviz import checkpoints, families, writable
from vaeviz.checkpoints import studies
from vaeviz.commands.command import Command, numbers, whole, wholes
from vaeviz.commands.loading import load
from vaeviz.commands.output import Output, table
from vaeviz.config import RunSettings, UserError
from vaeviz.families import Trait
from vaeviz.records.fidelity import DIMS, TAUS

if TYPE_CHECKING:
    from vaeviz.commands.output import Bar
    from vaeviz.measures.fidelity import Comparison
    from vaeviz.studies.fidelity import Cell
    from vaeviz.training.dedicated import Look

    Rows = dict[tuple[tuple[float, int], str], Comparison]

STARTS = ("random", "warm", "either")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", nargs="?", default=RunSettings.data, help="multi-rate checkpoint (default digits)"
    )
    parser.add_argument("--taus", type=numbers, help="τ of the grid (default 0.001 to 3, eight)")
    parser.add_argument(
        "--dims", type=wholes, help="d of the grid (default 2,4,8,16, as far as the model goes)"
    )
    parser.add_argument("--seeds", type=wholes, help="dedicated models per cell (default 0,1,2)")
    parser.add_argument(
        "--warm", action="store_true", help="also train each from its neighbour at the smaller τ"
    )
    parser.add_argument(
        "--limit", type=whole, help="train at most this many models now; go on another time"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=checkpoints.RUNS / "fidelity",
        help="folder of the dedicated models (default runs/fidelity)",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    import torch

    from vaeviz.studies import fidelity

    torch.set_num_threads(1)
    loaded = checkpoints.load(args.model)
    family, settings = families.of_manifest(loaded.manifest)
    if Trait.EVERY_TAU not in family.traits:
        raise UserError(f"{loaded.manifest.name} is no multi-rate model: name one")
    dims = args.dims or tuple(d for d in DIMS if d <= settings.max_latent)
    taus = args.taus or TAUS
    grid = fidelity.grid(taus, dims, args.seeds or fidelity.SEEDS, args.warm)
    path = studies.fidelity_path(loaded.manifest.name, args.out)
    for folder in (args.out, args.out / fidelity.READINGS):
        writable.require(folder, path.name)
    dataset = load(settings.data, output)
    study = fidelity.Study(loaded.manifest.name, settings, dataset, args.out, taus)
    missing = [cell for cell in grid if not study.has(cell)]
    for number, cell in enumerate(missing[: args.limit]):
        with output.bar(len(missing), "dedicated") as bar:
            study.train(cell, partial(_show, bar, number, cell))
        output.note(study.name(cell))
    done = [cell for cell in grid if study.has(cell)]
    rows = study.compare(families.open_codec(loaded), done)
    if done:
        own = {place: row.multi for (place, _), row in rows.items()}
        studies.save_fidelity(path, study.record(done, own.values(), loaded.manifest.sha256))
        output.note(f"saved in {path}")
    _report(study.of, rows, len(done), len(grid), output)
    return 0


def _show(bar: Bar, done: int, cell: Cell, look: Look) -> None:
    where = f"τ {cell.tau:g} d {cell.d} seed {cell.seed}{' warm' * cell.warm}"
    bar.show(done, f"{where}: step {look.step:,}  L {look.objective:.4f}  best {look.best:.4f}")


def _report(name: str, rows: Rows, done: int, total: int, output: Output) -> None:
    lines = [_line(place, start, row) for (place, start), row in rows.items()]
    summary: dict[str, Any] = {"model": name, "models": done, "of": total}
    for start in STARTS:
        chosen = [row for (_, s), row in rows.items() if s == start]
        if chosen:
            summary[start] = _summary(chosen)
    readings = [
        {
            "start": start,
            "multi": asdict(row.multi),
            "seeds": [asdict(one) for one in row.dedicated],
            "maps": row.maps,
        }
        for (_, start), row in rows.items()
    ]
    head = ("τ", "d", "from", "L", "R", "active", "collapsed", "KL apart", "energy", "near", "map")
    words = [f"{start}: {summary[start]}" for start in STARTS if start in summary]
    text = "\n".join([f"{done} of {total} dedicated models", *words])
    output.result({**summary, "rows": readings}, f"{table(head, lines)}\n{text}" if rows else text)


def _line(place: tuple[float, int], start: str, row: Comparison) -> tuple[str, ...]:
    """The multi-rate model's value, then the seeds' range; "!" where it does not fit."""

    def beside(name: str, places: int, fits: bool = True) -> str:
        values = [getattr(one, name) for one in row.dedicated]
        own, low, high = (
            f"{v:.{places}f}" for v in (getattr(row.multi, name), min(values), max(values))
        )
        return f"{own} ({low}–{high}){'' if fits else ' !'}"

    return (
        f"{place[0]:g}",
        str(place[1]),
        start,
        f"{row.excess:+.1%}",
        beside("rate", 2, row.rate_fits),
        beside("active", 0, row.count_fits("active")),
        beside("collapsed", 0, row.count_fits("collapsed")),
        f"{row.spectrum:.2f}{'' if row.spectrum_fits else ' !'}",
        beside("energy", 3, row.energy_fits),
        beside("near", 2),
        "" if row.maps is None else f"{row.maps[0]:.2f} ({row.maps[1]:.2f})",
    )


def _summary(rows: list[Comparison]) -> dict[str, Any]:
    """How many cells fit, by reading; the excess in percent."""
    excess = [100 * row.excess for row in rows]
    return {
        "cells": len(rows),
        "excess median %": round(statistics.median(excess), 2),
        "excess worst %": round(max(excess), 2),
        "rate": sum(row.rate_fits for row in rows),
        "active": sum(row.count_fits("active") for row in rows),
        "collapsed": sum(row.count_fits("collapsed") for row in rows),
        "spectrum": sum(row.spectrum_fits for row in rows),
        "energy": sum(row.energy_fits for row in rows),
    }


ABOUT = """
One multi-rate model answers for every τ and every d. This command trains dedicated models over a
grid of both, several seeds each, until their held-out objective stops falling. It compares what a
lecture looks at: objective, rate, KL spectrum, active and collapsed dimensions, and samples from
the prior. Every model is kept, so an interrupted study goes on where it stopped.
"""
EXAMPLES = """
examples:
  python -m vaeviz fidelity digits                          96 models: about 12 minutes
  python -m vaeviz fidelity digits --warm                   84 more, each from its neighbour
  python -m vaeviz fidelity mnist-5k --limit 10 --json      ten more models, then the numbers so far
"""
COMMAND = Command(
    "fidelity", "the multi-rate model's readings against dedicated ones", ABOUT, EXAMPLES,
    configure, run,
)  # fmt: skip
