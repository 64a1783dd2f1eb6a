"""`cures`: posterior collapse with and without each cure, over seeds."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import math
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

from vaeviz import data, writable
from vaeviz.checkpoints import studies
from vaeviz.commands.command import Command, whole, wholes
from vaeviz.commands.loading import load
from vaeviz.commands.output import Output, table
from vaeviz.config import RunSettings, UserError
from vaeviz.records.cures import NONE, Cure, CureRun, CureStudy

if TYPE_CHECKING:
    from vaeviz.records import Array

DRAWS = 4000  # samples of z for I(x;z)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "data", nargs="?", default=RunSettings.data, help="data set (default digits)"
    )
    parser.add_argument("--seeds", type=wholes, help="seeds of the study (default 1,2,3)")
    parser.add_argument(
        "--only", help="names of the cures, with commas between them (default: all)"
    )
    parser.add_argument("--steps", type=whole, help="updates of each run (default 1200)")
    parser.add_argument(
        "--out", type=Path, default=studies.FOLDER, help="folder of the study's JSON file"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    import torch

    from vaeviz.studies import cures

    torch.set_num_threads(1)
    steps = cures.BASE.steps if args.steps is None else args.steps
    base = dataclasses.replace(cures.BASE, data=args.data, steps=steps)
    chosen = _chosen(cures.cures(steps), args.only)
    path = studies.path_of(args.data, args.out)
    writable.require(args.out, path.name, studies.pull_path(args.data, args.out).name)
    dataset = load(args.data, output)
    seeds = tuple(dict.fromkeys(args.seeds or cures.SEEDS))
    runs, total = list[CureRun](), len(chosen) * len(seeds)
    with output.bar(total, "cures") as bar:
        for done in cures.study(dataset, base, chosen, seeds, _information):
            runs.append(done)
            bar.show(
                len(runs), f"{done.cure}, seed {done.seed}: R {done.rate:.2f}  ELBO {done.elbo:.2f}"
            )
    examples, elements = dataset.held_out.shape
    settings = {name: value for name, value in base.to_json().items() if name != "seed"}
    study = CureStudy(
        dataset.name,
        dataset.digest,
        datetime.date.today().isoformat(),
        settings,
        chosen,
        tuple(runs),
        examples,
        elements,
        cures.SAMPLES,
        DRAWS,
        math.log(examples),
        cures.TRIED,
    )
    studies.save(path, study)
    _watch(dataset, base, chosen, seeds[0], args.out)
    output.result(
        {"file": str(path), **dataclasses.asdict(study)}, f"{text(study)}\nsaved in {path}"
    )
    return 0


def _watch(
    dataset: data.Dataset, base: RunSettings, chosen: tuple[Cure, ...], seed: int, out: Path
) -> None:
    """Train the cure by free bits with the first seed, and measure its gradient."""
    from vaeviz.studies import cures, free_bits

    for cure in chosen:
        if "free_bits" in cure.changes:
            pull = free_bits.watched(dataset, cures.settings_of(base, cure, seed))
            studies.save_pull(studies.pull_path(dataset.name, out), pull)


def _chosen(cures: tuple[Cure, ...], only: str | None) -> tuple[Cure, ...]:
    """The baseline and the requested cures. Raises UserError for an unknown one."""
    names = [cure.name for cure in cures]
    chosen = names if only is None else only.split(",")
    unknown = [name for name in chosen if name not in names]
    if unknown:
        raise UserError(f"unknown cure {unknown[0][:40]!r}: use {', '.join(names)}")
    return tuple(cure for cure in cures if cure.name in chosen or cure.name == NONE)


def _information(mu: Array, logvar: Array) -> tuple[float, float]:
    from vaeviz.measures.latent.aggregate import kl_to_prior

    aggregate = kl_to_prior(mu, logvar, DRAWS)
    return aggregate.information, aggregate.error


def text(study: CureStudy) -> str:
    """The table: means over the seeds, each seed's active units, and the worst seed's ELBO."""
    head = ("", "R", "D", "ELBO", "worst gain", "active, by seed", f"I(x;z) of {study.cap:.2f}", "")
    rows = [_row(study, cure) for cure in study.cures]
    about = "the gain in ELBO is the worst seed's, over the same seed without a cure at the same σ²"
    under = f"{study.source}; nats per example, means over the seeds;\n{about}"
    return f"{table(head, rows, left=(0, 7))}\n{under}"


def _row(study: CureStudy, cure: Cure) -> tuple[str, ...]:
    runs = study.of(cure.name)
    means = [
        statistics.fmean(getattr(run, name) for run in runs)
        for name in ("rate", "distortion", "elbo", "information")
    ]
    active = " ".join(str(run.active) for run in runs)
    numbers = [f"{value:.2f}" for value in means]
    gain = f"{min(study.gains(cure.name)):+.2f}"
    return (cure.title, *numbers[:3], gain, active, numbers[3], study.verdict(cure.name))


ABOUT = """
Provokes posterior collapse and tries to cure it: a decoder that sees the pixels before the one it
predicts ignores z at β = 1, and each cure changes one setting of that model, with the same seeds,
batches and noise. All numbers are of held-out examples: rate, distortion, ELBO, active units and
the information I(x;z) between an example and its code, which a held-out set of N examples caps at
log N. The run with free bits is repeated with the first seed, and the pull of the KL on each
dimension is saved beside the study.
"""
EXAMPLES = """
examples:
  python -m vaeviz cures digits                             30 models: about ten minutes
  python -m vaeviz cures digits --only skip,free-bits --out runs
  python -m vaeviz cures digits --seeds 4 --steps 1500 --out runs --json
"""
COMMAND = Command(
    "cures", "posterior collapse with and without each cure", ABOUT, EXAMPLES, configure, run
)
