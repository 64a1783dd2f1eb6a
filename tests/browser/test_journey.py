"""From page to page in one browser tab: what is set holds, each address opens it, Reset ends it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app_board import (
    COLLAPSE,
    EXPLORER,
    LATENT,
    PATIENCE,
    TRAINING,
    AppBoard,
    projector,
    slider,
    value,
)

pytestmark = pytest.mark.browser
GROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
NAMES = {
    EXPLORER: "Explorer · vaeviz",
    COLLAPSE: "Collapse map · Collapse · vaeviz",
    LATENT: "Traversals · Latent space · vaeviz",
    TRAINING: "Training · vaeviz",
}


def to(page: Page, name: str, share: float) -> None:
    """A press on the slider."""
    page.mouse.click(*slider(page, name)(share))


def read(page: Page, board: AppBoard) -> tuple[str, ...]:
    """Data set, β and d, once the address names all of them."""
    page.wait_for_selector(board.ready, timeout=PATIENCE)
    d = "latent" if board is TRAINING else "d"
    page.wait_for_url(re.compile(rf"data=digits.*beta=.*{d}=|data=digits.*{d}="), timeout=PATIENCE)
    data = page.locator("select[data-name=data]").input_value()
    return data, value(page, "beta"), value(page, d)


def test_a_visitors_settings_are_found_on_every_page_and_in_its_address(
    page: Page, address: str
) -> None:
    EXPLORER.visit(page, address)
    page.locator("select[data-name=data]").select_option("digits")
    to(page, "beta", 0.8)
    to(page, "d", 0.3)
    beta, d = value(page, "beta"), value(page, "d")
    assert beta != "1"
    assert d != "8"
    for board in (COLLAPSE, LATENT, TRAINING, EXPLORER):
        page.wait_for_timeout(500)
        board.follow(page)
        assert read(page, board) == ("digits", beta, d)
        url = page.url
        with_it = page.context.new_page()
        with_it.goto(url)
        assert read(with_it, board) == ("digits", beta, d)
        with_it.close()


def test_reset_brings_the_defaults_back_and_empties_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/latent?data=digits&beta=9&d=5&point=1,1,0,0,0")
    page.wait_for_selector(LATENT.ready, timeout=PATIENCE)
    page.locator(".vv-reset").click()
    expect(page.locator(".vv-field-d output")).to_have_text("2", timeout=PATIENCE)
    expect(page.locator(".vv-field-beta output")).to_have_text("1")
    page.wait_for_url(f"{address}/latent", timeout=PATIENCE)
    assert page.locator("select[data-name=data]").input_value() == "mnist-5k"


def test_every_page_and_tool_has_a_title_and_a_heading_of_its_own(page: Page, address: str) -> None:
    EXPLORER.visit(page, address)
    for board, title in NAMES.items():
        board.follow(page) if board is not EXPLORER else None
        page.wait_for_selector(board.ready, timeout=PATIENCE)
        expect(page).to_have_title(title, timeout=PATIENCE)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("h1")).to_have_text(title.removesuffix(" · vaeviz"))
    COLLAPSE.follow(page)
    page.get_by_role("tab", name="Cures").click()
    expect(page).to_have_title("Cures · Collapse · vaeviz", timeout=PATIENCE)


def test_one_button_turns_the_page_dark_and_back(browser: Browser, address: str) -> None:
    with projector(browser, color_scheme="light") as page:
        EXPLORER.visit(page, address)
        light, turn = page.evaluate(GROUND), page.locator(".vv-turn")
        turn.click()
        expect(page.locator(".vv-explorer")).to_have_css("color-scheme", "dark", timeout=PATIENCE)
        assert page.evaluate(GROUND) != light
        COLLAPSE.follow(page)
        expect(page.locator(".vv-collapse")).to_have_css("color-scheme", "dark", timeout=PATIENCE)
        turn.click()
        expect(page.locator(".vv-collapse")).to_have_css("color-scheme", "light", timeout=PATIENCE)
        assert page.evaluate(GROUND) == light
