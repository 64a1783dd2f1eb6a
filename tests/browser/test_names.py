"""Every control of every page has a name that a screen reader reads and a user can search for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import collapse_page, explorer_page, latent_page, live_page
from tests.browser.app_board import COLLAPSE, EXPLORER, LATENT, PATIENCE, TRAINING, AppBoard

pytestmark = pytest.mark.browser
NAMELESS = re.compile(r"^\s*- (?:slider|combobox|spinbutton|textbox)(?! \")[^\n]*", re.MULTILINE)
NAMED = re.compile(r"^\s*- (slider|combobox|spinbutton|textbox) \"", re.MULTILINE)
BARE = [collapse_page, explorer_page, live_page]


@pytest.mark.parametrize("board", BARE, ids=lambda module: module.__name__.rsplit(".", 1)[-1])
def test_a_slider_is_found_by_its_name_and_says_its_value_once(page: Page, board: object) -> None:
    board.visit(page)  # type: ignore[attr-defined]
    board.receive(page)  # type: ignore[attr-defined]
    found = page.get_by_role("slider", name="β", exact=True)
    expect(found).to_have_attribute("aria-valuetext", "beta 1")
    expect(page.locator(".vv-field-beta output")).to_have_attribute("aria-live", "off")


@pytest.mark.parametrize(
    ("board", "query", "least"),
    [
        (EXPLORER, "", 8),
        (TRAINING, "", 15),
        (LATENT, "", 12),
        (LATENT, "?tool=arithmetic", 14),
        *((COLLAPSE, f"?tool={tool}", 4) for tool in ("map", "linear", "diagnosis", "effective")),
    ],
    ids=lambda value: str(getattr(value, "link", value)),
)
def test_every_control_has_a_name(
    page: Page, address: str, board: AppBoard, query: str, least: int
) -> None:
    page.goto(f"{address}/{board.path}{query}")
    page.wait_for_selector(".vv-dim canvas" if board is LATENT else board.ready, timeout=PATIENCE)
    seen = page.locator(board.root).aria_snapshot()
    assert NAMELESS.findall(seen) == []
    assert len(NAMED.findall(seen)) >= least
    expect(page.get_by_role("slider", name="β", exact=True)).to_have_count(
        0 if "effective" in query else 1
    )


def test_a_latent_dimension_is_found_by_its_symbol(page: Page) -> None:
    latent_page.visit(page)
    latent_page.receive(page, latent_page.model(latent_page.mlp(latent=2)))
    expect(page.get_by_role("slider", name="z₂", exact=True)).to_be_visible()
