"""Printed cards: pages, places of fronts and backs, and that no text is cut."""

from __future__ import annotations

import dataclasses
import io
import re
from itertools import groupby, pairwise
from math import ceil

import pytest
from matplotlib.backends.backend_pdf import PdfFile, RendererPdf
from matplotlib.figure import Figure
from matplotlib.text import Text

from vaeviz.learning.cards import Card, cards
from vaeviz.learning.printing import (
    POINT,
    SHEET,
    SINGLE,
    Form,
    faces,
    figures,
    pdf,
    settings,
)
from vaeviz.learning.typeset import fitted, units

FORMS = pytest.mark.parametrize("form", [SINGLE, SHEET], ids=lambda form: form.name)
RENDERER = RendererPdf(PdfFile(io.BytesIO()), 72, 1, 1)
SMALLEST = 9.0  # points of a card's text
ROUNDED = 1.0  # mathtext gives widths in whole points, rounded up
CARD = Card("x", "two-terms", "Front?", "Back.")


def deck(form: Form) -> tuple[Card, ...]:
    """All cards for the dense form; for the other those whose text is long, and some that are
    short.
    """
    made = cards()
    if form is SHEET:
        return made
    return (*made[:4], *sorted(made, key=lambda card: -len(card.back))[:6])


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[Figure]]:
    with settings():
        return {form.name: list(figures(deck(form), form)) for form in (SINGLE, SHEET)}


@FORMS
@pytest.mark.parametrize("count", [1, 7, 8, 9, 75])
def test_pages_are_fronts_and_backs_in_turn(form: Form, count: int) -> None:
    made = faces(count, form)
    pages = {face.page for face in made}
    assert pages == set(range(2 * ceil(count / form.cards)))
    assert all(face.is_back == (face.page % 2 == 1) for face in made)
    for is_back in (False, True):
        assert sorted(f.index for f in made if f.is_back == is_back) == list(range(count))


@FORMS
def test_behind_each_front_is_its_own_back_once_the_sheet_is_turned_on_its_long_edge(
    form: Form,
) -> None:
    width, _ = form.cell
    fronts = {face.index: face for face in faces(75, form) if not face.is_back}
    for back in (face for face in faces(75, form) if face.is_back):
        front = fronts[back.index]
        assert back.page == front.page + 1
        assert back.y == front.y
        assert back.x + width == pytest.approx(form.width - front.x)


def test_a_sheet_is_filled_line_by_line_from_its_top() -> None:
    first = [face for face in faces(8, SHEET) if face.page == 0]
    width, height = SHEET.cell
    assert (width, height) == (95, 69.25)
    assert [(f.x, f.y) for f in first[:3]] == [
        (10, 287 - height),
        (10 + width, 287 - height),
        (10, 287 - 2 * height),
    ]
    assert min(f.y for f in first) == pytest.approx(10)


@FORMS
def test_no_text_is_cut(form: Form, drawn: dict[str, list[Figure]]) -> None:
    """The ink of every text is within the padding of one cell, and of no other."""
    width, height = (POINT * side for side in form.cell)
    room = POINT * form.padding - 1.0  # a point of slack
    pages = groupby(faces(len(deck(form)), form), lambda face: face.page)
    for figure, (_, group) in zip(drawn[form.name], pages, strict=True):
        corners = [(POINT * face.x, POINT * face.y) for face in group]
        texts = [text for text in figure.texts if text.get_text().strip()]
        assert len(texts) >= 2 * len(corners)
        used = set()
        for text in texts:
            (x0, y0), (x1, y1) = ink(text)
            homes = [
                (x, y)
                for x, y in corners
                if x + room <= x0 and x1 <= x + width - room
                if y + room <= y0 and y1 <= y + height - room
            ]
            assert len(homes) == 1, (text.get_text(), x0, y0, x1, y1)
            used.add(homes[0])
        assert used == set(corners)


def ink(text: Text) -> tuple[tuple[float, float], tuple[float, float]]:
    """The corners of what is drawn, as the PDF's own renderer measures it."""
    box = text.get_window_extent(RENDERER)
    return (box.x0, box.y0), (box.x1, box.y1)


