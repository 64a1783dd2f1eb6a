"""The terms of a loss, found in what was multiplied out: an error or a KL, and how each axis was
reduced.

squared error   c (a² - 2ab + b²)                      KL of N(μ, σ²) from N(0, 1), a value a
dimension: absolute error  c |a - b|                              ½ (μ² + σ² - log σ² - 1), with σ²
as a name, the square cross-entropy   -c (a log b + (1 - a) log(1 - b))      of one, or exp(c ·
name)
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from vaeviz.theory.pasted.polynomial import Monomial, Poly, Symbol, Unread, times

SQUARED, ABSOLUTE, ENTROPY, KL = "mse", "l1", "bce", "kl"
SUM, MEAN, LAST = "sum", "mean", "last"  # LAST: a mean over the last axis, as Keras takes it


@dataclass(frozen=True)
class Term:
    """`factor` · `symbols` · the error or KL, reduced over features and batch as said ("" for not
    yet).
    """

    kind: str
    factor: float = 1.0
    symbols: Monomial = ()
    features: str = ""
    batch: str = ""

    def scaled(self, factor: float, symbols: Monomial = ()) -> Term:
        return dataclasses.replace(
            self, factor=self.factor * factor, symbols=times(self.symbols, symbols)
        )


def found(poly: Poly) -> Term:
    """The term that these monomials make, before any reduction."""
    if not poly:
        raise Unread("nothing")
    common = _common(poly)
    inverse = tuple((s, -p) for s, p in common)
    rest = {times(m, inverse): c for m, c in poly.items()}
    for match in (_squared, _absolute, _entropy, _divergence):
        term = match(rest)
        if term is not None:
            return term.scaled(1.0, common)
    raise Unread("an expression that is neither an error nor a KL")


def reduced(term: Term, how: str, axes: tuple[int, ...] | None) -> Term:
    """After a sum or a mean over these axes (None: all that are left)."""
    if axes is None:
        features = MEAN if term.features == LAST and how == MEAN else term.features or how
        if term.features == LAST and how == SUM:
            raise Unread("a sum of means over the last axis")
        return dataclasses.replace(term, features=features, batch=term.batch or how)
    if term.features in (SUM, MEAN) or (term.features == LAST and axes in ((0,), (-1,))):
        return _over_batch(term, how, axes)
    over = {"batch" if axis == 0 and not term.batch else "features" for axis in axes}
    if term.features == LAST and "features" in over and (how == MEAN or len(axes) < 2):
        raise Unread("a second reduction over pixels")
    return dataclasses.replace(term, **dict.fromkeys(over, how))


def _over_batch(term: Term, how: str, axes: tuple[int, ...]) -> Term:
    if term.batch or axes not in ((0,), (-1,)):
        raise Unread("a reduction over an axis that is gone")
    return dataclasses.replace(term, batch=how)


def _common(poly: Poly) -> Monomial:
    """The symbols that all monomials share, with their smallest powers (negative ones as they
    are).
    """
    shared = dict(next(iter(poly)))
    for m in poly:
        powers = dict(m)
        shared = {s: min(p, powers[s]) for s, p in shared.items() if s in powers}
    if len(poly) == 1:
        shared = {s: p for s, p in shared.items() if not (isinstance(s, tuple) and s[0] == "abs")}
    return tuple(shared.items())


def _squared(poly: Poly) -> Term | None:
    squares = {m[0][0]: c for m, c in poly.items() if len(m) == 1 and m[0][1] == 2}
    if len(poly) != 3 or len(squares) != 2 or len(set(squares.values())) != 1:
        return None
    cross = times(*(((name, 1.0),) for name in squares))
    c = next(iter(squares.values()))
    return Term(SQUARED, c) if poly.get(cross) == -2 * c else None


def _absolute(poly: Poly) -> Term | None:
    ((m, c),) = list(poly.items())[:1]
    whole = len(poly) == 1 and len(m) == 1 and m[0][1] == 1 and m[0][0][0] == "abs"
    return Term(ABSOLUTE, c) if whole else None


def _entropy(poly: Poly) -> Term | None:
    if len(poly) != 3:
        return None
    for m, c in poly.items():
        functions = [s for s, _ in m if isinstance(s, tuple)]
        if len(m) == 1 and functions and functions[0][0] == "log1m":
            p = functions[0][1]
            others = [n for n, k in poly.items() if n != m and k == -c]
            ones = [n for n, k in poly.items() if n != m and k == c]
            if (
                others
                and ones
                and _pair(ones[0], ("log", p)) == _pair(others[0], ("log1m", p)) != ""
            ):
                return Term(ENTROPY, -c)
    return None


def _pair(m: Monomial, function: tuple[object, ...]) -> str:
    """The name that stands before this function in the monomial, or ""."""
    names = [s for s, p in m if isinstance(s, str) and p == 1]
    return names[0] if len(m) == 2 and len(names) == 1 and (function, 1.0) in m else ""


def _divergence(poly: Poly) -> Term | None:
    """½ k (μ² + σ² - log σ²), whatever constant was added: it moves nothing."""
    parts = {m: c for m, c in poly.items() if m}
    if len(parts) != 3 or not all(len(m) == 1 for m in parts):
        return None
    flat = {m[0]: c for m, c in parts.items()}
    for (s, p), c in flat.items():
        logarithm = _logarithm(s, p)
        rest = (
            [(t, q) for t, q in flat if (t, q) not in ((s, p), logarithm[0])] if logarithm else []
        )
        if logarithm and len(rest) == 1 and rest[0][1] == 2 and isinstance(rest[0][0], str):
            same = math.isclose(flat[rest[0]], c)
            if same and math.isclose(flat.get(logarithm[0], math.nan), -c * logarithm[1]):
                return Term(KL, 2 * c)
    return None


def _logarithm(s: Symbol, p: float) -> tuple[tuple[Symbol, float], float] | None:
    """The symbol in which log σ² is linear, and its factor there, if s^p can be σ²."""
    if isinstance(s, tuple) and s[0] == "exp" and p == 1:
        return (str(s[1]), 1.0), float(s[2])
    if isinstance(s, str) and p in (1, 2):
        logarithm: Symbol = ("log", s)
        return (logarithm, 1.0), p
    return None
