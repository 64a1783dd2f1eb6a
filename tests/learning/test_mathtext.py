"""Our TeX in mathtext: every formula of the bank parses, in whole and where a line may end."""

from __future__ import annotations

import re

import pytest
from matplotlib.mathtext import MathTextParser

from vaeviz.learning.bank import bank
from vaeviz.learning.cards import cards
from vaeviz.learning.mathtext import displayed, mathtext, pieces

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


def test_mathtext_parses_every_formula_of_the_bank_whole_and_broken() -> None:
    for tex in [*FORMULAS, *OTHERS]:
        for part in {tex, *pieces(tex), displayed(tex)}:
            try:
                assert width(mathtext(part)) > 0
            except ValueError as error:
                pytest.fail(f"{part}: {error}")
        assert "".join(pieces(tex)) == tex


@pytest.mark.parametrize(
    ("tex", "ours"),
    [
        (r"\frac12\sigma", r"\frac{1}{2}\sigma"),
        (r"\tfrac\alpha\beta", r"\frac{\alpha}{\beta}"),
        (r"e^{\frac12 x}", r"e^{\frac{1}{2} x}"),
        (r"\frac12\log\sigma", r"\frac{1}{2}\,\log\sigma"),  # a gap, as TeX has one there
        (r"E\log p - \log q", r"E\,\log p - \log q"),
        (r"\sim\log x, f(x)\,\log y", r"\sim\log x, f(x)\,\log y"),
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


def test_fractions_of_a_formula_that_stands_alone_are_large() -> None:
    assert displayed(r"\frac{\frac12 a}{b} - \frac12") == r"\dfrac{\frac12 a}{b} - \dfrac12"
    assert displayed(r"e^{\frac12 x}") == r"e^{\frac12 x}"
