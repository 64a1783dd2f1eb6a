"""`toy`: the classic toy, beside its reference figures."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from vaeviz.commands.command import Command, whole
from vaeviz.commands.output import Output, table

NAMES = {
    "first_loss": "loss, mean of the first epoch",
    "last_loss": "loss, mean of the last epoch",
    "distance": "mean distance of samples to a centre",
    "near": "fraction of samples within 1.0",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", type=whole, default=0, help="seed of points, weights and noise (default 0)"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    import torch

    from vaeviz.studies.toy import EPOCHS, REFERENCE, SETTINGS, toy

    torch.set_num_threads(1)
    with output.bar(SETTINGS.steps, "toy") as bar:
        result = asdict(toy(args.seed, lambda record: bar.show(record.step, f"{EPOCHS} epochs")))
    rows = [(NAMES[key], f"{result[key]:.3f}", f"{REFERENCE[key]:.3f}") for key in NAMES]
    heads = ("three Gaussians", f"seed {args.seed}", "reference, one run")
    output.result({**result, "reference": REFERENCE, "reference_runs": 1}, table(heads, rows))
    return 0


ABOUT = """
Trains a 2-64-64-(2+2)/2-64-64-2 VAE on 2,000 points around (2, 0), (−2, 0) and (0, 2): ReLU, Adam
1e-3, batch 256, 800 epochs, squared error + KL (β = 1, σ² = ½, constants left out). Then decodes
2,000 samples of the prior: many are near a centre, the others between the centres, because the
decoder is continuous and the prior has no gaps. The reference figures are those of one run of
another program, and seed 0 is within 10 % of them; another seed may be farther off.
"""
EXAMPLES = """
examples:
  python -m vaeviz toy
  python -m vaeviz toy --seed 3 --json
"""
COMMAND = Command(
    "toy",
    "the classic toy on three Gaussians, beside its reference figures",
    ABOUT,
    EXAMPLES,
    configure,
    run,
)
