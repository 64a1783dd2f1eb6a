"""`variances`: one small VAE whose encoder gives log σ², σ, or a clamped σ²."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from vaeviz import writable
from vaeviz.checkpoints import studies
from vaeviz.commands.command import Command, numbers, whole, wholes
from vaeviz.commands.output import Output, table
from vaeviz.records.variance_outputs import RATES, SEEDS, WAYS, VarianceRun, VarianceStudy


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rates", type=numbers, help="learning rates (default 0.001 … 0.1)")
    parser.add_argument("--seeds", type=wholes, help="seeds (default 0,1,2)")
    parser.add_argument("--steps", type=whole, help="updates of each run (default 400)")
    parser.add_argument(
        "--out", type=Path, default=studies.FOLDER, help="folder of the study's JSON file"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    path = studies.variances_path(args.out)
    writable.require(args.out, path.name)
    import torch

    from vaeviz.studies import variance_outputs as study

    torch.set_num_threads(1)
    rates, seeds = args.rates or RATES, args.seeds or SEEDS
    steps = args.steps or study.STEPS
    made, total = list[VarianceRun](), len(rates) * len(seeds) * len(WAYS)
    with output.bar(total, "variances") as bar:
        for one in study.runs(rates, seeds, steps):
            made.append(one)
            bar.show(len(made), f"{one.way}, {one.learning_rate:g}: {outcome(one)}")
    whole_study = study.study(made, steps)
    studies.save_variances(path, whole_study)
    said = f"{text(whole_study)}\nsaved in {path}"
    output.result({"file": str(path), **dataclasses.asdict(whole_study)}, said)
    return 0


def outcome(one: VarianceRun) -> str:
    """The final loss, or where it broke, and the share of dead outputs."""
    if one.broken:
        return f"NaN at step {one.broken}"
    dead = f", {100 * one.dead[-1]:.0f} % dead" if one.dead[-1] else ""
    return f"{one.final:.2f}{dead}"


def text(study: VarianceStudy) -> str:
    """The table: a row per learning rate and seed."""
    rows = [
        (f"{rate:g}", str(seed), *map(outcome, study.of(rate, seed)))
        for rate in study.rates
        for seed in study.seeds
    ]
    return f"{table(('learning rate', 'seed', *WAYS), rows)}\n{study.source}"


ABOUT = """
Trains a small VAE on three Gaussians in the plane, with the encoder's variance outputs read in
three ways: as log σ², as σ (less 1), and as σ² (less 1) with a clamp at 1e-4. Weights, batches and
noise are the same for one seed. Shows the mean loss of the last records, the step whose loss was no
number, and the share of outputs at the clamp.
"""
EXAMPLES = """
examples:
  python -m vaeviz variances                               45 runs: under a minute
  python -m vaeviz variances --rates 0.02 --seeds 5 --out runs --json
"""
COMMAND = Command(
    "variances",
    "log σ², σ or a clamped σ² as output of an encoder",
    ABOUT,
    EXAMPLES,
    configure,
    run,
)
