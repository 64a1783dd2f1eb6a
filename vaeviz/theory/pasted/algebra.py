"""Small sums of products of names: the algebra of a loss.

Input is untrusted: every operation refuses results that are larger than any real loss.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vaeviz.theory.pasted.code import Unread

Product = frozenset[tuple[Hashable, float]]  # symbols and their powers: a name or a Function
_SUMMANDS, _FACTORS = 40, 12  # real losses have fewer than ten of each
_ONE: Product = frozenset()
_EPSILON = 1e-3  # added within a logarithm, to keep it finite


class Function(NamedTuple):
    """exp or log of a name; log1m for log(1 - name)."""

    kind: str
    name: str


@dataclass(frozen=True)
class Sum:
    """A sum of products, multiplied out: each product and its factor."""

    parts: Mapping[Product, float]

    def __add__(self, other: Sum) -> Sum:
        return _sum([*self.parts.items(), *other.parts.items()])

    def __neg__(self) -> Sum:
        return Sum({m: -c for m, c in self.parts.items()})

    def __sub__(self, other: Sum) -> Sum:
        return self + -other

    def __mul__(self, other: Sum) -> Sum:
        if len(self.parts) * len(other.parts) > _SUMMANDS:
            raise Unread("a product of long sums")
        pairs = [(m, n) for m in self.parts for n in other.parts]
        return _sum((_product([*m, *n]), self.parts[m] * other.parts[n]) for m, n in pairs)

    def __truediv__(self, other: Sum) -> Sum:
        return self * other**-1.0

    def __pow__(self, exponent: Sum | float) -> Sum:
        """A small power of one product, or the square of a sum."""
        by = exponent.constant if isinstance(exponent, Sum) else exponent
        if len(self.parts) != 1 and by == 2:
            return self * self
        if len(self.parts) != 1 or by is None or abs(by) > 8:
            raise Unread("a power")
        ((m, c),) = self.parts.items()
        if c < 0 and by != int(by):
            raise Unread("a root of a negative number")
        try:
            return _sum([(_product((s, p * by) for s, p in m), c**by)])
        except OverflowError:
            raise Unread("a number that is too large") from None

    def __str__(self) -> str:
        """The products without their factors, such as "beta · 1/n"."""
        return " + ".join(" · ".join(sorted(map(_power, m))) for m in self.parts if m)

    @property
    def symbols(self) -> set[Hashable]:
        """All its symbols."""
        return {s for m in self.parts for s, _ in m}

    @property
    def constant(self) -> float | None:
        """Its value, if it is a number."""
        return None if self.symbols else self.parts.get(_ONE, 0.0)


def number(value: float) -> Sum:
    """A constant."""
    try:
        return _sum([(_ONE, float(value))])
    except OverflowError:
        raise Unread("a number that is too large") from None


def symbol(name: Hashable, power: float = 1.0) -> Sum:
    """One symbol, or a power of it."""
    return Sum({frozenset({(name, power)}): 1.0})


def exp(a: Sum) -> Sum:
    """exp of c · name, or of c · log(name)."""
    match [(*m, c) for m, c in a.parts.items()]:
        case [((str(name), 1.0), c)]:
            return symbol(Function("exp", name), c)
        case [((Function("log", name), 1.0), c)]:
            return symbol(name, c)
    raise Unread("a function of a longer expression")


def log(a: Sum) -> Sum:
    """log of a name, of its power, or of 1 - name, without a small added number."""
    constant = a.parts.get(_ONE, 0.0)
    match [(*m, c) for m, c in a.parts.items() if m]:
        case [((str(name), 1.0), -1.0)] if abs(constant - 1) <= _EPSILON:
            return symbol(Function("log1m", name))
        case [((str(name), p), 1.0)] if 0 <= constant <= _EPSILON:
            return number(p) * symbol(Function("log", name))
        case [((Function("exp", name), p), 1.0)] if 0 <= constant <= _EPSILON:
            return number(p) * symbol(name)
    raise Unread("a logarithm")


def _power(of: tuple[Hashable, float]) -> str:
    s, p = of
    name = f"{s.kind}({s.name})" if isinstance(s, Function) else str(s)
    return name if p == 1 else f"1/{name}" if p == -1 else f"{name}^{p:g}"


def _product(powers: Iterable[tuple[Hashable, float]]) -> Product:
    """Adds the powers of repeated symbols."""
    joined: dict[Hashable, float] = {}
    for s, p in powers:
        joined[s] = joined.get(s, 0.0) + p
    if len(joined) > _FACTORS or not all(map(math.isfinite, joined.values())):
        raise Unread("a long product")
    return frozenset((s, p) for s, p in joined.items() if p)


def _sum(parts: Iterable[tuple[Product, float]]) -> Sum:
    """Adds the factors of repeated products."""
    joined: dict[Product, float] = {}
    for m, c in parts:
        joined[m] = joined.get(m, 0.0) + c
    if len(joined) > _SUMMANDS or not all(map(math.isfinite, joined.values())):
        raise Unread("a long sum")
    return Sum({m: c for m, c in joined.items() if c})
