"""The parts of a message: only changed ones are sent; a page that lost its parts gets them anew."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest
from playwright.sync_api import Page, expect

from tests.browser import collapse_page
from tests.browser.app_board import COLLAPSE, EXPLORER, AppBoard, slider
from tests.browser.bare_page import sent
from vaeviz.live.message import Panel, unpack

pytestmark = pytest.mark.browser


# Each message once: how many bytes, which parts came, and which were there with the one before.
RECORDED = """import * as real from "./payload.js?real";
export * from "./payload.js?real";
const messages = (window.messages = []);
let tags = [];
const index = (bytes) => {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
};
export const unpack = (data, held) => {
  const unpacked = real.unpack(data, held);
  const came = index(data).parts.map(([tag]) => tag);
  const { seq } = unpacked.message;
  if (messages.every((message) => message.seq !== seq))
    messages.push({ seq, bytes: data.length, came, held: tags });
  tags = [...unpacked.parts.keys()];
  return unpacked;
};
"""


@pytest.mark.parametrize(
    ("board", "query"),
    [(COLLAPSE, ""), (EXPLORER, "?hold=tau")],
    ids=lambda value: getattr(value, "link", value),
)
def test_only_parts_that_changed_travel_during_a_drag(
    page: Page, address: str, board: AppBoard, query: str
) -> None:
    page.route(
        "**/engine/payload.js",
        lambda route: route.fulfill(body=RECORDED, content_type="text/javascript"),
    )
    board.visit(page, address, query)
    begun = page.evaluate("messages.length")  # what came until then brought the model
    at = slider(page, "beta")
    page.mouse.move(*at(0.5))
    page.mouse.down()
    for step in range(6):
        before = board.seq(page)
        page.mouse.move(*at(0.55 + 0.03 * step))
        board.settle(page, before)
    page.mouse.up()
    first, *others = page.evaluate("messages")
    drag = others[begun - 1 :]
    assert len(drag) >= 6
    assert max(message["bytes"] for message in drag) < first["bytes"] / 2
    for message in drag:
        assert message["held"]
        assert set(message["came"]).isdisjoint(message["held"])


@pytest.mark.parametrize("painted", [True, False], ids=["later", "at once"])
def test_a_page_that_lost_its_parts_asks_for_all_of_them_and_paints(
    page: Page, painted: bool
) -> None:
    collapse_page.visit(page)
    if painted:
        collapse_page.receive(page)
    panels: dict[str, Panel] = {"plane": collapse_page.over_knobs()}
    parts: dict[str, object] = {}
    unpack(b64decode(collapse_page.message(panels)), parts)
    collapse_page.receive(page, panels, held=list(parts), seq=0)
    (state,) = sent(page)
    assert (state["seq"], state["held"]) == (1, [])
    assert bool(state["settings"]) is painted
    collapse_page.receive(page, panels, seq=1)
    expect(page.locator(".vv-plane canvas")).to_have_attribute("aria-label", re.compile("β and σ²"))
    expect(page.locator(".vv-table")).to_have_count(0)
    page.get_by_role("button", name="All dead").click()
    assert set(sent(page)[-1]["held"]) == set(parts)
