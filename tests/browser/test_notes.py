"""Notes that have no room keep all of their text: they scroll, and unfold at the focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import explorer_page

pytestmark = pytest.mark.browser
WORDS = [f"setting {k} is not possible: another one is used." for k in range(12)]
ROWS = [(f"row {k}", "0", "", "") for k in range(24)]
NOTE = ".vv-side > .vv-note"
HEIGHTS = f"""() => {{
  const note = document.querySelector('{NOTE}'), side = note.parentElement;
  const [a, b] = [note, side].map((node) => node.getBoundingClientRect());
  return [note.clientHeight, note.scrollHeight, b.bottom - a.bottom];
}}"""


def test_a_long_note_is_reached_by_the_keyboard_and_unfolds(page: Page) -> None:
    explorer_page.visit(page)
    explorer_page.receive(page, notes=WORDS, readouts=ROWS)
    note = page.locator(NOTE)
    expect(note).to_have_attribute("tabindex", "0")
    folded, whole, below = page.evaluate(HEIGHTS)
    assert folded < whole
    assert below >= 0  # it is in sight
    note.focus()
    unfolded, whole, below = page.evaluate(HEIGHTS)
    assert unfolded >= whole
    assert below >= 0


def test_a_short_note_is_no_stop_of_the_keyboard(page: Page) -> None:
    explorer_page.visit(page)
    explorer_page.receive(page, notes=WORDS, readouts=ROWS)
    expect(page.locator(NOTE)).to_have_attribute("tabindex", "0")
    explorer_page.receive(page, seq=1, notes=WORDS[:1], readouts=ROWS[:2])
    expect(page.locator(NOTE)).not_to_have_attribute("tabindex", "0")


def test_a_note_unfolds_for_good_where_it_gets_room(page: Page) -> None:
    explorer_page.visit(page)
    explorer_page.receive(page, notes=WORDS, readouts=ROWS)
    expect(page.locator(NOTE)).to_have_attribute("tabindex", "0")
    explorer_page.receive(page, seq=1, notes=WORDS, readouts=ROWS[:2])
    expect(page.locator(NOTE)).not_to_have_attribute("tabindex", "0")
    height, whole, _ = page.evaluate(HEIGHTS)
    assert height == whole
