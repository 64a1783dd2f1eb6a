"""The museum of bugs under a real pointer: its lines at once, and the switch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app_board import PATIENCE, AppBoard

pytestmark = pytest.mark.browser
MUSEUM = AppBoard("museum", "Museum of bugs", ".vv-museum")


def test_the_switch_mends_the_checks_and_nothing_is_cut(page: Page, address: str) -> None:
    page.goto(f"{address}/{MUSEUM.path}?exhibit=kl-mean")
    page.wait_for_selector(MUSEUM.ready, timeout=PATIENCE)
    expect(page.locator(".vv-snippet .vv-alarm td").last).to_contain_text(".mean(1)")
    failed = page.locator(".vv-checks tr.vv-alarm")
    expect(failed.first).to_contain_text("✗", timeout=PATIENCE)
    over = "[...document.querySelectorAll('.vv-grid')].map((g) => g.scrollWidth - g.clientWidth)"
    assert max(page.evaluate(over)) <= 0
    page.locator("select[data-name=mistake]").select_option("out")
    expect(failed).to_have_count(0, timeout=PATIENCE)
    expect(page.locator(".vv-checks tr.vv-good")).to_have_count(9, timeout=PATIENCE)
