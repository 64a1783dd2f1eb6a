"""`train`: a dedicated model at one setting, saved as a checkpoint."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vaeviz import checkpoints, data
from vaeviz.checkpoints.manifest import check_name
from vaeviz.commands.command import Command
from vaeviz.commands.loading import load
from vaeviz.commands.output import Output
from vaeviz.commands.settings import add_flags, given
from vaeviz.config import RunSettings, UserError

if TYPE_CHECKING:
    from vaeviz.models.linear import LinearVAE
    from vaeviz.models.vae import VAE

EVERY = 25  # steps between two looks of the progress bar


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "data", nargs="?", default=data.DEFAULT, help=f"data set: {', '.join(data.names())}"
    )
    add_flags(parser)
    parser.add_argument(
        "--linear", action="store_true", help="a linear VAE, whose optimum is known exactly"
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
    settings = given(args, args.data)
    name = check_name(args.name or default_name(settings, args.linear))
    target = args.out / f"{name}.json"
    if target.exists() and not args.force:
        raise UserError(f"{target} exists: add --force to overwrite it, or give another --name")
    import torch

    from vaeviz.training.results import judged, numbers

    torch.set_num_threads(1)
    dataset = load(settings.data, output)
    model = _model(settings, dataset, args.linear)
    _train(model, dataset, settings, output)
    found, manifest = judged(model, settings, dataset, name, "linear" if args.linear else "vae")
    checkpoints.save(model, args.out, manifest)
    values = {
        "checkpoint": str(args.out / name),
        "settings": settings.to_json(),
        "kl": found.kl.tolist(),
    }
    text = (
        f"{name}: rate {found.rate:.3f}, distortion {found.distortion:.3f} ± {found.error:.3f}, "
        f"ELBO {found.elbo:.3f} nats held out; {found.active} of {settings.latent} units active\n"
        f"saved in {args.out / name}.safetensors and .json"
    )
    output.result({**values, "held_out": numbers(found)}, text)
    return 0


def default_name(settings: RunSettings, linear: bool = False) -> str:
    """digits-beta1-var0.1-d8-seed0, with what differs from the usual in front of the seed."""
    s, usual = settings, RunSettings()
    extra = [
        value
        for value in (s.likelihood, s.architecture, s.schedule)
        if value not in (usual.likelihood, usual.architecture, usual.schedule)
    ]
    parts = [s.data, f"beta{s.beta:g}", f"var{s.sigma2:g}", f"d{s.latent}", *extra]
    parts += ["linear"] * linear + ["plain"] * (not s.variational) + [f"seed{s.seed}"]
    return "-".join(parts).replace("+", "")


def _model(settings: RunSettings, dataset: data.Dataset, linear: bool) -> VAE | LinearVAE:
    import torch

    from vaeviz.models import linear as linear_vae
    from vaeviz.models import vae

    if linear:
        return linear_vae.build(settings, torch.tensor(dataset.train.mean(0)))
    return vae.build(settings, dataset.shape)


def _train(
    model: VAE | LinearVAE, dataset: data.Dataset, settings: RunSettings, output: Output
) -> None:
    from vaeviz.training.loop import train

    with output.bar(settings.steps, "train") as bar:
        for record in train(model, dataset.train, settings, every=EVERY):
            remark = f"D {record.distortion:.2f}  R {record.rate:.2f}  β {record.beta:.3g}"
            bar.show(record.step, remark)


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
"""
COMMAND = Command(
    "train", "train a model at one setting and save it", ABOUT, EXAMPLES, configure, run
)
