"""Settings of every page, from strangers: what comes out is valid, and goes through the URL and the
board.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.strangers import HOSTILE, ODD, any_valid, asked, harmless, valid
from vaeviz.ui import settings as explorer
from vaeviz.ui.collapse import settings as collapse
from vaeviz.ui.kinds import Log, Name, Numbers, OneOf, Real, Text, Whole, kinds
from vaeviz.ui.latent import settings as latent

NUMBERS = Numbers(4, 20.0)


@dataclass(frozen=True)
class Page:
    """A page's settings, their parser, and any valid ones."""

    settings: type[Any]
    parse: Callable[..., tuple[Any, list[str]]]
    views: st.SearchStrategy[Any]


PAGES = {
    "explorer": Page(explorer.Settings, explorer.parse, any_valid(explorer.Settings)),
    "latent": Page(latent.View, latent.parse, any_valid(latent.View)),
    "collapse": Page(collapse.View, collapse.parse, any_valid(collapse.View)),
}
each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


@each_page
@given(st.data())
def test_whatever_arrives_the_settings_are_valid_and_the_notes_harmless(
    page: Page, drawn: Any
) -> None:
    names = st.sampled_from([*kinds(page.settings), "unknown", "__class__"])
    raw = drawn.draw(st.dictionaries(names, HOSTILE))
    for sent in (raw, {k: str(type(v)) for k, v in raw.items()}):
        settings, notes = page.parse(sent)
        valid(settings)
        harmless(notes)
        assert len(notes) <= len(raw)


@each_page
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_are_put_back(page: Page, odd: Any) -> None:
    settings, notes = page.parse(dict.fromkeys(kinds(page.settings), odd))
    valid(settings)
    harmless(notes)


@each_page
def test_every_value_that_is_put_back_is_told(page: Page) -> None:
    settings, notes = page.parse({name: ["no value of any kind"] for name in kinds(page.settings)})
    assert settings == page.settings()
    assert len(notes) == len(kinds(page.settings))


@each_page
@given(st.data())
def test_settings_go_through_the_url_and_come_back(page: Page, drawn: Any) -> None:
    settings = drawn.draw(page.views)
    assert page.parse(asked(settings.query())) == (settings, [])


@each_page
@given(st.data())
def test_settings_go_through_the_board_and_come_back(page: Page, drawn: Any) -> None:
    settings = drawn.draw(page.views)
    assert page.parse(dataclasses.asdict(settings)) == (settings, [])


@each_page
def test_the_defaults_are_valid_and_need_no_query(page: Page) -> None:
    valid(page.settings())
    assert page.settings().query() == ""
    assert page.parse({}) == (page.settings(), [])
    known = Log | Name | Numbers | OneOf | Real | Text | Whole
    assert all(isinstance(kind, known) for kind in kinds(page.settings).values())


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
