"""The chapter "Quiz": the whole bank goes to the browser once; a draw is small, and repeatable."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.chapters.session import Session, option
from vaeviz.chapters.learn import content
from vaeviz.chapters.learn.chapter import CHAPTER
from vaeviz.chapters.learn.view import OWN, QUIZZES
from vaeviz.chapters.reading import markdown
from vaeviz.figures.theme import LIGHT
from vaeviz.learning.bank import bank
from vaeviz.learning.cards import cards
from vaeviz.learning.concepts import LISTS


def opened(**address: str) -> Session:
    session = Session(CHAPTER, holds=True)
    session.opens(**address)
    return session


def quiz(session: Session) -> dict[str, Any]:
    return session.header["panels"]["quiz"]["quiz"]


def test_the_quiz_has_every_question_with_its_reasons_and_links() -> None:
    session = opened()
    sent = quiz(session)
    assert [one["id"] for one in sent["bank"]] == [one.id for one in bank()]
    for one, ours in zip(sent["bank"], bank(), strict=True):
        assert [o["text"] for o in one["options"]] == [o.text for o in ours.options]
        assert bool(one["link"]) is bool(ours.link)
        assert set(one["lists"]) <= set(sent["lists"]) == set(LISTS)
    assert session.header["pending"] is False
    assert session.header["notes"] == []


def test_a_link_is_relative_to_the_page_and_the_first_page_has_no_name() -> None:
    hrefs = [one["link"]["href"] for one in content.questions() if one["link"]]
    assert {re.sub(r"\?.*", "", href) for href in hrefs} == {
        "./",
        "training",
        "latent",
        "collapse",
        "objective",
        "gradients",
        "museum",
        "bound",
    }


def test_a_draw_is_repeatable_and_another_differs() -> None:
    one, again, other = (content.drawn.__wrapped__(seed) for seed in (3, 3, 4))
    assert one == again
    assert one["mixed"] != other["mixed"]
    assert one["options"] != other["options"]
    assert one["numbers"] != other["numbers"]
    for asked in bank():
        if asked.options:
            assert sorted(one["options"][asked.id]) == list(range(len(asked.options)))
        if asked.kind == "truefalse":
            assert one["options"][asked.id] == [0, 1]
    assert set(one["numbers"]) == {asked.id for asked in bank() if asked.kind == "number"}


def test_another_draw_does_not_send_the_bank_again() -> None:
    session = opened()
    first = session.size
    before = quiz(session)["drawn"]
    session.says(draw=5)
    assert session.size < 0.4 * first
    assert quiz(session)["drawn"] == content.drawn(5) != before
    session.says(draw=5)
    assert session.size < 4000


def test_every_message_can_be_read_by_a_browser() -> None:
    assert len(json.dumps(quiz(opened()), allow_nan=False)) < 200_000


@pytest.mark.parametrize("name", QUIZZES)
def test_each_quiz_opens_by_its_address_and_only_some_have_a_length(name: str) -> None:
    session = opened(quiz=name)
    assert session.header["settings"]["quiz"] == name
    assert ("disabled" in option(session.header, "length")) is (name not in OWN)
    assert ("quiz=" in session.header["link"]) is (name != "vaes")


def test_scenes_are_quizzes() -> None:
    session = opened()
    offered = [scene["settings"]["quiz"] for scene in session.header["scenes"]]
    assert set(offered) == set(QUIZZES)


@pytest.mark.parametrize(
    ("given", "kept", "notes"),
    [("1,5", "1,5", 0), ("", "", 0), ("12", "9", 1), ("x", "", 1), ("1," * 40, "", 1)],
)
def test_sections_are_untrusted(given: str, kept: str, notes: int) -> None:
    session = opened(quiz="sections", sections=given)
    assert session.header["settings"]["sections"] == kept
    assert len(session.header["notes"]) == notes
    assert quiz(session)["bank"]


def test_cards_travel_whole() -> None:
    session = opened(tool="cards")
    deck = session.header["panels"]["cards"]["cards"]["deck"]
    assert [card["id"] for card in deck] == [card.id for card in cards()]
    assert {card["section"] for card in deck} == {
        one["name"] for one in content.course()["sections"]
    }


def test_streamlit_renders_every_formula_once() -> None:
    ours = list(content.formulas())
    assert len(ours) == len(set(ours)) > 60
    text = markdown("learn", LIGHT, ours)
    assert text.count("`@formulas/`") == 1
    assert all(f"\n${tex}$\n" in text for tex in ours)
    assert "`@formulas/`" not in markdown("explorer", LIGHT)
