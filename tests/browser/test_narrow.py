"""The page Collapse on a narrow window: nothing overflows, no title is cut."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.app_board import COLLAPSE

pytestmark = pytest.mark.browser
WIDE = """[...document.querySelectorAll('.stMain, .vv-screen, .vv-bar, .vv-tabs')]
  .filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.className)"""
CUT = """[...document.querySelectorAll('.vv-panel h3')]
  .filter((node) => node.scrollHeight > node.clientHeight + 2
    || node.scrollWidth > node.clientWidth + 1)
  .map((node) => node.textContent)"""
LABELS = {"map": "Collapse map", "linear": "Linear laboratory", "effective": "Effective β"}


@pytest.mark.parametrize("size", [(960, 540), (1024, 768)], ids=["200%", "1024"])
def test_tabs_and_titles_wrap_and_nothing_runs_off_the_edge(
    page: Page, address: str, size: tuple[int, int]
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    COLLAPSE.visit(page, address)
    for tool, label in LABELS.items():
        before = COLLAPSE.seq(page)
        page.get_by_role("tab", name=label).click()
        if tool != "map":
            COLLAPSE.settle(page, before)
        page.wait_for_selector(f".vv-collapse[data-tool={tool}][data-ready=true]")
        assert page.evaluate(WIDE) == []
        assert page.evaluate(CUT) == []
        for tab in page.get_by_role("tab").all():
            box = tab.bounding_box()
            assert box
            assert box["x"] + box["width"] <= width


def test_on_a_projector_the_tabs_are_one_row(page: Page, address: str) -> None:
    COLLAPSE.visit(page, address)
    boxes = [tab.bounding_box() for tab in page.get_by_role("tab").all()]
    assert len({box["y"] for box in boxes if box}) == 1
