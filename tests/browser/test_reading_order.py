"""The keyboard and screen readers follow the visual order of the board."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import collapse_page

pytestmark = pytest.mark.browser
BETA, SIGMA2 = collapse_page.CONTROLS
DATA = {**collapse_page.PLANE, "name": "data"}
FIELDS = """[...document.querySelectorAll('.vv-field:not([hidden])')]
  .map((node) => node.querySelector('[data-name]').dataset.name)"""
PANELS = (
    "[...document.querySelectorAll('.vv-panel')].map((node) =>"
    " node.querySelector('h3').textContent)"
)
WATCH = """() => {
  window.moves = 0;
  const watch = new MutationObserver((seen) => { window.moves += seen.length; });
  for (const name of ["group", "tool"]) {
    watch.observe(document.querySelector(`.vv-${name}`), { childList: true });
  }
}"""


@pytest.fixture
def board(page: Page) -> Page:
    """Has been on another tool: fewer controls, in another order, and one panel shared."""
    collapse_page.visit(page)
    collapse_page.receive(
        page,
        {"kl": named("kl"), "old": named("old")},
        tool="cures",
        rows=[],
        controls=[DATA, SIGMA2],
    )
    linear(page)
    return page


def named(title: str) -> collapse_page.ImageStrip:
    return collapse_page.ImageStrip(title, collapse_page.strip().images, ("x",), "Grey.", "a test")


def linear(page: Page) -> None:
    panels = {name: named(name) for name in ("spectrum", "kl", "water")}
    collapse_page.receive(page, dict(panels), tool="linear", rows=[], controls=[DATA, BETA, SIGMA2])


def test_controls_stand_in_the_order_of_the_message(board: Page) -> None:
    assert board.evaluate(FIELDS) == ["data", "beta", "sigma2"]
    boxes = [
        board.locator(f".vv-field-{name}").bounding_box() for name in ("data", "beta", "sigma2")
    ]
    assert [box["y"] for box in boxes if box] == sorted(box["y"] for box in boxes if box)
    collapse_page.receive(board, controls=[SIGMA2, BETA])
    assert board.evaluate(FIELDS) == ["sigma2", "beta"]


def test_panels_stand_in_the_order_of_the_message(board: Page) -> None:
    assert board.evaluate(PANELS) == ["spectrum", "kl", "water"]


def test_what_stands_in_order_is_not_touched(board: Page) -> None:
    board.evaluate(WATCH)
    linear(board)
    linear(board)
    assert board.evaluate("moves") == 0


def test_a_control_that_moves_keeps_the_focus(board: Page) -> None:
    board.locator("[data-name=sigma2]").focus()
    collapse_page.receive(board, controls=[SIGMA2, DATA, BETA])
    assert board.evaluate(FIELDS) == ["sigma2", "data", "beta"]
    expect(board.locator("[data-name=sigma2]")).to_be_focused()


def test_the_tab_key_goes_down_the_column(board: Page) -> None:
    board.locator("[data-name=data]").focus()
    board.keyboard.press("Tab")
    expect(board.locator("[data-name=beta]")).to_be_focused()
    board.keyboard.press("Tab")
    expect(board.locator("[data-name=sigma2]")).to_be_focused()
