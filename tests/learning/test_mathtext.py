"""Our TeX in mathtext: every formula of the bank parses, in whole and where a line may end."""

from __future__ import annotations

import re

import pytest
from matplotlib.mathtext import MathTextParser

from vaeviz.learning.bank import bank
from vaeviz.learning.cards import cards
from vaeviz.learning.mathtext import mathtext, pieces

PARSER = MathTextParser("path")
TEXTS = [
    *(side for card in cards() for side in (card.front, card.back)),
    *(text for one in bank() for text in one.texts),
]
FORMULAS = list(dict.fromkeys(tex for text in TEXTS for tex in re.findall(r"\$(.+?)\$", text)))
OTHERS = [
    r"\tfrac12\lVert x - \hat x\rVert^2",
    r"\dfrac\alpha{2}",
    r"\sqrt[3]{\frac12}",
    r"\sqrt x",
    r"\boldsymbol{\mu}, \bm z",
    r"\operatorname{diag}(\sigma), \operatorname*{argmax}_\theta L",
    r"\text{if } x \ge 0, \mathrm{a b}, \mathbb{E}, \mathcal{N}",
    r"f(x) = \begin{cases} x & x \ge 0 \\ \tfrac12 x & \text{otherwise} \end{cases}",
    r"\bigl(\lvert x\rvert\bigr), \left(\frac12\right)",
    r"\displaystyle\sum\limits_{k=1}^n x_k",
    r"p \coloneqq \{x\}",
]


def width(tex: str) -> float:
    return PARSER.parse(f"${tex}$").width


def test_there_are_formulas() -> None:
    assert len(FORMULAS) > 60


@pytest.mark.parametrize("tex", [*FORMULAS, *OTHERS])
def test_mathtext_parses_it(tex: str) -> None:
    assert width(mathtext(tex)) > 0
    for piece in pieces(tex):
        assert width(mathtext(piece)) > 0
    assert "".join(pieces(tex)) == tex


@pytest.mark.parametrize(
    ("tex", "ours"),
    [
        (r"\frac12\sigma", r"\frac{1}{2}\sigma"),
        (r"\tfrac\alpha\beta", r"\frac{\alpha}{\beta}"),
        (r"e^{\frac12\log\sigma^2}", r"e^{\frac{1}{2}\log\sigma^2}"),
        (r"\lVert x\rVert", r"\Vert x\Vert"),
        (r"a \le b", r"a \leq b"),
        (r"\left(x\right)", r"\left(x\right)"),  # \le is a part of its name only
        (r"\text{if \le x}", r"\text{if \le x}"),
        (r"\hat x\Vert^2", r"\hat x\Vert^2"),
        (r"\begin{cases}a & b \\ c & d\end{cases}", r"\{a\;(b),\;c\;(d)\}"),
    ],
)
def test_commands_become_those_of_mathtext(tex: str, ours: str) -> None:
    assert mathtext(tex) == ours


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        ("a = b + c", ["a ", "= b ", "+ c"]),
        ("a = -b", ["a ", "= -b"]),
        ("-a", ["-a"]),
        ("(a + b)(c - d)", ["(a + b)(c - d)"]),
        (r"\frac{a + b}{c} - x_{i+1}", [r"\frac{a + b}{c} ", "- x_{i+1}"]),
        ("x_+ y", ["x_+ y"]),
        (r"z \sim N(0, 1)", [r"z ", r"\sim N(0, 1)"]),
        (r"\sigma \to 0", [r"\sigma ", r"\to 0"]),
        (r"\tau \top x", [r"\tau \top x"]),
    ],
)
def test_a_line_ends_only_between_terms(tex: str, parts: list[str]) -> None:
    assert pieces(tex) == parts
