"""The map by keyboard: its ring moves from cell to cell and announces its place."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import collapse_page
from tests.browser.bare_page import sent

pytestmark = pytest.mark.browser


def plane(page: Page) -> Locator:
    return page.locator(".vv-plane .vv-canvas")


def press(page: Page, key: str) -> dict[str, Any]:
    """The settings after this key, answered as the server would."""
    plane(page).focus()
    before = len(sent(page))
    page.keyboard.press(key)
    if len(sent(page)) > before:
        state = sent(page)[-1]
        collapse_page.receive(page, seq=state["seq"], settings=state["settings"])
    return sent(page)[-1]["settings"] if sent(page) else collapse_page.SETTINGS


def test_it_can_be_reached_and_says_what_it_is(board: Page) -> None:
    board.locator("[data-name=plane]").focus()
    for _ in range(5):
        board.keyboard.press("Tab")
        if plane(board).evaluate("(node) => node === document.activeElement"):
            break
    expect(plane(board)).to_be_focused()
    assert "Active units over τ and d" in (plane(board).get_attribute("aria-label") or "")
    slider = board.get_by_role("slider", name="Active units over τ and d")
    expect(slider).to_have_count(1)
    assert slider.get_attribute("aria-valuetext") == "τ = 0.05, d = 3: 2 of 3 active"
    assert [slider.get_attribute(f"aria-value{n}") for n in ("min", "now", "max")] == [
        "1",
        "4",
        "9",
    ]


@pytest.mark.parametrize(
    ("key", "sigma2", "d"),
    [
        ("ArrowRight", 0.1, 3),
        ("ArrowLeft", 0.01, 3),
        ("ArrowDown", 0.05, 2),
        ("ArrowUp", 0.05, 3),
        ("Home", 0.001, 3),
        ("End", 10, 3),
        ("PageDown", 0.05, 1),
        ("PageUp", 0.05, 3),
    ],
)
def test_a_key_moves_the_ring_along_one_axis_alone(
    board: Page, key: str, sigma2: float, d: int
) -> None:
    got = press(board, key)
    assert (got["beta"], got["sigma2"], got["d"]) == (1, sigma2, d)


def test_keys_go_from_cell_to_cell_and_stay_at_the_ends(board: Page) -> None:
    seen = [press(board, "ArrowRight")["sigma2"] for _ in range(6)]
    assert seen == [0.1, 0.316, 1, 3.16, 10, 10]
    assert [press(board, "ArrowDown")["d"] for _ in range(3)] == [2, 1, 1]


def test_keys_that_come_before_the_answer_add_up(board: Page) -> None:
    plane(board).focus()
    for _ in range(3):
        board.keyboard.press("ArrowRight")
    collapse_page.receive(board, seq=1, settings=sent(board)[-1]["settings"])
    assert sent(board)[-1]["settings"]["sigma2"] == 1
    expect(board.locator(".vv-field-sigma2 output")).to_have_text("1")


@pytest.mark.parametrize(
    "key", ["Enter", " ", "a", "Control+ArrowRight", "Shift+ArrowRight", "Alt+Home"]
)
def test_other_keys_do_nothing(board: Page, key: str) -> None:
    plane(board).focus()
    board.keyboard.press(key)
    assert sent(board) == []


def test_the_value_follows_the_answer(board: Page) -> None:
    press(board, "ArrowRight")
    assert plane(board).get_attribute("aria-valuetext") == "τ = 0.1, d = 3: 2 of 3 active"
    assert plane(board).get_attribute("aria-valuenow") == "5"


def test_without_a_variance_the_axis_is_beta(board: Page) -> None:
    collapse_page.receive(board, settings={**collapse_page.SETTINGS, "likelihood": "bernoulli"})
    assert press(board, "End")["beta"] == 10
    settings = {**collapse_page.SETTINGS, "likelihood": "bernoulli", "beta": 0.2}
    collapse_page.receive(board, seq=1, settings=settings)
    assert (plane(board).get_attribute("aria-valuetext") or "").startswith("β = 0.2, d = 3: ")


def test_over_beta_and_sigma2_each_has_its_keys(board: Page) -> None:
    shown = {"plane": collapse_page.over_knobs(), "table": collapse_page.table()}
    settings = {**collapse_page.SETTINGS, "sigma2": 0.123}
    collapse_page.receive(board, dict(shown), settings=settings)
    plane(board).focus()
    board.keyboard.press("ArrowRight")
    got = sent(board)[-1]["settings"]
    assert (got["beta"], got["sigma2"]) == (10, 0.123)
    collapse_page.receive(board, dict(shown), seq=1, settings=got)
    board.keyboard.press("ArrowUp")
    assert sent(board)[-1]["settings"]["sigma2"] == 1


def test_a_picture_in_its_place_is_a_picture_again(board: Page) -> None:
    collapse_page.receive(board, {"plane": collapse_page.strip(), "table": collapse_page.table()})
    assert plane(board).get_attribute("role") == "img"
    assert plane(board).get_attribute("tabindex") is None
    assert plane(board).get_attribute("aria-valuetext") is None


def test_axes_under_a_canvas_are_not_read(board: Page) -> None:
    assert board.locator(".vv-plane .vv-axes").get_attribute("aria-hidden") == "true"
