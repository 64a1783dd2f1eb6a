"""Mistakes that a loss shows by itself, under the names of the exhibits of the museum of bugs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from vaeviz.theory.pasted.algebra import Sum, symbol
from vaeviz.theory.pasted.code import parsed
from vaeviz.theory.pasted.terms import MEAN, SUM, Term

_WEIGHT = re.compile(r"beta|β|kld?_?(weight|w|coeff?)|(weight|w|coeff?)_?kld?", re.IGNORECASE)
_COUNT = "#"  # begins the symbols of sizes


@dataclass(frozen=True)
class Pair:
    """An error and a KL that a line adds, and the KL's factor over the error's."""

    error: Term
    rate: Term
    ratio: Sum

    @property
    def plain(self) -> bool:
        """Whether the weight is 1 or a name: no number that undoes a mean."""
        names = [str(name) for name in self.ratio.symbols]
        sizes = any(name.startswith(_COUNT) for name in names)
        return self.ratio.constant == 1 or (bool(names) and not sizes)


def _subtracted(pair: Pair) -> bool:
    return all(factor < 0 for factor in pair.ratio.parts.values())


def _one_divisor(pair: Pair) -> bool:
    both = (pair.error.features, pair.rate.features) == (MEAN, SUM)
    return both and pair.ratio.parts == symbol("#features", -1.0).parts


def _pixel_mean(pair: Pair) -> bool:
    return pair.error.features == MEAN and pair.plain


def _kl_mean(pair: Pair) -> bool:
    return (pair.error.features, pair.rate.features) == (SUM, MEAN) and pair.plain


def _squared(pair: Pair) -> bool:
    powers = [power for product in pair.ratio.parts for name, power in product
              if not str(name).startswith(_COUNT)]  # fmt: skip
    return any(power >= 2 for power in powers)


RULES: dict[str, Callable[[Pair], bool]] = {
    "kl-sign": _subtracted,
    "twice": _squared,
    "false-alarm": _one_divisor,
    "pixel-mean": _pixel_mean,
    "kl-mean": _kl_mean,
}
UNUSED = "unused-beta"


def mistakes(text: str, pair: Pair | None) -> tuple[str, ...]:
    """The exhibits that the code belongs to; the sums in it are read already."""
    made = [name for name, rule in RULES.items() if pair and rule(pair)]
    return (*made, UNUSED) if _unused_weight(text) else tuple(made)


def _unused_weight(text: str) -> bool:
    """Whether a function takes a weight of the KL and never reads it."""
    body = parsed(text) or []
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    return any(_takes(function) - _reads(function) for function in functions)


def _takes(function: ast.FunctionDef) -> set[str]:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return {each.arg for each in arguments if _WEIGHT.fullmatch(each.arg)}


def _reads(function: ast.FunctionDef) -> set[str]:
    return {node.id for each in function.body for node in ast.walk(each)
            if isinstance(node, ast.Name)}  # fmt: skip
