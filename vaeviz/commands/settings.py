"""A flag with help for each field of RunSettings, which has the defaults."""

from __future__ import annotations

import argparse
from typing import Any

from vaeviz.commands.command import number, whole, wholes
from vaeviz.config import ARCHITECTURES, DECODERS, LIKELIHOODS, SCHEDULES, RunSettings

HELP = {
    "likelihood": (
        "p(x|z); gaussian has a fixed σ², -learned trains one for all pixels, "
        "-optimal sets it to the mean squared error, -per-pixel predicts one per pixel"
    ),
    "architecture": "fully connected, or small strided convolutions for images",
    "widths": (
        "hidden layers of the encoder (and of a mirrored decoder): units, or channels of a conv"
        " model"
    ),
    "decoder": (
        "the encoder's mirror image; a single linear layer from z, which is weak; or a masked one, "
        "which also sees the pixels before the one it predicts and may ignore z"
    ),
    "latent": "d, the number of latent dimensions",
    "levels": "grey levels of a categorical likelihood",
    "variational": "sample z and add its rate; --no-variational is --family autoencoder",
    "beta": "β, the final weight of the KL term",
    "sigma2": "σ², the variance of a Gaussian likelihood (where learned ones start)",
    "schedule": "how β gets to its final value: at once, by a linear warm-up, or in cycles",
    "warmup": "steps of the warm-up, or of one cycle",
    "free_bits": "nats per latent dimension that the rate term leaves free",
    "learning_rate": "Adam's step size",
    "batch": "examples per step",
    "steps": "updates",
    "seed": "decides the initial weights, the batches and the noise",
    "skip": "add z in every layer of a masked decoder, not only in the first",
    "reach": "rows and columns away that a masked decoder sees; 0 for all pixels before",
    "unseen": "share of the pixels hidden from a masked decoder in training",
}
CHOICES = {
    "likelihood": tuple(LIKELIHOODS),
    "architecture": ARCHITECTURES,
    "decoder": DECODERS,
    "schedule": SCHEDULES,
}
TYPES = {int: whole, float: number, tuple: wholes, str: str}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """--beta, --sigma2, ...: one flag for each setting but the data set."""
    defaults = RunSettings()
    for name, words in HELP.items():
        default = getattr(defaults, name)
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else default
        flag = "--" + name.replace("_", "-")
        parser.add_argument(
            flag,
            help=f"{words} (default {shown})",
            default=argparse.SUPPRESS,
            **_kind(name, default),
        )


def given(args: argparse.Namespace) -> dict[str, Any]:
    """The settings given as flags, by name."""
    return {name: getattr(args, name) for name in HELP if hasattr(args, name)}


def _kind(name: str, default: object) -> dict[str, Any]:
    """The argparse arguments for a setting with that default."""
    if isinstance(default, bool):
        return {"action": argparse.BooleanOptionalAction}
    limits = {"choices": CHOICES[name]} if name in CHOICES else {"metavar": name[0].upper()}
    return {"type": TYPES[type(default)], **limits}
