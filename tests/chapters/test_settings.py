"""Untrusted settings of every tool become valid, and survive the URL and the browser."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chapters.untrusted import HOSTILE, ODD, addressed, any_valid, harmless, valid
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.settings import (
    Kind,
    Note,
    Numbers,
    Text,
    Whole,
    Word,
    declared,
    defaults,
    parse,
    query,
    setting,
)

NUMBERS = Numbers(4, 20.0)
VIEWS = {
    tool.view.__qualname__: tool.view for name in NAMES for tool in chapter(name).tools
}  # tools of one view share it
each_view = pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)


@each_view
@given(st.data())
def test_whatever_arrives_the_settings_are_valid_and_the_notes_harmless(
    view: type, drawn: Any
) -> None:
    names = st.sampled_from([*declared(view), "unknown", "__class__"])
    raw = drawn.draw(st.dictionaries(names, HOSTILE))
    for sent in (raw, {k: str(type(v)) for k, v in raw.items()}):
        settings, notes = parse(sent, view())
        valid(settings)
        harmless(notes)
        assert len(notes) <= len(raw)


@each_view
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_are_repaired(view: type, odd: Any) -> None:
    settings, notes = parse(dict.fromkeys(declared(view), odd), view())
    valid(settings)
    harmless(notes)


@each_view
def test_every_value_that_is_repaired_has_a_note_about_it(view: type) -> None:
    settings, notes = parse({name: ["no value of any kind"] for name in declared(view)}, view())
    assert settings == view()
    kinds = {name: about.kind for name, about in declared(view).items()}
    about = [() if isinstance(kind, Text) else (name,) for name, kind in kinds.items()]
    assert [note.about for note in notes] == about


@each_view
@given(st.data())
def test_settings_go_through_the_url_and_come_back(view: type, drawn: Any) -> None:
    settings = drawn.draw(any_valid(view))
    assert parse(addressed(query(settings)), view()) == (settings, [])


@each_view
@given(st.data())
def test_settings_go_through_the_browser_and_come_back(view: type, drawn: Any) -> None:
    settings = drawn.draw(any_valid(view))
    assert parse(dataclasses.asdict(settings), view()) == (settings, [])


@each_view
def test_the_defaults_are_valid_and_need_no_query(view: type) -> None:
    valid(view())
    assert query(view()) == ""
    assert parse({}, view()) == (view(), [])
    assert defaults(view) == dataclasses.asdict(view())
    assert all(isinstance(about.kind, Kind) and about.words for about in declared(view).values())


def test_settings_named_always_stand_in_the_query_at_their_defaults_too() -> None:
    assert addressed(query(ModelView(d=3), ("beta", "d"))) == {"beta": "1", "d": "3"}


# names
# ------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Renamed:
    """A setting that had two names before."""

    size: int = setting(1, Whole(0, 9), "size", aliases=("width", "girth"))


@pytest.mark.parametrize(
    ("raw", "size"),
    [
        ({"width": "4"}, 4),
        ({"girth": "5"}, 5),
        ({"girth": "5", "width": "4"}, 4),
        ({"width": "4", "size": "3"}, 3),
    ],
)
def test_an_older_name_is_read_and_the_newer_one_goes_first(raw: dict[str, str], size: int) -> None:
    assert parse(raw, Renamed()) == (Renamed(size), [])
    assert query(Renamed(size)) == f"?size={size}"


def test_an_older_names_value_is_repaired_alike() -> None:
    assert parse({"width": "40"}, Renamed()) == (
        Renamed(9),
        [Note("size '40' is not possible: 9 is used.", ("size",))],
    )


@pytest.mark.parametrize("word", ["", "a", "run-4f", "1.5", "+2", "a" * 24])
def test_what_a_word_is(word: str) -> None:
    assert Word().repair(word) == word


@pytest.mark.parametrize("word", ["a b", "ß", "<b>", "a" * 25, "a\n", 1, None, ["a"]])
def test_what_no_word_is(word: Any) -> None:
    assert Word().repair(word) is None


def test_a_text_may_be_anything_but_longer_than_it_may_be() -> None:
    assert Text(9).repair("<b>\n\x00") == "<b>\n\x00"
    assert Text(9).repair("a" * 10) is None
    assert Text(9).repair(b"raw") is None


# a few numbers
# ------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(allow_nan=False), max_size=4))
def test_numbers_come_back_within_reach_and_to_four_digits(values: list[float]) -> None:
    text = NUMBERS.repair(",".join(map(repr, values)))
    assert text is not None
    numbers = [float(part) for part in text.split(",")] if text else []
    assert len(numbers) == len(values)
    for number, value in zip(numbers, values, strict=True):
        assert number == pytest.approx(min(max(value, -20), 20), rel=6e-4)
    assert NUMBERS.repair(text) == text


@given(HOSTILE)
def test_numbers_are_numbers_or_nothing(value: Any) -> None:
    text = NUMBERS.repair(value)
    assert text is None or NUMBERS.repair(text) == text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("", ""),
        ("1", "1"),
        ("1,2,3,4", "1,2,3,4"),
        ("1.23456", "1.235"),
        ("25,-inf", "20,-20"),
        (" 1 ,2", "1,2"),
        ("1e-9", "1e-09"),
    ],
)
def test_what_becomes_of_numbers(raw: str, kept: str) -> None:
    assert NUMBERS.repair(raw) == kept


@pytest.mark.parametrize(
    "raw", ["1,2,3,4,5", "1,,2", ",", "x", "1,nan", "1;2", None, 1.0, [1.0], b"1", True]
)
def test_what_is_no_numbers(raw: Any) -> None:
    assert NUMBERS.repair(raw) is None


def test_a_text_too_long_is_not_cut_into_other_numbers() -> None:
    assert NUMBERS.repair("1" + "0" * 998 + "5,3") is None
    assert NUMBERS.repair("1,2" + " " * 10_000) is None
