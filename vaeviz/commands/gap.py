"""`gap`: the multi-rate model against dedicated ones over a grid of (τ, d)."""

from __future__ import annotations

import argparse
import statistics
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaeviz import checkpoints, data, families
from vaeviz.commands.command import Command, numbers, whole, wholes
from vaeviz.commands.loading import load
from vaeviz.commands.output import Output, table
from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS
from vaeviz.families import Trait

if TYPE_CHECKING:
    from vaeviz.commands.output import Bar
    from vaeviz.studies.gap import Kept, Row
    from vaeviz.training.dedicated import Look


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", nargs="?", default=data.DEFAULT, help="data set (default digits)")
    parser.add_argument(
        "--taus", type=numbers, help="τ of the grid (default 0.003,0.01,0.03,0.1,0.3,1,3)"
    )
    parser.add_argument(
        "--dims", type=wholes, help="d of the grid (default 2,4,8,16, as far as the data allows)"
    )
    parser.add_argument(
        "--limit", type=whole, help="train at most this many cells now; run again for the rest"
    )
    parser.add_argument(
        "--seed", type=whole, default=0, help="seed of the dedicated models (default 0)"
    )
    parser.add_argument(
        "--checkpoint", help="the multi-rate checkpoint (default: the one named after the data)"
    )
    parser.add_argument(
        "--out", type=Path, default=checkpoints.RUNS, help="folder of kept cells (default runs)"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    import torch

    from vaeviz.studies import gap

    torch.set_num_threads(1)
    loaded = checkpoints.load(args.checkpoint or args.data)
    family, settings = families.of_manifest(loaded.manifest)
    if Trait.EVERY_TAU not in family.traits or loaded.manifest.data != args.data:
        raise UserError(
            f"{loaded.manifest.name} is no multi-rate model of {args.data}: choose one with"
            " --checkpoint"
        )
    if not LIKELIHOODS[settings.likelihood].variance.shared:
        raise UserError(
            f"{loaded.manifest.name} has no Gaussian likelihood: give another with --checkpoint"
        )
    dataset = load(args.data, output)
    model: Any = loaded.model
    widths = settings.widths
    kept = gap.Kept(args.out / f"gap-{args.data}-seed{args.seed}.json", dataset, widths, args.seed)
    dims = args.dims or [d for d in gap.DIMS if d <= dataset.about.max_latent]
    cells = [(tau, d) for tau in args.taus or gap.TAUS for d in dims]
    _train(cells, kept, args, output)
    done = [kept.cells[cell] for cell in cells if cell in kept.cells]
    _report(gap.compare(model, dataset, done), len(cells), args.data, output)
    return 0


def _train(
    cells: list[tuple[float, int]], kept: Kept, args: argparse.Namespace, output: Output
) -> None:
    """Train the missing cells, at most --limit of them; save each as soon as it is done."""
    from vaeviz.studies import gap

    missing = [cell for cell in cells if cell not in kept.cells][: args.limit]
    for number, (tau, d) in enumerate(missing, 1):
        settings = gap.settings_of(args.data, tau, d, kept.widths, args.seed)
        with output.bar(len(missing), "dedicated") as bar:
            watch = partial(_show, bar, number - 1, f"τ {tau:g} d {d}")
            cell = gap.dedicated_cell(data.load(args.data), settings, watch)
        kept.add(cell)
        output.note(
            f"τ {tau:g}  d {d}: L {cell.objective:.5f} in {cell.steps:,} steps,"
            f" {cell.seconds:.0f} s"
        )


def _show(bar: Bar, done: int, where: str, look: Look) -> None:
    bar.show(done, f"{where}: step {look.step:,}  L {look.objective:.4f}  best {look.best:.4f}")


def _report(rows: list[Row], total: int, name: str, output: Output) -> None:
    """One line per cell, then the median and the worst excess."""
    lines = [
        (f"{r.tau:g}", str(r.d), f"{r.multi:.5f}", f"{r.dedicated:.5f}", f"{r.excess:+.2%}")
        for r in rows
    ]
    excess = [row.excess for row in rows]
    summary: dict[str, Any] = {"data": name, "cells": len(rows), "of": total}
    text = f"{len(rows)} of {total} cells of {name}"
    if rows:
        summary |= {"median": statistics.median(excess), "worst": max(excess)}
        text += f": median excess {summary['median']:+.2%}, worst {summary['worst']:+.2%}"
    shown = [{**asdict(row), "excess": row.excess} for row in rows]
    head = ("τ", "d", "multi-rate", "dedicated", "excess")
    output.result({**summary, "rows": shown}, f"{table(head, lines)}\n{text}" if rows else text)


ABOUT = """
One multi-rate model covers every τ = β·σ² and every d; a dedicated model is trained for one of
each. This command trains the dedicated models of a grid, with the same hidden widths, each
until its held-out objective stops falling, and prints both objectives: L = ½‖x − x̂‖² + τR per
held-out example, which is σ²·J without its constant. Finished cells are kept, so an interrupted
run resumes where it stopped.
"""
EXAMPLES = """
examples:
  python -m vaeviz gap digits                             28 models: about ten minutes
  python -m vaeviz gap digits --taus 0.1,1 --dims 2,16    four cells only
  python -m vaeviz gap mnist-5k --limit 5 --json          five more cells, then stop
"""
COMMAND = Command(
    "gap", "the multi-rate model against dedicated ones", ABOUT, EXAMPLES, configure, run
)
