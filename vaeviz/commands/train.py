"""`train`: a dedicated model at one setting, saved as a checkpoint."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from vaeviz import checkpoints, data, families, writable
from vaeviz.checkpoints.manifest import check_name
from vaeviz.commands.command import Command
from vaeviz.commands.loading import load
from vaeviz.commands.output import Output
from vaeviz.commands.settings import add_flags, given
from vaeviz.config import RunSettings, UserError
from vaeviz.families import Family


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "data", nargs="?", default=RunSettings.data, help=f"data set: {', '.join(data.names())}"
    )
    add_flags(parser)
    parser.add_argument(
        "--family",
        choices=list(families.FAMILIES),
        default=families.VAE.name,
        help="the family of models (default vae)",
    )
    parser.add_argument("--linear", action="store_true", help="the same as --family linear")
    parser.add_argument(
        "--set",
        action="append",
        type=_assignment,
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the family that has no flag, such as max_latent=8 of multi-rate",
    )
    parser.add_argument(
        "--out", type=Path, default=checkpoints.RUNS, help="folder to save in (default runs)"
    )
    parser.add_argument(
        "--name", help="the checkpoint's name (default: data set, β, σ², d and seed)"
    )
    parser.add_argument(
        "--force", action="store_true", help="overwrite a checkpoint of the same name"
    )


def run(args: argparse.Namespace, output: Output) -> int:
    family, settings = _family(args)
    name = check_name(args.name or default_name(family, settings))
    target = args.out / f"{name}.json"
    if target.exists() and not args.force:
        raise UserError(f"{target} exists: add --force to overwrite it, or give another --name")
    writable.require(args.out, f"{name}.json", f"{name}.safetensors")
    import torch

    from vaeviz.training.results import numbers

    torch.set_num_threads(1)
    dataset = load(settings.data, output)
    with output.bar(settings.steps, "train") as bar:
        model = family.train(settings, dataset, bar.show)
    evaluation, manifest = family.judge(model, settings, dataset, name)
    saved = checkpoints.save(model, args.out, manifest)
    family.save_beside(model, settings, dataset, args.out / name, saved.sha256)
    values = {
        "checkpoint": str(args.out / name),
        "settings": settings.to_json(),
        "kl": evaluation.kl.tolist(),
    }
    text = (
        f"{name}: rate {evaluation.rate:.3f}, distortion {evaluation.distortion:.3f}"
        f" ± {evaluation.error:.3f}, ELBO {evaluation.elbo:.3f} nats held out;"
        f" {evaluation.active} of {len(evaluation.kl)} units active\n"
        f"saved in {args.out / name}.safetensors and .json"
    )
    output.result({**values, "held_out": numbers(evaluation)}, text)
    return 0


def default_name(family: Family, settings: Any) -> str:
    """Such as digits-beta1-var0.1-d8-seed0, with unusual settings before the seed."""
    s, usual = settings, RunSettings()
    if not isinstance(s, RunSettings):
        return f"{s.data}-{family.mark}-seed{s.seed}"
    extra = [
        value
        for value in (s.likelihood, s.architecture, s.schedule)
        if value not in (usual.likelihood, usual.architecture, usual.schedule)
    ]
    marks = [family.mark] if family.mark else []
    parts = [s.data, f"beta{s.beta:g}", f"var{s.sigma2:g}", f"d{s.latent}", *extra, *marks]
    return "-".join([*parts, f"seed{s.seed}"]).replace("+", "")


def _family(args: argparse.Namespace) -> tuple[Family, Any]:
    """The requested family and its settings; flags such as --decoder may name another."""
    family = families.LINEAR if args.linear else families.FAMILIES[args.family]
    values = {"data": args.data, **given(args), **dict(args.set), **family.fixes}
    settings = family.settings.from_json(values)
    return families.of(settings) if family.by_settings else family, settings


def _assignment(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


ABOUT = """
Trains one VAE (or plain autoencoder) at one setting of β, σ² and d, judges it on held-out examples
and saves it as a checkpoint: weights in a .safetensors file, everything else in a readable .json
beside it. For a fixed-variance Gaussian decoder only τ = β·σ² decides what is learned: β 4 with σ²
0.1 gives the same encoder and decoder as β 1 with σ² 0.4.
"""
EXAMPLES = """
examples:
  python -m vaeviz train                            digits, β = 1, σ² = 0.1, d = 8
  python -m vaeviz train --beta 30 --latent 16      most dimensions collapse
  python -m vaeviz train mnist-5k --likelihood bernoulli --schedule linear --warmup 1000
  python -m vaeviz train digits --free-bits 0.1 --beta 10 --json
  python -m vaeviz train --family autoencoder       no rate, no posterior
"""
COMMAND = Command(
    "train", "train a model at one setting and save it", ABOUT, EXAMPLES, configure, run
)
