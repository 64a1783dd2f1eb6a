"""Cards for Anki: the text read back is the same cards."""

from __future__ import annotations

import csv
import dataclasses
import html
import io
import re
import sqlite3
import zipfile
from pathlib import Path

import pytest

from vaeviz.config import UserError
from vaeviz.learning import anki
from vaeviz.learning.cards import Card, cards

CARD = Card("x", "two-terms", "Front?", "Back.")


def rows(file: bytes) -> list[list[str]]:
    """The fields as an importer reads them: quotes count, lines with # are none."""
    lines = [line for line in file.decode("utf-8").split("\n") if not line.startswith("#")]
    return list(csv.reader(io.StringIO("\n".join(lines)), delimiter="\t"))


def side(field: str) -> str:
    """The inverse of `written`."""
    return html.unescape(re.sub(r"\\\(|\\\)", "$", field.replace("<br>", "\n")))


def test_the_text_read_back_is_the_same_cards() -> None:
    read = rows(anki.text(cards()))
    assert len(read) == len(cards())
    for row, card in zip(read, cards(), strict=True):
        front, back, tag = row
        assert (side(front), side(back)) == (card.front, card.back)
        assert tag == f"vaeviz::{card.section}::{card.concept}"


def test_the_first_lines_are_headers_of_the_importer() -> None:
    lines = anki.text(cards()).decode().splitlines()
    assert lines[:4] == [
        "#separator:tab",
        "#html:true",
        "#columns:Front\tBack\tTags",
        "#tags column:3",
    ]
    assert not any(line.startswith("#") for line in lines[4:])


def test_fronts_differ_as_anki_tells_notes_by_their_first_field() -> None:
    assert len({anki.written(card.front) for card in cards()}) == len(cards())


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("$p(x|z) < 1$ & more", r"\(p(x|z) &lt; 1\) &amp; more"),
        ('"quoted" <b>', "&quot;quoted&quot; &lt;b&gt;"),
        ("one\ntwo\r\nthree", "one<br>two<br>three"),
        ("a\tb", "a b"),
        ("# no header", "&#35; no header"),
        (r"$\frac12$ and $x$", r"\(\frac12\) and \(x\)"),
    ],
)
def test_signs_that_would_break_a_line_or_the_html(given: str, sent: str) -> None:
    assert anki.written(given) == sent
    odd = dataclasses.replace(CARD, front=given, back=given)
    ((front, back, _),) = rows(anki.text([odd]))
    assert front == back == sent


def test_without_genanki_a_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anki, "has_packages", lambda: False)
    with pytest.raises(UserError, match="pip install genanki"):
        anki.package(cards())


@pytest.mark.skipif(not anki.has_packages(), reason="genanki is not installed")
def test_a_package_has_a_note_per_card_under_a_lasting_id(tmp_path: Path) -> None:
    def notes(made: tuple[Card, ...]) -> dict[str, str]:
        with zipfile.ZipFile(io.BytesIO(anki.package(made))) as file:
            file.extract("collection.anki2", tmp_path)
        with sqlite3.connect(tmp_path / "collection.anki2") as base:
            return dict(base.execute("select guid, flds from notes"))

    whole, first = notes(cards()), notes(cards()[:3])
    assert len(whole) == len(cards())
    assert first.items() <= whole.items()
