"""Polynomials in the names of a line of code: {monomial: coefficient}, a monomial as ((symbol,
power), ...).

A symbol is a name ("mu"), a number of things ("#batch"), or a function of a name: ("exp", name, c)
for exp(c · name), ("log", name), ("log1m", name) for log(1 - name), ("abs", first, second) for
|first - second|.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

Symbol = str | tuple[str | float, ...]
Monomial = tuple[tuple[Symbol, float], ...]
Poly = Mapping[Monomial, float]

MOST = 40  # monomials: what people write has fewer than ten
EPSILON = 1e-3  # what is added within a logarithm, to keep it finite


class Unread(ValueError):
    """A part of the code that this reader has no words for; its text says which."""


def number(value: float) -> Poly:
    """A constant."""
    if not math.isfinite(value):
        raise Unread("a number that is not finite")
    return {(): float(value)} if value else {}


def symbol(name: Symbol, power: float = 1) -> Poly:
    """One symbol, or a power of it."""
    return {_normal({name: power}): 1.0}


def add(a: Poly, b: Poly, sign: float = 1.0) -> Poly:
    """a + sign · b."""
    total = dict(a)
    for monomial, c in b.items():
        total[monomial] = total.get(monomial, 0.0) + sign * c
    return _kept(total)


def multiply(a: Poly, b: Poly) -> Poly:
    """a · b, multiplied out."""
    if len(a) * len(b) > MOST:
        raise Unread("a product of long sums")
    total: dict[Monomial, float] = {}
    for m, c in a.items():
        for n, k in b.items():
            product = times(m, n)
            total[product] = total.get(product, 0.0) + c * k
    return _kept(total)


def power(a: Poly, exponent: float) -> Poly:
    """a to a small whole power; of one monomial, to any."""
    if len(a) == 1:
        ((m, c),) = a.items()
        if abs(exponent) > 8 or (c < 0 and exponent != int(exponent)):
            raise Unread("a power")
        return _kept({_normal({s: p * exponent for s, p in m}): c**exponent})
    if exponent != 2:
        raise Unread("a power of a sum")
    return multiply(a, a)


def times(m: Monomial, n: Monomial) -> Monomial:
    """The product of two monomials."""
    powers = dict(m)
    for s, p in n:
        powers[s] = powers.get(s, 0) + p
    return _normal(powers)


def constant(a: Poly) -> float | None:
    """The number that it is, if it is one."""
    return 0.0 if not a else a[()] if set(a) == {()} else None


def exp(a: Poly) -> Poly:
    """exp of c · name."""
    name, c = _scaled(a)
    return symbol(("exp", name, c))


def log(a: Poly) -> Poly:
    """log of a name, of its power, of exp(c · name), or of 1 - name; a small number in it is left
    out.
    """
    if set(a) > {()} and 0 < a.get((), 0.0) <= EPSILON:
        a = {m: c for m, c in a.items() if m}
    if len(a) == 2 and a.get((), 0.0) >= 1 and abs(a[()] - 1) <= EPSILON:
        name, c = _scaled({m: k for m, k in a.items() if m})
        if c == -1:
            return symbol(("log1m", name))
    if len(a) == 1 and len(next(iter(a))) == 1 and next(iter(a.values())) == 1:
        (((s, p),),) = a
        if isinstance(s, str):
            return {((("log", s), 1.0),): float(p)}
        if s[0] == "exp":
            return {((str(s[1]), 1.0),): float(s[2]) * p}
    raise Unread("a logarithm")


def absolute(a: Poly) -> Poly:
    """|a - b| of two names."""
    names = sorted(
        str(m[0][0]) for m, c in a.items() if len(m) == 1 and m[0][1] == 1 and abs(c) == 1
    )
    if len(names) != 2 or len(a) != 2 or sum(a.values()) != 0:
        raise Unread("an absolute value")
    return symbol(("abs", *names))


def _scaled(a: Poly) -> tuple[str, float]:
    """name and c of c · name."""
    if len(a) == 1:
        ((m, c),) = a.items()
        if len(m) == 1 and m[0][1] == 1 and isinstance(m[0][0], str):
            return m[0][0], c
    raise Unread("a function of a longer expression")


def _normal(powers: Mapping[Symbol, float]) -> Monomial:
    """In one order, without powers of 0, exp(c · a)^p as exp(cp · a)."""
    joined: dict[Symbol, float] = {}
    for s, p in powers.items():
        if isinstance(s, tuple) and s[0] == "exp":
            s, p = ("exp", s[1], float(s[2]) * p), 1.0
        joined[s] = joined.get(s, 0.0) + p
    return tuple(sorted(((s, float(p)) for s, p in joined.items() if p), key=str))


def _kept(total: Mapping[Monomial, float]) -> Poly:
    if len(total) > MOST or not all(math.isfinite(c) for c in total.values()):
        raise Unread("a long expression")
    return {m: c for m, c in total.items() if c}
