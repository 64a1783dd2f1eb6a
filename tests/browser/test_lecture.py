"""A guided lecture in the browser: by keyboard to its end, a step done with a slider, two windows
before an audience, and a lecturer's own file.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_board import EXPLORER, LATENT, PATIENCE, slider
from tests.learning.test_lecture import LECTURE

pytestmark = pytest.mark.browser
STEP = ".vv-rail [aria-current]"


def at(page: Page, number: int) -> None:
    """The step is shown with its words, on a board that is ready."""
    expect(page.locator(STEP)).to_have_text(str(number), timeout=PATIENCE)
    expect(page.locator(".vv-lecture .vv-text p").first).to_be_visible(timeout=PATIENCE)


def visit(page: Page, address: str, step: int, more: str = "") -> None:
    page.goto(f"{address}/?lecture=newcomers&step={step}{more}")
    at(page, step)


def search(page: Page, text: str) -> None:
    page.wait_for_function(f"location.search.includes({text!r})", timeout=PATIENCE)


def test_the_newcomers_lecture_by_keyboard(page: Page, address: str) -> None:
    EXPLORER.visit(page, address)
    loaded = "performance.getEntriesByType('resource').filter(e => /lecture/.test(e.name)).length"
    assert page.evaluate(loaded) == 0
    page.get_by_role("button", name="Lectures").press("Enter")
    page.get_by_role("button", name="15 minutes for newcomers").press("Enter")
    at(page, 1)
    page.wait_for_selector(LATENT.ready, timeout=PATIENCE)
    page.get_by_role("tab", name="Traversals").press("ArrowRight")  # as the step asks
    expect(page.locator(".vv-achieved")).to_have_text("✓ Done.", timeout=PATIENCE)
    titles = []
    for number in range(2, 8):
        page.keyboard.press("PageDown")
        at(page, number)
        titles.append(page.locator(".vv-lecture h3").first.inner_text())
    assert len(set(titles)) == 6
    search(page, "step=7")
    expect(page.locator(".vv-lit").first).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_hidden()
    expect(page.locator(".vv-lecture .vv-after")).to_be_hidden()
    card = page.locator(".vv-lecture .vv-prediction")
    card.get_by_role("textbox").fill("8")
    card.get_by_role("textbox").press("Enter")
    expect(page.locator(".vv-achieved")).to_have_text("✓ Done.", timeout=PATIENCE)
    expect(card.get_by_role("status")).to_contain_text("→")
    expect(page.locator(".vv-lecture .vv-after p")).to_be_visible()
    page.keyboard.press("PageUp")
    at(page, 6)
    page.get_by_role("button", name="Leave").press("Enter")
    expect(page.locator(".vv-lecture")).to_be_hidden()
    page.wait_for_function("!location.search.includes('lecture')", timeout=PATIENCE)


def test_a_slider_does_what_a_step_asks_and_return_brings_it_back(page: Page, address: str) -> None:
    visit(page, address, 4)
    page.wait_for_selector(EXPLORER.ready, timeout=PATIENCE)
    expect(page.locator(".vv-achieved")).to_be_hidden()
    expect(page.locator(".vv-lecture output.vv-value")).to_have_text("20.20", timeout=PATIENCE)
    place = slider(page, "beta")
    page.mouse.move(*place(0.6))
    page.mouse.down()
    for share in (0.7, 0.8, 0.95):
        page.mouse.move(*place(share))
    page.mouse.up()
    expect(page.locator(".vv-achieved")).to_have_text("✓ Done.", timeout=PATIENCE)
    search(page, "step=4")
    LATENT.follow(page)  # away, and back
    expect(page.locator(".vv-away")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Return to this step").click()
    page.wait_for_selector(EXPLORER.ready, timeout=PATIENCE)
    at(page, 4)
    beta = page.locator("input[type=range][data-name=beta]")
    expect(beta).to_have_attribute("aria-valuetext", "beta 1")
    search(page, "step=4")
    beta.press("ArrowRight")
    page.wait_for_function("/beta=/.test(location.search)", timeout=PATIENCE)
    page.reload()  # the address keeps the step, and what was played
    at(page, 4)
    expect(beta).not_to_have_attribute("aria-valuetext", "beta 1")
    page.get_by_role("button", name="Leave").click()
    expect(page.locator(".vv-lecture")).to_be_hidden()


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=lambda s: f"{s[0]}")
def test_a_step_brings_the_panels_it_speaks_of_into_view(
    page: Page, address: str, size: tuple[int, int]
) -> None:
    wide = size[0] > 900
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}/collapse?lecture=collapse&step=3")
    at(page, 3)
    expect(page.locator(".vv-lit")).to_have_count(2, timeout=PATIENCE)
    page.wait_for_function(
        """([lit, low, high]) => [...document.querySelectorAll(".vv-lit")].slice(0, lit)
          .every((node) => {
            const { top, bottom } = node.getBoundingClientRect();
            return top >= low && bottom <= high;
          })""",
        arg=[2 if wide else 1, 60, size[1] + 20],
        timeout=PATIENCE,
    )
    if wide:  # the ring has room within what scrolls
        room = page.locator(".vv-tool").bounding_box()
        ring = page.locator(".vv-lit").first.bounding_box()
        assert room
        assert ring
        assert ring["x"] - room["x"] >= 5
        assert ring["y"] - room["y"] >= 5
    page.get_by_role("button", name="Leave").click()


def test_a_lecture_ends_at_the_quiz(page: Page, address: str) -> None:
    visit(page, address, 7)
    page.locator(".vv-lecture").get_by_role("button", name="Quiz").click()
    page.wait_for_selector(".vv-page[data-chapter=learn] .vv-start", timeout=PATIENCE)
    expect(page.locator(".vv-lecture")).to_be_hidden()
    page.wait_for_function("!location.search.includes('lecture')", timeout=PATIENCE)


def test_two_windows_before_an_audience(page: Page, address: str) -> None:
    visit(page, address, 4, "&present")
    page.wait_for_selector(".vv-present")
    expect(page.locator(".vv-field-beta")).to_be_visible()
    for folded in (".vv-field-sigma2", ".vv-bar"):
        expect(page.locator(folded)).to_be_hidden()
    page.mouse.move(400, 300)
    expect(page.locator(".vv-ring")).to_be_visible()
    search(page, "present=")
    notes = page.context.new_page()
    notes.goto(page.locator(".vv-desk a").get_attribute("href") or "")
    expect(notes.get_by_text("4 of 7")).to_be_visible(timeout=PATIENCE)
    notes.get_by_role("button", name="Next").click()
    at(page, 5)
    page.keyboard.press("PageDown")
    expect(notes.get_by_text("6 of 7")).to_be_visible(timeout=PATIENCE)
    notes.keyboard.press("b")
    expect(page.locator(".vv-blank")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("b")
    expect(page.locator(".vv-blank")).to_be_hidden(timeout=PATIENCE)
    page.keyboard.press("f")
    expect(notes.get_by_role("button", name="Let it follow again")).to_be_visible(timeout=PATIENCE)
    seen = EXPLORER.seq(page)
    for number in (5, 4, 3):
        notes.keyboard.press("PageUp")
        expect(notes.get_by_text(f"{number} of 7")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(STEP)).to_have_text("6")  # the room sees the last frame
    assert EXPLORER.seq(page) <= seen + 1
    page.locator("input[type=range][data-name=beta]").dispatch_event("focus")
    assert page.locator(".vv-present").get_attribute("inert") is not None
    notes.keyboard.press("f")
    at(page, 3)
    expect(page.locator(".vv-present")).not_to_have_attribute("inert", "")
    page.get_by_role("button", name="Stop presenting").click()
    expect(page.locator(".vv-bar")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".vv-ring")).to_be_hidden()
    page.get_by_role("button", name="Leave").click()
    expect(page.locator(".vv-lecture")).to_be_hidden()


def test_a_lecture_of_ones_own_is_refused_in_a_line_or_begins(
    page: Page, address: str, tmp_path: Path
) -> None:
    EXPLORER.visit(page, address)
    page.get_by_role("button", name="Lectures").click()
    expect(page.locator("ul.vv-lectures li")).to_have_count(3, timeout=PATIENCE)
    own = tmp_path / "mine.toml"
    own.write_text(LECTURE.replace("explorer", "nowhere"), encoding="utf-8")
    page.set_input_files(".vv-own input", own)
    expect(page.locator(".vv-refused:visible")).to_contain_text("step 1", timeout=PATIENCE)
    own.write_text(LECTURE, encoding="utf-8")
    page.set_input_files(".vv-own input", own)
    at(page, 1)
    expect(page.locator(".vv-lecture-head")).to_contain_text("Mine")
    page.get_by_role("button", name="Do it for me").click()
    expect(page.locator(".vv-achieved")).to_have_text("✓ Done.", timeout=PATIENCE)
    page.get_by_role("button", name="Leave").click()
    expect(page.locator(".vv-lecture")).to_be_hidden()
