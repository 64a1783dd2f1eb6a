"""A command, and flag types that refuse with a reason."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass

from vaeviz.commands.output import Output


@dataclass(frozen=True)
class Command:
    """`help` is one line; `about` is the text above the flags, `epilog` the examples below."""

    name: str
    help: str
    about: str
    epilog: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Output], int]


def whole(text: str) -> int:
    """A whole number that fits in 53 bits."""
    value = int(text.replace("_", ""))
    if abs(value) > 2**53:
        raise argparse.ArgumentTypeError(f"{text[:20]} is too large")
    return value


def number(text: str) -> float:
    """A finite number."""
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text[:20]} is not finite")
    return value


def numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between them."""
    return tuple(number(part) for part in text.split(","))


def wholes(text: str) -> tuple[int, ...]:
    """Whole numbers with commas between them."""
    return tuple(whole(part) for part in text.split(","))


for _type, _words in (
    (whole, "whole number"),
    (number, "number"),
    (numbers, "list of numbers"),
    (wholes, "list of whole numbers"),
):
    _type.__name__ = _words  # argparse names the type in "invalid ... value"
