"""Files of the cards: made in a job, kept for all, sent until the browser has saved them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.chapters.session import Session
from vaeviz.chapters.learn import files
from vaeviz.chapters.learn.chapter import CHAPTER
from vaeviz.learning import anki, printing
from vaeviz.learning.cards import Card, of_sections
from vaeviz.learning.concepts import SECTIONS
from vaeviz.serve import jobs


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is made yet."""
    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    return


@pytest.fixture
def session() -> Session:
    opened = Session(CHAPTER, holds=True)
    opened.opens(tool="cards")
    opened.says()
    return opened


def making(session: Session) -> list[dict[str, Any]]:
    return session.header["panels"]["cards"]["cards"]["making"]


def sent(session: Session) -> list[tuple[int, str]]:
    return [(file["id"], file["name"]) for file in session.header["files"]]


def heard(session: Session, *saved: object) -> None:
    """A message in which the browser says what it has saved."""
    session.sends(settings=session.header["settings"], actions=[], saved=list(saved))


def test_every_button_has_its_words(session: Session) -> None:
    keeps = session.header["panels"]["cards"]["cards"]["keeps"]
    assert [keep["action"] for keep in keeps] == list(files._KINDS)
    assert all(keep["label"] and keep["help"] for keep in keeps)
    assert session.header["files"] == making(session) == []


def test_anki_text_of_a_section_is_sent_until_it_is_saved(session: Session) -> None:
    session.says((1, "anki", "use"))
    session.settled()
    (file,) = session.header["files"]
    assert (file["id"], file["name"], file["type"]) == (1, "vaeviz-cards-use.txt", "text/plain")
    assert bytes(file["bytes"]) == anki.text(of_sections(["use"]))
    session.says()
    assert sent(session) == [(1, "vaeviz-cards-use.txt")]
    assert session.size < 4000  # its bytes travel once
    heard(session, 7, "x", None)
    assert sent(session) == [(1, "vaeviz-cards-use.txt")]
    heard(session, 1)
    assert sent(session) == []
    assert session.header["notes"] == []


@pytest.mark.parametrize("section", ["", "nothing", None, 3, ["use"]])
def test_what_is_no_section_means_all_cards(session: Session, section: Any) -> None:
    session.says((1, "anki", section))
    session.settled()
    assert sent(session) == [(1, "vaeviz-cards.txt")]


def test_a_pdf_shows_how_far_it_is_and_is_made_once_for_all(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, calls = threading.Event(), []

    def pdf(cards: Sequence[Card], form: printing.Form, told: Any) -> bytes:
        calls.append((form, len(cards)))
        told(3, 20)
        assert go.wait(60)
        return b"%PDF-"

    monkeypatch.setattr(printing, "pdf", pdf)
    session.says((1, "print-sheet", "use"))
    for _ in range(100):
        if making(session)[0]["done"]:
            break
        session.says((2, "print-sheet", "use"))  # pressed again: the same file
    assert making(session) == [{"label": "PDF, eight per sheet", "done": 3, "of": 20}]
    assert session.header["pending"] is True
    go.set()
    session.settled()
    assert sent(session) == [(1, "vaeviz-cards-use-sheet.pdf")]
    other = Session(CHAPTER)
    other.opens(tool="cards")
    other.says()
    other.says((1, "print-sheet", "use"))
    other.settled()
    assert bytes(other.header["files"][0]["bytes"]) == b"%PDF-"
    assert calls == [(printing.SHEET, len(of_sections(["use"])))]


def test_a_file_that_cannot_be_made_is_not_tried_for_ever(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bytes:
        raise ValueError("no font")

    monkeypatch.setattr(printing, "pdf", broken)
    session.says((1, "print", ""))
    for _ in range(100):
        if session.header["notes"]:
            break
        session.says()
    assert session.header["notes"]
    session.says()
    assert session.header["notes"] == []
    assert making(session) == session.header["files"] == []


def test_a_page_that_opens_anew_waits_for_nothing(session: Session) -> None:
    session.says((1, "anki", "use"))
    session.opens(tool="cards")
    assert session.header["files"] == []


def test_a_session_waits_for_few_files_at_once(session: Session) -> None:
    for number, section in enumerate([*SECTIONS, ""], 1):
        session.says((number, "anki", section))
    session.settled()
    assert len(sent(session)) == files._MOST
