"""A scene's line of what to notice: it stays as long as the scene, then the board's returns."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import collapse_page, explorer_page
from tests.browser.bare_page import sent

pytestmark = pytest.mark.browser
DEAD = {"name": "All dead", "notice": "No bar stands.", "settings": {"beta": 50.0}}
KNOB = {
    "name": "One knob",
    "notice": "Move along.",
    "settings": {"beta": 2.0},
    "free": ["beta", "sigma2"],
}


@pytest.fixture
def board(page: Page) -> Page:
    collapse_page.visit(page)
    show(page)
    return page


def show(page: Page, **header: Any) -> None:
    collapse_page.receive(page, **{"scenes": [DEAD, KNOB], **header})


def answered(page: Page, **header: Any) -> None:
    """As the server would, until no message is on its way."""
    count = -1
    while count != len(sent(page)):
        count, state = len(sent(page)), sent(page)[-1]
        show(page, seq=state["seq"], settings=state["settings"], **header)


def drag(page: Page) -> None:
    box = page.locator(".vv-plane canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.up()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    answered(page)


def test_a_drag_on_the_map_leaves_the_scene(board: Page) -> None:
    press(board, "All dead")
    expect(board.locator(".vv-notice")).to_have_text("No bar stands.")
    drag(board)
    expect(board.locator(".vv-notice")).to_have_text("Drag β.")
    answered(board)
    expect(board.locator(".vv-notice")).to_have_text("Drag β.")


@pytest.mark.parametrize("name", ["beta", "sigma2"])
def test_a_slider_leaves_the_scene_even_one_that_it_does_not_name(board: Page, name: str) -> None:
    press(board, "All dead")
    board.locator(f"[data-name={name}]").focus()
    board.keyboard.press("ArrowLeft")
    expect(board.locator(".vv-notice")).to_have_text("Drag β.")


def test_what_a_scene_leaves_free_moves_within_it(board: Page) -> None:
    press(board, "One knob")
    drag(board)
    answered(board)
    expect(board.locator(".vv-notice")).to_have_text("Drag β.")  # over τ and d the pointer moves d
    press(board, "One knob")
    board.locator("[data-name=sigma2]").focus()
    board.keyboard.press("ArrowLeft")
    answered(board)
    expect(board.locator(".vv-notice")).to_have_text("Move along.")


def test_a_question_by_itself_leaves_the_scene_where_it_is(board: Page) -> None:
    press(board, "All dead")
    settings = sent(board)[-1]["settings"]
    show(board, seq=len(sent(board)), settings=settings, pending=True, again=250)
    board.wait_for_function("sent.length > 1")
    answered(board)
    expect(board.locator(".vv-notice")).to_have_text("No bar stands.")


def test_another_tab_has_its_own_line(board: Page) -> None:
    press(board, "All dead")
    board.get_by_role("tab", name="Linear").click()
    answered(board, tool="linear", notice="Water.")
    expect(board.locator(".vv-notice")).to_have_text("Water.")


def test_another_tools_scenes_keep_the_focus_on_the_one_that_was_pressed(board: Page) -> None:
    board.get_by_role("button", name="One knob").focus()
    board.keyboard.press("Enter")
    state = sent(board)[-1]
    show(board, seq=state["seq"], settings=state["settings"], scenes=[KNOB])
    expect(board.get_by_role("button", name="One knob")).to_be_focused()
    show(board, seq=state["seq"], settings=state["settings"], scenes=[{**KNOB, "notice": "Now 3."}])
    assert board.get_by_role("button", name="One knob").get_attribute("title") == "Now 3."


def test_a_long_line_moves_nothing_and_unfolds_over_the_board(page: Page) -> None:
    explorer_page.visit(page)
    heights = []
    for line in ("", "Short.", "A line of many words. " * 20):
        explorer_page.receive(page, notice=line, scenes=[DEAD, KNOB])
        heights.append(page.locator(".vv-side").bounding_box())
    assert heights[0] == heights[1] == heights[2]
    notice = page.locator(".vv-notice")
    shown = notice.locator("span")
    assert notice.evaluate("(node) => node.scrollHeight > node.clientHeight")
    notice.focus()
    box = shown.bounding_box()
    assert box
    assert box["height"] > 60
    assert page.locator(".vv-side").bounding_box() == heights[0]
    explorer_page.receive(page, seq=0, notice="Short.", scenes=[DEAD, KNOB])
    assert notice.get_attribute("tabindex") is None


def test_a_tab_has_its_own_line_before_its_message_is_there(board: Page) -> None:
    tabs = [
        {"name": "map", "label": "Map", "notice": "Drag β."},
        {"name": "linear", "label": "Linear", "notice": "Water."},
    ]
    show(board, tabs=tabs, tool="map")
    board.get_by_role("tab", name="Linear").click()
    expect(board.locator(".vv-notice")).to_have_text("Water.")


def test_the_explorers_own_line_is_back_after_a_move(page: Page) -> None:
    explorer_page.visit(page)
    explorer_page.receive(page, scenes=[{**DEAD, "settings": {"beta": 20.0}}])
    own = page.locator(".vv-notice").inner_text()
    assert own
    page.get_by_role("button", name="All dead").click()
    expect(page.locator(".vv-notice")).to_have_text("No bar stands.")
    explorer_page.receive(page, seq=1, settings=sent(page)[-1]["settings"])
    page.locator("[data-name=beta]").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".vv-notice")).to_have_text(own)
