"""Cards as a PDF, for a printer that prints both sides and turns the sheet on its long edge.

Fronts and backs are pages in turn. The backs' columns are mirrored, so that each card has its own
back behind it. The same cards give the same bytes.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Any

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import IdentityTransform

from vaeviz.learning.cards import Card
from vaeviz.learning.concepts import SECTIONS
from vaeviz.learning.typeset import DESCENT, Block, fitted, font

POINT = 72 / 25.4  # points per mm
INK, SOFT = "#1a1a1a", "#595959"
CENTRED = 3  # lines; a longer text begins at the left
CLEAR, ARM = 3.0, 1.5  # mm: from the paper's edge to a cut mark; half a cross between four cards
FOOT = 4.0  # mm below the text for the line with the section
_SETTINGS = ("mathtext.", "text.", "font.", "pdf.", "lines.", "figure.", "path.", "savefig.")
_LOCK = threading.Lock()  # matplotlib's settings are those of the whole process


@dataclass(frozen=True)
class Form:
    """A page in mm, upright or not, and the cards on it; sizes in points are the largest."""

    name: str
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    margin_x: float = 0.0
    margin_y: float = 0.0
    padding: float = 6.0
    front: float = 20.0
    back: float = 18.0
    foot: float = 8.0

    @property
    def cards(self) -> int:
        return self.columns * self.rows

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a card, in mm."""
        return (
            (self.width - 2 * self.margin_x) / self.columns,
            (self.height - 2 * self.margin_y) / self.rows,
        )


SINGLE = Form("one card per page", 148, 105, padding=10)  # A6, lying
SHEET = Form(
    "eight cards per sheet", 210, 297, 2, 4, margin_x=10, margin_y=10,
    front=14, back=13, foot=6.5,
)  # fmt: skip


@dataclass(frozen=True)
class Face:
    """A side of a card, and where it is: its page, and its cell's left lower corner in mm."""

    index: int
    is_back: bool
    page: int
    column: int
    x: float
    y: float


def page_count(count: int, form: Form) -> int:
    """Of so many cards, fronts and backs."""
    return 2 * ceil(count / form.cards)


def faces(count: int, form: Form) -> list[Face]:
    """Both sides of each card, page by page: the fronts of a sheet, then their backs."""
    width, height = form.cell
    made = []
    for sheet in range(ceil(count / form.cards)):
        for is_back in (False, True):
            for place in range(min(form.cards, count - sheet * form.cards)):
                row, along = divmod(place, form.columns)
                column = form.columns - 1 - along if is_back else along
                x = form.margin_x + column * width
                y = form.height - form.margin_y - (row + 1) * height
                index = sheet * form.cards + place
                made.append(Face(index, is_back, 2 * sheet + is_back, column, x, y))
    return made


def pdf(
    cards: Sequence[Card], form: Form, told: Callable[[int, int], None] = lambda done, of: None
) -> bytes:
    """The cards' pages as a PDF file; `told` hears how many of how many pages are made."""
    file = io.BytesIO()
    about = {"Title": f"vaeviz: {len(cards)} cards, {form.name}", "CreationDate": None}
    of = page_count(len(cards), form)
    with _LOCK, settings(), PdfPages(file, metadata=about) as pages:
        for done, page in enumerate(figures(cards, form), 1):
            pages.savefig(page)
            told(done, of)
    return file.getvalue()


def settings() -> AbstractContextManager[None]:
    """matplotlib's own settings, whatever the user's are, and letters that a reader can search."""
    usual = matplotlib.rcParamsDefault
    own: dict[Any, Any] = {name: usual[name] for name in usual if name.startswith(_SETTINGS)}
    return matplotlib.rc_context({**own, "pdf.fonttype": 42})


def figures(cards: Sequence[Card], form: Form) -> Iterator[Figure]:
    """A figure per page, in points: a text per run of words and per formula."""
    for _, group in groupby(faces(len(cards), form), lambda face: face.page):
        page = Figure((form.width / 25.4, form.height / 25.4), dpi=72)
        for face in group:
            _write(page, cards[face.index], face, len(cards), form)
        if form.cards > 1:
            _marks(page, form)
        yield page


def _write(page: Figure, card: Card, face: Face, count: int, form: Form) -> None:
    """The side's text in the middle of its cell, and the section and number below it."""
    width, height = (POINT * (side - 2 * form.padding) for side in form.cell)
    left, low = POINT * (face.x + form.padding), POINT * (face.y + form.padding)
    block = fitted(
        card.back if face.is_back else card.front, width, height - POINT * FOOT,
        form.back if face.is_back else form.front,
    )  # fmt: skip
    _set(page, block, left, low + POINT * FOOT, width, height - POINT * FOOT)
    below = f"{face.index + 1} of {count} · {SECTIONS[card.section]}"
    _text(page, left, low + DESCENT * form.foot, below, form.foot, SOFT)


def _set(page: Figure, block: Block, left: float, low: float, width: float, height: float) -> None:
    y = low + (height + block.height) / 2
    for line in block.lines:
        y -= line.ascent
        aside = (width - line.width) / 2 if len(block.lines) <= CENTRED else 0.0
        for run in line.runs:
            _text(page, left + aside + run.x, y, run.text, block.size, INK, run.is_math)
        y -= line.descent


def _text(
    page: Figure, x: float, y: float, text: str, size: float, colour: str, is_math: bool = False
) -> None:
    page.text(
        x, y, text, fontproperties=font(size), color=colour, parse_math=is_math, va="baseline",
        transform=IdentityTransform(),
    )  # fmt: skip


def _marks(page: Figure, form: Form) -> None:
    """Where to cut: at the edges of the paper, and a cross where four cards meet."""
    width, height = form.cell
    xs = [form.margin_x + k * width for k in range(form.columns + 1)]
    ys = [form.margin_y + k * height for k in range(form.rows + 1)]
    outer_x = [(CLEAR, form.margin_x - ARM), (form.width - form.margin_x + ARM, form.width - CLEAR)]
    outer_y = [
        (CLEAR, form.margin_y - ARM),
        (form.height - form.margin_y + ARM, form.height - CLEAR),
    ]
    for x in xs:
        for low, high in [*outer_y, *((y - ARM, y + ARM) for y in ys[1:-1])]:
            _mark(page, (x, x), (low, high))
    for y in ys:
        for low, high in [*outer_x, *((x - ARM, x + ARM) for x in xs[1:-1])]:
            _mark(page, (low, high), (y, y))


def _mark(page: Figure, xs: tuple[float, float], ys: tuple[float, float]) -> None:
    across, up = [POINT * x for x in xs], [POINT * y for y in ys]
    page.add_artist(
        Line2D(across, up, color=SOFT, linewidth=0.4, transform=IdentityTransform()),
    )
