"""The page Collapse: its tabs on a projector."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.app_board import COLLAPSE

pytestmark = pytest.mark.browser


def test_on_a_projector_the_tabs_are_one_row(page: Page, address: str) -> None:
    COLLAPSE.visit(page, address)
    boxes = [tab.bounding_box() for tab in page.get_by_role("tab").all()]
    assert len({box["y"] for box in boxes if box}) == 1
