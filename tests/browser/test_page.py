"""The page under every chapter: buttons, tabs, and panels that stay unchanged."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import bare_page, collapse_page
from tests.browser.bare_page import sent

pytestmark = pytest.mark.browser
BUTTON = {"name": "train", "kind": "button", "label": "Train", "help": "Trains it", "disabled": ""}
# The next message holds the very objects of the last one, but for the parts named in `fresh`.
REUSED = """async (given) => {
  const { default: Page } = await import("./engine/page.js");
  const { unpack } = await import("./engine/payload.js");
  const host = document.getElementById("host");
  host.innerHTML = '<div class="vv-screen vv-new"></div>';
  const page = new Page(host.firstChild);
  page.send = (state) => window.sent.push(structuredClone(state));
  const { message } = unpack(Uint8Array.from(atob(given.text), (c) => c.charCodeAt(0)));
  const draw = CanvasRenderingContext2D.prototype.clearRect;
  let drawn = 0;
  CanvasRenderingContext2D.prototype.clearRect = function (...at) {
    drawn += 1;
    draw.call(this, ...at);
  };
  const shown = (next) => {
    drawn = 0;
    page.receive({ ...message, ...next });
    return drawn;
  };
  const plane = { ...message.panels.plane };
  const counts = [shown({}), shown({ seq: 1 }), shown({ panels: { ...message.panels, plane } }),
    shown({ theme: "dark" })];
  drawn = 0;
  host.firstChild.style.width = "900px";
  page.resized();
  CanvasRenderingContext2D.prototype.clearRect = draw;
  return [...counts, drawn];
}"""


@pytest.fixture
def board(page: Page) -> Page:
    collapse_page.visit(page)
    return page


def show(page: Page, **header: Any) -> None:
    collapse_page.receive(page, controls=[*collapse_page.CONTROLS, BUTTON], **header)


def test_a_button_sends_its_action_until_it_is_acknowledged(board: Page) -> None:
    show(board)
    button = board.get_by_role("button", name="Train", exact=True)
    expect(button).to_have_attribute("aria-label", "Train")
    expect(board.locator(".vv-field-train")).to_have_attribute("title", "Trains it")
    button.click()
    assert sent(board)[0]["actions"] == [{"id": 1, "name": "train"}]
    show(board, seq=1, again=0)
    board.wait_for_function("sent.length > 1")
    assert sent(board)[1]["actions"] == [{"id": 1, "name": "train"}]
    show(board, seq=2, done=1, again=0)
    board.wait_for_function("sent.length > 2")
    assert sent(board)[2]["actions"] == []


def test_a_button_that_can_do_nothing_says_why(board: Page) -> None:
    off = {**BUTTON, "disabled": "It is trained already"}
    collapse_page.receive(board, controls=[off])
    expect(board.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    expect(board.locator(".vv-field-train")).to_have_attribute("title", off["disabled"])


def test_every_page_says_the_same_of_itself(board: Page) -> None:
    show(board)
    board.locator("[data-name=beta]").focus()
    board.keyboard.press("ArrowRight")
    (state,) = sent(board)
    assert set(state) == {"seq", "theme", "settings", "actions", "held", "hidden"}
    assert (state["seq"], state["theme"], state["hidden"]) == (1, "light", False)
    assert state["held"]
    assert all(isinstance(tag, str) for tag in state["held"])


def test_a_panel_with_the_same_content_is_not_drawn_again(board: Page) -> None:
    text = collapse_page.message({"plane": collapse_page.over_tau(), "more": collapse_page.strip()})
    first, same, one, dark, wide = board.evaluate(REUSED, {"text": text})
    assert (first, same, one, dark, wide) == (2, 0, 1, 2, 2)


def test_a_chapter_without_tabs_has_no_tab_list(board: Page) -> None:
    collapse_page.receive(board, tabs=collapse_page.TABS[:1])
    expect(board.get_by_role("tablist")).to_have_count(0)
    expect(board.get_by_role("tabpanel")).to_have_count(0)
    grid, bar = (board.locator(name).bounding_box() for name in (".vv-tool", ".vv-bar"))
    assert grid
    assert bar
    assert grid["y"] - bar["y"] - bar["height"] < 10


def test_a_kind_of_page_that_has_no_module_is_a_plain_one(page: Page) -> None:
    bare_page.visit(page, "novel")
    bare_page.receive(page, collapse_page.message())
    expect(page.locator(".vv-novel.vv-page[data-ready=true] .vv-plane canvas")).to_be_visible()
