"""`evaluate`: the held-out numbers of a checkpoint."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vaeviz import checkpoints, families
from vaeviz.commands.command import Command, number, whole
from vaeviz.commands.loading import load
from vaeviz.commands.output import Output
from vaeviz.config import UserError
from vaeviz.records import ACTIVE

if TYPE_CHECKING:
    from vaeviz.records import Evaluation

COLLAPSED = 0.1  # nats: a dimension with a smaller mean KL is collapsed


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "checkpoint", help="a name in runs/ or checkpoints/, or the path of one of its files"
    )
    parser.add_argument(
        "--samples", type=whole, default=16, help="posterior samples per example (default 16)"
    )
    parser.add_argument("--seed", type=whole, default=0, help="seed of those samples (default 0)")
    parser.add_argument(
        "--beta", type=number, help="β (default: the checkpoint's; 1 for a multi-rate model)"
    )
    parser.add_argument(
        "--sigma2", type=number, help="σ² of a multi-rate model's decoder (default 0.1)"
    )
    parser.add_argument(
        "--latent", type=whole, help="d of a multi-rate model (default: all its dimensions)"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    import torch

    from vaeviz.training.evaluate import evaluate
    from vaeviz.training.results import numbers

    torch.set_num_threads(1)
    loaded = checkpoints.load(args.checkpoint)
    dataset = load(loaded.manifest.data, output)
    if dataset.digest != loaded.manifest.digest:
        raise UserError(
            f"{loaded.manifest.name} was trained on another version of {dataset.name!r}: train it"
            " again"
        )
    family, settings = families.of_manifest(loaded.manifest)
    model, settings = family.coder(loaded.model, settings, args.beta, args.sigma2, args.latent)
    evaluation = evaluate(model, dataset.held_out, settings, args.samples, args.seed)
    values = {
        "checkpoint": loaded.manifest.name,
        "kind": loaded.manifest.kind,
        "data": dataset.name,
        "beta": evaluation.beta,
        "held_out": numbers(evaluation),
        "kl": evaluation.kl.tolist(),
    }
    output.result(values, _text(loaded.manifest.name, evaluation))
    return 0


def _text(name: str, e: Evaluation) -> str:
    lines = [
        (
            f"{name}: {e.examples} held-out examples, {e.samples} samples of z each, nats"
            " per example"
        ),
        f"  distortion D  {e.distortion:10.3f} ± {e.error:.3f} (from sampling z)",
        f"  rate R        {e.rate:10.3f}",
        f"  ELBO -(D + R) {e.elbo:10.3f}",
        f"  J = D + βR    {e.objective:10.3f}   β = {e.beta:g}",
        f"  active units  {e.active:10d}   of {len(e.kl)}: Var(E[z|x]) > {ACTIVE:g}",
        (
            f"  collapsed     {int((e.kl < COLLAPSED).sum()):10d}   of {len(e.kl)}: KL"
            " below 0.1 nats"
        ),
        f"  KL of each    {' '.join(f'{kl:.2f}' for kl in sorted(e.kl, reverse=True))}",
    ]
    return "\n".join(lines)


ABOUT = """
Evaluates a saved model on the held-out fifth of its data set. The rate is exact; the distortion is
averaged over posterior samples, and its error is that of the sampling. For a multi-rate model, give
β, σ² and d as flags.
"""
EXAMPLES = """
examples:
  python -m vaeviz evaluate digits-beta1-var0.1-d8-seed0
  python -m vaeviz evaluate runs/mine.safetensors --samples 64 --json
  python -m vaeviz evaluate digits --beta 4 --sigma2 0.05 --latent 2   the shipped multi-rate model
"""
COMMAND = Command(
    "evaluate",
    "held-out rate, distortion, ELBO and active units of a checkpoint",
    ABOUT,
    EXAMPLES,
    configure,
    run,
)
