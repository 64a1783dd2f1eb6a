"""Text with TeX between dollars, broken into lines and as large as its box allows.

Widths and heights are those of size 1 point, times the size. matplotlib measures words and whole
formulas; a line ends between words, and in a long formula before a sign (mathtext.pieces).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from vaeviz.learning.mathtext import displayed, mathtext, pieces

FAMILY, MATH = "DejaVu Sans", "dejavusans"  # which matplotlib brings along
ASCENT, DESCENT, CLEAR = 0.95, 0.37, 0.14  # of a line; what is left free around a tall formula
FINE = 0.97  # from one size that is tried to the next
_MEASURED = 100  # points, at which is measured
TIED = {"→", "=", "<", ">", "≈", "≤", "≥", "+", "−", "×"}  # between two that stay on their line
LONG = 14  # em: a formula that is longer may be broken
_TOKENS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """Plain text, or TeX; pieces of one formula have the same number, and plain text has 0."""

    text: str
    formula: int = 0


@dataclass(frozen=True)
class Unit:
    """What no line end divides. `joined` is its width behind the unit before it, with the space if
    there is one; `alone` that at a line's begin.
    """

    pieces: tuple[Piece, ...]
    space: bool
    joined: float
    alone: float


@dataclass(frozen=True)
class Run:
    """What is drawn at once: a text as matplotlib takes it, and its place on the line."""

    x: float
    text: str
    is_math: bool


@dataclass(frozen=True)
class Line:
    runs: tuple[Run, ...]
    width: float
    ascent: float
    descent: float


@dataclass(frozen=True)
class Block:
    """Lines at a size; all lengths are in points."""

    size: float
    lines: tuple[Line, ...]

    @property
    def width(self) -> float:
        return max(line.width for line in self.lines)

    @property
    def height(self) -> float:
        return sum(line.ascent + line.descent for line in self.lines)


def font(size: float, bold: bool = False) -> FontProperties:
    weight = "bold" if bold else "normal"
    return FontProperties(family=FAMILY, math_fontfamily=MATH, size=size, weight=weight)


def fitted(text: str, width: float, height: float, largest: float) -> Block:
    """The text in lines no wider than `width`, at the largest size at which all are in `height`."""
    whole, size = units(text), largest
    while True:
        block = Block(size, tuple(line(row, size) for row in broken(whole, width / size)))
        if block.height <= height and block.width <= width:
            return block
        size *= FINE


def units(text: str) -> list[Unit]:
    """The text's words and pieces of formulas, with what stands at them without a space."""
    parts = text.split("$")
    if len(parts) == 3 and not (parts[0] + parts[2]).strip(" ."):
        parts[1] = displayed(parts[1])
    groups: list[tuple[bool, list[Piece]]] = []  # (with a space before, pieces)
    space, before = True, ""
    for k, part in enumerate(parts):
        for n, token in enumerate(_tokens(part, k % 2 == 1)):
            if token.isspace():
                space = True
                continue
            tied = groups and space and (before in TIED or token in TIED or token[0] == "%")
            if groups and (tied or (not space and n == 0)):
                groups[-1][1].extend([Piece(" ")] * space)
                groups[-1][1].append(Piece(token, k % 2 and k))
            else:
                groups.append((space, [Piece(token, k % 2 and k)]))
            space, before = False, token
    return _measured(groups)


def _tokens(part: str, is_math: bool) -> list[str]:
    """Words and spaces, or a formula's pieces."""
    if not is_math:
        return _TOKENS.findall(part)
    return pieces(part) if extent(part, True)[0] > LONG else [part]


def _measured(groups: list[tuple[bool, list[Piece]]]) -> list[Unit]:
    made, before = [], ""  # what of the formula stands in the units before
    for space, inside in groups:
        alone = _width(inside)
        first = inside[0]
        continued = bool(before) and not space and first.formula > 0
        joined = alone + (extent(" ", False)[0] if space else 0.0)
        whole = before + first.text if continued else ""
        if continued:
            joined += extent(whole, True)[0] - extent(before, True)[0] - _width([first])
        last = inside[-1]
        before = last.text if last.formula else ""
        if whole and len(inside) == 1:
            before = whole
        made.append(Unit(tuple(inside), space, joined, alone))
    return made


def broken(whole: list[Unit], width: float) -> Iterator[list[Unit]]:
    """As many units on each line as are no wider than `width`, and at least one."""
    row: list[Unit] = []
    used = 0.0
    for unit in whole:
        if row and used + unit.joined > width:
            yield row
            row, used = [], 0.0
        used += unit.joined if row else unit.alone
        row.append(unit)
    if row:
        yield row


def line(row: list[Unit], size: float) -> Line:
    """The units side by side: plain words in one run, and the pieces of a formula in one."""
    signs: list[Piece] = []
    for k, unit in enumerate(row):
        signs += [Piece(" ")] * (unit.space and k > 0) + list(unit.pieces)
    if not row[0].space:  # a formula goes on: its sign stands between two terms
        signs.insert(0, Piece("{}", row[0].pieces[0].formula))
    runs, x, ascent, descent = [], 0.0, ASCENT, DESCENT
    for formula, group in groupby(signs, lambda piece: piece.formula):
        text = "".join(piece.text for piece in group)
        width, height, depth = extent(text, bool(formula))
        runs.append(Run(x * size, f"${mathtext(text)}$" if formula else text, bool(formula)))
        x += width
        if formula:
            ascent, descent = max(ascent, height + CLEAR), max(descent, depth + CLEAR)
    return Line(tuple(runs), x * size, ascent * size, descent * size)


def _width(inside: list[Piece]) -> float:
    return sum(extent(piece.text, piece.formula > 0)[0] for piece in inside)


@lru_cache(maxsize=20_000)
def extent(text: str, is_math: bool) -> tuple[float, float, float]:
    """Width, and height above and depth below the line, at 1 point."""
    shown = f"${mathtext(text)}$" if is_math else text
    measure = text_to_path.get_text_width_height_descent
    width, height, depth = measure(shown, font(_MEASURED), is_math)
    return width / _MEASURED, (height - depth) / _MEASURED, depth / _MEASURED
