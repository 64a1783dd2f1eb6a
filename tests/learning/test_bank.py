"""The question bank: every concept is asked, every option has its reason, a broken one is named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from vaeviz.learning import bank as module
from vaeviz.learning.bank import FOLDER, BankError, bank, question, read
from vaeviz.learning.concepts import CONCEPTS, LISTS, SECTIONS

CHOICE = {
    "id": "one",
    "concept": "holes",
    "kind": "choice",
    "difficulty": 1,
    "stem": "Which?",
    "explanation": "This.",
    "options": [{"text": "yes", "right": True}, {"text": "no", "why": "It is not."}],
}
SHORT = {**CHOICE, "kind": "short", "answer": "So.", "rubric": ["a", "b"], "options": []}
NUMBER = {**CHOICE, "kind": "number", "generator": "kl", "options": [], "stem": "At [[mu]]?"}
LINK = {"page": "latent", "query": "?d=2", "label": "There"}
PREDICTION = {**CHOICE, "kind": "prediction", "prediction": "dying", "options": [], "link": LINK}
TRUE = {**CHOICE, "kind": "truefalse", "answer": False, "why": "It is not."}
del TRUE["options"]


def test_every_question_of_the_course_is_asked_as_often_as_it_is_listed() -> None:
    count = Counter(one.concept for one in bank())
    assert len(bank()) >= 60
    assert {name for name, about in CONCEPTS.items() if count[name] < about.asked} == set()
    assert sum(about.asked for about in CONCEPTS.values()) >= 42
    assert set(count) == set(CONCEPTS)
    assert {about.section for about in CONCEPTS.values()} == set(SECTIONS)


def test_the_ready_quizzes_have_their_lengths() -> None:
    for tag, (_, length) in LISTS.items():
        assert len([one for one in bank() if tag in one.lists]) == length, tag
    assert {one.section for one in bank() if "chapter" in one.lists} >= set(SECTIONS) - {
        "reparameterization"
    }


def test_each_wrong_option_has_a_reason() -> None:
    for one in bank():
        if one.options:
            assert [option.right for option in one.options].count(True) == 1
            assert all(len(option.why) > 15 for option in one.options if not option.right), one.id


def test_the_longest_option_is_no_better_guess_than_others() -> None:
    """A right answer needs more words; who always takes the longest must not do well by it."""
    lengths = [[len(o.text) for o in one.options] for one in bank() if one.kind == "choice"]
    assert all(one.options[0].right for one in bank() if one.kind == "choice")
    longest = sum(first >= max(rest) for first, *rest in lengths)
    assert longest / len(lengths) < 0.4
    answers = [one.options[0].right for one in bank() if one.kind == "truefalse"]
    assert 0.3 < sum(answers) / len(answers) < 0.7


def test_every_section_has_its_file_and_no_other_is_there() -> None:
    assert len(list(FOLDER.iterdir())) == len(SECTIONS)
    assert all(read(section) for section in SECTIONS)


def test_texts_are_plain() -> None:
    for one in bank():
        for text in one.texts:
            assert not re.search(r"\*|`|<|\]\(", re.sub(r"\$.*?\$", "", text)), one.id
            assert "  " not in text


@pytest.mark.parametrize(
    "row", [CHOICE, SHORT, NUMBER, TRUE, PREDICTION], ids=lambda row: row["kind"]
)
def test_a_whole_question_is_taken(row: dict[str, Any]) -> None:
    made = question("first", {**row, "link": LINK})
    assert made.kind == row["kind"]
    assert made.link
    assert made.link.settings == {"d": "2"}
    assert len(made.options) == (2 if row["kind"] in ("choice", "truefalse") else 0)


def changed(row: dict[str, Any], **news: Any) -> Callable[[], Any]:
    return lambda: question("first", {**row, **news})


@pytest.mark.parametrize(
    "broken",
    [
        changed(CHOICE, id="One!"),
        changed(CHOICE, concept="no such"),
        changed(CHOICE, concept="beta"),
        changed(CHOICE, kind="prediction"),
        changed(PREDICTION, prediction=""),
        changed(PREDICTION, answer="So."),
        changed({name: value for name, value in PREDICTION.items() if name != "link"}),
        changed(CHOICE, difficulty=4),
        changed(CHOICE, stem=""),
        changed(CHOICE, stem="An open $ dollar"),
        changed(CHOICE, colour="red"),
        changed(CHOICE, lists=["other"]),
        changed(CHOICE, options=CHOICE["options"][:1]),
        changed(CHOICE, options=[CHOICE["options"][0], {"text": "no"}]),
        changed(CHOICE, options=[{"text": "a", "why": "b"}, {"text": "c", "why": "d"}]),
        changed(CHOICE, options=[{"text": "a", "right": True}, {"text": "b", "right": True}]),
        changed(CHOICE, options=[CHOICE["options"][0], {"text": "yes", "why": "No."}]),
        changed(CHOICE, link={"page": "latent", "query": "d=2", "label": "x"}),
        changed(CHOICE, link={"page": "latent", "query": "?d", "label": "x"}),
        changed(CHOICE, link={"page": "../x", "query": "", "label": "x"}),
        changed(SHORT, rubric=["a"]),
        changed(SHORT, answer=""),
        changed(SHORT, options=CHOICE["options"]),
        changed(NUMBER, generator="no such"),
        changed(NUMBER, stem="At [[nothing]]?"),
        changed(NUMBER, stem="At $[[mu]]$?"),
        changed(NUMBER, answer="2"),
    ],
)
def test_a_broken_question_is_refused(broken: Callable[[], Any]) -> None:
    with pytest.raises((BankError, TypeError, ValueError)):
        broken()


def test_the_file_and_the_question_are_named(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "01-first.toml").write_text('[[question]]\nid = "odd"\nkind = "choice"\n')
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    with pytest.raises(BankError, match=r"01-first\.toml, odd: "):
        read("first")
