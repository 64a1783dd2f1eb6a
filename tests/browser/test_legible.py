"""What stands on a page can be read: nothing lies over anything, turned or cut, in small windows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import explorer_page, live_page
from tests.browser.app_board import EXPLORER, LATENT, PATIENCE, projector

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with projector(browser, has_touch=True, is_mobile=True) as page:
        page.set_viewport_size(PHONE)
        yield page


def test_on_a_phone_paper_and_reconstruction_stand_beside_each_other(
    phone: Page, address: str
) -> None:
    phone.goto(f"{address}/latent?tool=draw")
    phone.wait_for_selector(LATENT.ready, timeout=PATIENCE)
    boxes = [phone.locator(f".vv-{part} canvas").bounding_box() for part in ("paper", "back")]
    paper, back = (box for box in boxes if box)
    assert paper["x"] + paper["width"] <= back["x"]
    assert back["x"] + back["width"] <= PHONE["width"]
    assert paper["width"] == pytest.approx(paper["height"], abs=1.5)  # pixels of the data: square
    assert paper["width"] > 150


def test_corrected_numbers_hide_no_read_out(page: Page, address: str) -> None:
    EXPLORER.visit(page, address)
    wide = page.locator(".vv-field-a input").bounding_box()
    for name, text in (("b", "2.7"), ("threshold", "1e9"), ("seed", "99999999999999")):
        page.locator(f"input[data-name={name}]").fill(text)
        page.keyboard.press("Enter")
        page.wait_for_selector(f".vv-field-{name} .vv-said:not(:empty)")
        assert page.locator(".vv-said:not(:empty)").count() == 1  # the last one's
        assert page.evaluate(OVER) == 0
        now = page.locator(".vv-field-a input").bounding_box()
        assert wide
        assert now
        assert now["width"] >= wide["width"] - 1


OVER = """() => {
  const [rows, note] = [".vv-readouts", ".vv-side > .vv-note"]
    .map((part) => document.querySelector(part).getBoundingClientRect());
  return Math.max(0, rows.bottom - note.top - 1);
}"""


FIT = """async (axis) => {
  const { fitting } = await import("./draw/compact.js");
  const title = { text: "", font: { size: 16 } }, tickfont = { size: 16 };
  const margin = { l: 50, r: 10, t: 5, b: 40 };
  const yaxis = { title: structuredClone(title), tickfont: { size: 16 }, range: [0, 1] };
  const xaxis = { title, tickfont, nticks: 5, ...axis };
  fitting({ margin, xaxis, yaxis }, 190, 150);
  return xaxis;
}"""


def fitted(page: Page, **axis: Any) -> dict[str, Any]:
    """The x axis of a figure whose axes are 130 pixels wide."""
    live_page.visit(page)
    return page.evaluate(FIT, axis)


def test_a_narrow_figure_has_fewer_ticks(page: Page) -> None:
    assert fitted(page, range=[0, 2000])["nticks"] <= 130 / 36  # four digits, with air
    assert fitted(page, range=[0, 1])["nticks"] == 5
    named = {"range": [-3, 2], "type": "log", "tickvals": [0.001, 0.01, 0.1, 1, 10, 100]}
    few = fitted(page, **named, ticktext=["0.001", "0.01", "0.1", "1", "10", "100"])
    assert few["tickvals"] == [0.001, 0.1, 10]
    assert few["ticktext"] == ["0.001", "0.1", "10"]
    whole = fitted(page, range=[0.4, 4.6], tickvals=[1, 2, 3, 4], ticktext=["a", "b", "c", "d"])
    assert whole["ticktext"] == ["a", "b", "c", "d"]


def test_a_note_without_room_for_two_lines_lies_over_no_read_out(page: Page) -> None:
    explorer_page.visit(page)
    rows = [(f"row {k}", "0", "", "") for k in range(40)]
    explorer_page.receive(page, notes=["Another one is used."] * 12, readouts=rows)
    note = page.locator(".vv-side > .vv-note")
    page.wait_for_selector(".vv-side > .vv-note[tabindex]")
    assert page.evaluate(OVER) == 0
    note.focus()
    box = note.bounding_box()
    assert box
    assert box["y"] < 720  # the column scrolls to it
