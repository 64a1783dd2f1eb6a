"""The terms of a loss: an error or a KL, how each axis is reduced, and how to recognise one.

squared error    c (a - b)²        cross-entropy  -c (a log b + (1 - a) log(1 - b))
absolute error   c |a - b|         KL of N(μ, σ²) from N(0, 1), per dimension
                                   ½ c (μ² + σ² - log σ² - 1), with σ² = b, b² or exp(k b)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from vaeviz.theory.pasted.algebra import Function, Sum, number, symbol
from vaeviz.theory.pasted.code import Unread

SQUARED, HALF, ABSOLUTE, ENTROPY, KL = "mse", "half-mse", "l1", "bce", "kl"
SUM, MEAN, LAST = "sum", "mean", "last"  # LAST: a mean over the last axis, as Keras takes it


@dataclass(frozen=True)
class Term:
    """`factor` · an error or KL, reduced over features and batch as said ("" for not yet).

    `beyond`: the operands may leave [0, 1], so that the range of the data is unclear. `serial`
    distinguishes terms of the same kind.
    """

    kind: str
    features: str = ""
    batch: str = ""
    factor: Sum = field(default=number(1), compare=False)
    beyond: bool = False
    serial: int = 0

    @property
    def multiple(self) -> float:
        """The factor, one product, without its names."""
        return next(iter(self.factor.parts.values()))


def recognised(a: Sum) -> Term:
    """The elementwise error or KL that this expression is."""
    common = _common(a)
    rest = a / common
    names = sorted({s.name if isinstance(s, Function) else str(s) for s in rest.symbols})
    for p, q in permutations(names) if len(names) == 2 and len(rest.parts) in (3, 4) else ():
        for kind, pattern in _patterns(p, q, rest):
            parts = {m: c for m, c in rest.parts.items() if m or kind != KL}  # 1 moves no KL
            if parts.keys() == pattern.parts.keys():
                factor, *others = (c / pattern.parts[m] for m, c in parts.items())
                if all(math.isclose(other, factor) for other in others):
                    return Term(kind, factor=number(factor) * common)
    raise Unread("an expression that is neither an error nor a KL")


def _patterns(p: str, q: str, a: Sum) -> Iterator[tuple[str, Sum]]:
    """What a may be a multiple of."""
    x, y = symbol(p), symbol(q)
    exp, log, log1m = (Function(kind, q) for kind in ("exp", "log", "log1m"))
    if log1m in a.symbols:
        yield ENTROPY, -x * symbol(log) - (number(1) - x) * symbol(log1m)
    elif log in a.symbols:
        for k in (1, 2):
            yield KL, number(0.5) * (x**2 + y**k - number(k) * symbol(log))
    else:
        yield SQUARED, (x - y) ** 2
    for k in {k for m in a.parts for s, k in m if s == exp}:
        yield KL, number(0.5) * (x**2 + symbol(exp, k) - number(k) * y)


def _common(a: Sum) -> Sum:
    """The common symbols of all products, with their smallest powers."""
    first, *others = [dict(m) for m in a.parts] or [{}]
    shared = [s for s in first if all(s in powers for powers in others)]
    powers = ((s, min(powers[s] for powers in (first, *others))) for s in shared)
    return Sum({frozenset(powers): 1.0})


def scale(kind: str, sides: Sequence[Sum]) -> Sum | None:
    """s² or |s| of an error of s · a and s · b, or of their difference; else None."""
    if kind == ENTROPY or not sides:
        return None
    try:
        square = recognised((sides[0] - sides[1] if sides[1:] else sides[0]) ** 2)
    except Unread:
        return None
    return square.factor ** (0.5 if kind == ABSOLUTE else 1)


def within(side: Sum) -> bool:
    """Whether this operand stays within [0, 1] if its one name does."""
    ends = (side.parts.get(frozenset(), 0.0), sum(side.parts.values()))
    return len(side.symbols) == 1 and all(0 <= end <= 1 for end in ends)


def reduced(term: Term, how: str, axes: tuple[int, ...] | None) -> Term:
    """The term after a sum or a mean over these axes (None: all remaining)."""
    if axes is None:
        if term.features == LAST and how == SUM:
            raise Unread("a sum of means over the last axis")
        features = MEAN if term.features == LAST else term.features or how
        return replace(term, features=features, batch=term.batch or how)
    if term.features in (SUM, MEAN) or (term.features == LAST and axes in ((0,), (-1,))):
        if term.batch or axes not in ((0,), (-1,)):
            raise Unread("a reduction over a missing axis")
        return replace(term, batch=how)
    over = {"batch" if axis == 0 and not term.batch else "features" for axis in axes}
    if term.features == LAST and "features" in over and (how == MEAN or len(axes) < 2):
        raise Unread("a second reduction over pixels")
    return replace(term, **dict.fromkeys(over, how))


def counted(term: Term) -> Term:
    """The term with half a square as a kind, a sum over n things times 1/n as a mean, and a mean
    times n, where nothing else is unknown, as a sum.
    """
    if term.features == LAST:
        term = replace(term, features=MEAN)
    if term.kind == SQUARED and abs(term.multiple) == 0.5:
        term = replace(term, kind=HALF, factor=number(2) * term.factor)
    for axis, how, things in (
        ("features", term.features, "#latents" if term.kind == KL else "#features"),
        ("batch", term.batch, "#batch"),
    ):
        times = dict(next(iter(term.factor.parts))).get(things, 0)
        alone = term.factor.symbols == {things}
        if (how, times) == (SUM, -1) or (alone and (how, times) == (MEAN, 1)):
            other = {axis: MEAN if how == SUM else SUM}
            term = replace(term, factor=term.factor / symbol(things, times), **other)
    return term