@FORMS
def test_texts_are_large_enough_to_read(form: Form, drawn: dict[str, list[Figure]]) -> None:
    for figure in drawn[form.name]:
        sizes = {float(text.get_fontsize()) for text in figure.texts}
        assert min(sizes - {form.foot}) >= SMALLEST


@FORMS
def test_no_two_texts_of_a_line_overlap(form: Form, drawn: dict[str, list[Figure]]) -> None:
    for figure in drawn[form.name]:
        lines: dict[float, list[Text]] = {}
        for text in figure.texts:
            if text.get_text().strip():
                lines.setdefault(text.get_position()[1], []).append(text)
        for line in lines.values():
            spans = sorted((box[0][0], box[1][0]) for box in map(ink, line))
            assert all(a[1] <= b[0] + ROUNDED for a, b in pairwise(spans))


@FORMS
def test_each_side_is_drawn_whole(form: Form, drawn: dict[str, list[Figure]]) -> None:
    made = deck(form)
    for figure, (page, group) in zip(
        drawn[form.name],
        groupby(faces(len(made), form), lambda face: face.page),
        strict=True,
    ):
        words = " ".join(text.get_text() for text in figure.texts if not text.get_parse_math())
        for face in group:
            side = made[face.index].back if page % 2 else made[face.index].front
            for word in re.sub(r"\$.*?\$", " ", side).split():
                assert word in words


def test_a_sheet_has_cut_marks_in_its_margins_and_none_on_a_card(
    drawn: dict[str, list[Figure]],
) -> None:
    for figure in drawn[SHEET.name]:
        across = {float(x) / POINT for line in figure.artists for x in line.get_xdata()}
        assert {10.0, 105.0, 200.0} <= {round(x, 6) for x in across}
        assert len(figure.artists) == 3 * 2 + 5 * 2 + 3 * 3 + 5 * 1
    assert not any(figure.artists for figure in drawn[SINGLE.name])


def pages_of(file: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", file))


@pytest.mark.parametrize(("form", "count"), [(SINGLE, 3), (SHEET, 9)])
def test_the_file_has_two_pages_per_card_or_sheet(form: Form, count: int) -> None:
    told: list[tuple[int, int]] = []
    file = pdf(cards()[:count], form, lambda done, of: told.append((done, of)))
    pages = 2 * ceil(count / form.cards)
    assert file.startswith(b"%PDF-")
    assert pages_of(file) == pages
    assert told == [(k + 1, pages) for k in range(pages)]
    assert b"CreationDate" not in file


def test_the_same_cards_give_the_same_bytes() -> None:
    assert pdf(cards()[4:5], SINGLE) == pdf(cards()[4:5], SINGLE)


def test_a_long_text_is_set_smaller_and_a_long_formula_is_broken() -> None:
    with settings():
        short = fitted("A word", 200, 100, 14)
        long = fitted("word " * 120, 200, 100, 14)
        terms = fitted("$" + " + ".join(f"x_{k}y_{k}z_{k}" for k in range(12)) + "$.", 200, 100, 14)
        whole = fitted("x" * 80, 200, 100, 14)
    assert (short.size, len(short.lines)) == (14, 1)
    for block in (short, long, terms, whole):
        assert block.width <= 200
        assert block.height <= 100
    assert long.size < 9
    assert len(terms.lines) > 1
    assert all(run.text.startswith("${}+") for line in terms.lines[1:] for run in line.runs[:1])
    assert len(whole.lines) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one two", ["one", "two"]),
        ("at τ → 0, 10 % of it", ["at", "τ → 0,", "10 %", "of", "it"]),
        ("see ($x$), then $y$.", ["see", "(x),", "then", "y."]),
        ("$a = b$", ["a = b"]),
    ],
)
def test_what_belongs_together_stays_on_a_line(text: str, parts: list[str]) -> None:
    with settings():
        assert ["".join(piece.text for piece in unit.pieces) for unit in units(text)] == parts


def test_a_card_may_have_signs_of_other_languages() -> None:
    odd = dataclasses.replace(CARD, front="100 % & <b>, _x_ #1 \\n {y}", back="½ ≤ ‖x‖ → ∞")
    assert pages_of(pdf([odd], SINGLE)) == 2
