"""Typed numbers: exactly as typed, or a line that names the replacement."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import collapse_page
from tests.browser.app_board import projector
from tests.browser.bare_page import sent
from vaeviz.chapters.collapse.written import EffectiveView
from vaeviz.chapters.controls import controls
from vaeviz.figures.theme import LIGHT

pytestmark = pytest.mark.browser
SPECS = controls(EffectiveView(), ("weight", "elements", "batch"), {}, LIGHT, ())
HALF = {
    "name": "half",
    "kind": "number",
    "label": "half",
    "help": "",
    "min": 0,
    "max": 5,
    "step": 0.05,
}
SETTINGS = {**collapse_page.SETTINGS, "weight": 1.0, "elements": 784, "batch": 128, "half": 0.0}
WEIGHT = "KL weight, as a number"


@pytest.fixture
def board(page: Page) -> Page:
    collapse_page.visit(page)
    collapse_page.receive(page, controls=[*SPECS, HALF], settings=SETTINGS)
    return page


def enter(board: Page, name: str, text: str) -> None:
    """Types key by key."""
    box = board.get_by_role("spinbutton", name=name, exact=True)
    box.focus()
    box.select_text()
    board.keyboard.type(text)
    board.keyboard.press("Enter")


def last(board: Page) -> dict[str, Any]:
    return sent(board)[-1]["settings"]


def said(board: Page, name: str) -> str:
    return board.locator(f".vv-field-{name} .vv-said").inner_text()


@pytest.mark.parametrize(
    ("field", "name", "text", "value"),
    [
        ("D", "elements", "1234567", 1_234_567),
        ("D", "elements", "10000000", 10_000_000),
        ("half", "half", "0.07", 0.07),
        ("half", "half", "1,5", 1.5),
        (WEIGHT, "weight", "0.00025", 0.00025),
        (WEIGHT, "weight", "2,5", 2.5),
        (WEIGHT, "weight", "0.000884683", 0.000884683),
    ],
)
def test_what_is_typed_is_what_is_used(
    board: Page, field: str, name: str, text: str, value: float
) -> None:
    enter(board, field, text)
    assert last(board)[name] == value
    assert said(board, name) == ""
    expect(board.get_by_role("spinbutton", name=field, exact=True)).to_have_value(str(value))


@pytest.mark.parametrize(
    ("field", "name", "text", "used"),
    [
        ("D", "elements", "0", 1),
        ("D", "elements", "-7", 1),
        ("D", "elements", "99999999999", 10_000_000),
        ("D", "elements", "1.5", 2),
        ("half", "half", "7", 5),
        ("half", "half", "0.12345678", 0.123457),
        (WEIGHT, "weight", "0", 1e-6),
        (WEIGHT, "weight", "1e9", 1000),
    ],
)
def test_what_cannot_be_is_put_back_with_a_line(
    board: Page, field: str, name: str, text: str, used: float
) -> None:
    enter(board, field, text)
    assert last(board)[name] == used
    label = "KL weight" if name == "weight" else field
    assert f"{label} '{text}' is not possible" in said(board, name)
    assert said(board, name).endswith(" is used.")


def test_no_number_leaves_the_old_one_and_says_so(board: Page) -> None:
    enter(board, "D", "1e")
    assert said(board, "elements") == "That is not a number: 784 stays."
    assert [s["settings"]["elements"] for s in sent(board)] in ([], [784])


def test_the_line_goes_when_the_next_number_comes(board: Page) -> None:
    enter(board, "D", "0")
    assert said(board, "elements")
    enter(board, "D", "5")
    assert said(board, "elements") == ""


def test_a_typed_weight_and_its_slider_are_one(board: Page) -> None:
    enter(board, WEIGHT, "0.001")
    slider = board.get_by_role("slider", name="KL weight", exact=True)
    assert float(slider.input_value()) == pytest.approx(-3)
    slider.focus()
    board.keyboard.press("ArrowRight")
    expect(board.get_by_role("spinbutton", name=WEIGHT, exact=True)).to_have_value("0.00105")
    board.get_by_role("spinbutton", name=WEIGHT, exact=True).focus()
    board.keyboard.press("ArrowDown")
    assert last(board) == {**SETTINGS, "weight": 0.001}


def test_a_comma_counts_where_the_reader_writes_one_and_the_browser_does_not(
    browser: Browser,
) -> None:
    """A German page in an English browser: its number fields leave commas out."""
    with projector(browser, locale="de-DE") as page:
        collapse_page.visit(page)
        collapse_page.receive(page, controls=[*SPECS, HALF], settings=SETTINGS)
        assert page.evaluate("(0.5).toLocaleString()") == "0,5"
        enter(page, "half", "0,5")
        assert last(page)["half"] == 0.5
