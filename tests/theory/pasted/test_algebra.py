"""The algebra of a loss agrees with the numbers, and refuses what grows too large."""

from __future__ import annotations

import math
from functools import reduce
from operator import add, mul

import pytest

from vaeviz.theory.pasted.algebra import Function, Sum, exp, log, number, symbol
from vaeviz.theory.pasted.code import Unread

A, B = symbol("a"), symbol("b")
VALUES = {"a": 0.3, "b": 0.7}
FUNCTIONS = {"exp": math.exp, "log": math.log, "log1m": lambda a: math.log(1 - a)}


def at(a: Sum) -> float:
    """The value where the names have theirs."""
    return sum(c * math.prod(valued(s) ** p for s, p in m) for m, c in a.parts.items())


def valued(s: object) -> float:
    return FUNCTIONS[s.kind](VALUES[s.name]) if isinstance(s, Function) else VALUES[str(s)]


@pytest.mark.parametrize(
    ("symbolic", "value"),
    [
        ((A - B) ** 2, 0.16),
        ((A + number(2)) * (B - number(1)), 2.3 * -0.3),
        ((number(4) * A * B) ** 0.5, math.sqrt(4 * 0.21)),
        (A / (number(3) * B**2), 0.3 / (3 * 0.49)),
        (exp(number(-2) * A), math.exp(-0.6)),
        (exp(number(3) * log(B)), 0.343),
        (log(A**2), 2 * math.log(0.3)),
        (log(exp(number(0.5) * A) ** 4), 0.6),
        (log(number(1) - B), math.log(0.3)),
        (log(A + number(1e-8)), math.log(0.3)),
        (A - A, 0),
    ],
)
def test_an_expression_has_its_value(symbolic: Sum, value: float) -> None:
    assert at(symbolic) == pytest.approx(value, rel=1e-7)


def test_what_people_write_fits_and_more_is_refused() -> None:
    names = [symbol(f"a{k}") for k in range(41)]
    assert len(reduce(add, names[:40]).parts) == 40
    for operation in (
        lambda: reduce(add, names),
        lambda: reduce(mul, names[:13]),
        lambda: reduce(add, names[:7]) ** 2,
        lambda: A**9,
        lambda: (A + B) ** 3,
        lambda: number(1e300) * number(1e300),
        lambda: number(1e300) ** 2,
        lambda: number(-2) ** 0.5,
        lambda: A / number(0),
        lambda: log(A + B),
        lambda: exp(A + B),
    ):
        with pytest.raises(Unread):
            operation()
