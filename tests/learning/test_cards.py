"""Cards: enough of them, from formulas and from the same bank."""

from __future__ import annotations

from vaeviz.learning.bank import bank
from vaeviz.learning.cards import cards, formulas, turned
from vaeviz.learning.concepts import CONCEPTS, SECTIONS


def test_there_are_enough_cards_of_every_section() -> None:
    made = cards()
    assert len(made) >= 40
    assert len({card.id for card in made}) == len(made)
    assert {card.concept for card in made} <= set(CONCEPTS)
    assert {card.section for card in made} == set(SECTIONS)
    assert len(formulas()) >= 15


def test_a_card_has_two_sides_whose_formulas_are_whole() -> None:
    for card in cards():
        assert card.front
        assert card.back
        for side in (card.front, card.back):
            assert side.count("$") % 2 == 0
            assert "[[" not in side


def test_a_question_becomes_its_right_answer_and_the_explanation() -> None:
    by_id = {one.id: one for one in bank()}
    asked = by_id["holes-kl"]
    card = turned(asked)
    assert card
    assert (card.front, card.concept) == (asked.stem, "holes")
    assert card.back.startswith(asked.answer)
    assert turned(by_id["not-reparameterizable"]) is None  # its options are part of what it asks
