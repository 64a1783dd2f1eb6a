"""A board for screen readers, besides its controls: a tab's panel, the table of read-outs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import collapse_page, latent_page

pytestmark = pytest.mark.browser


def test_a_tab_says_which_panel_it_opens(page: Page) -> None:
    collapse_page.visit(page)
    collapse_page.receive(page)
    panel = page.get_by_role("tabpanel", name="Map").get_attribute("id")
    assert panel
    assert {tab.get_attribute("aria-controls") for tab in page.get_by_role("tab").all()} == {panel}


def test_the_open_tool_of_the_latent_space_is_its_tabs_panel(page: Page) -> None:
    latent_page.visit(page)
    latent_page.receive(page, latent_page.model(latent_page.mlp(latent=2)))
    for name in ("Interpolate", "Manifold"):
        page.get_by_role("tab", name=name).click()
        panel = page.get_by_role("tabpanel", name=name).get_attribute("id")
        assert panel
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-controls", panel)
        expect(page.locator("[role=tab][aria-controls]")).to_have_count(1)


def test_the_read_outs_are_a_table_with_a_name_and_heads(page: Page) -> None:
    collapse_page.visit(page)
    collapse_page.receive(page, readouts=[["τ", "0.05", "help", ""]])
    table = page.get_by_role("table", name="Read-outs")
    expect(table.get_by_role("rowheader", name="τ")).to_have_count(1)
    box = page.locator(".vv-readouts caption").bounding_box()
    assert box
    assert box["width"] <= 1
    collapse_page.receive(page, readouts=[["τ", "0.1", "help", ""]])
    expect(table).to_contain_text("0.1")
