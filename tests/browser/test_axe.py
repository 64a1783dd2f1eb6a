"""axe-core, where `make test` has fetched it: no serious violation on any page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.app_board import (
    BOUND,
    COLLAPSE,
    EXPLORER,
    GRADIENTS,
    LATENT,
    OBJECTIVE,
    PATIENCE,
    QUIZ,
    TRAINING,
    AppBoard,
)

pytestmark = pytest.mark.browser
SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))"""


@pytest.mark.skipif(not SCRIPT.exists(), reason="no axe-core: run `make axe`")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "board",
    [EXPLORER, TRAINING, LATENT, COLLAPSE, OBJECTIVE, GRADIENTS, BOUND, QUIZ],
    ids=lambda b: b.link,
)
def test_no_page_has_a_serious_violation(
    page: Page, address: str, board: AppBoard, theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(f"{address}/{board.path}")
    page.wait_for_selector(board.ready, timeout=PATIENCE)
    page.add_script_tag(path=SCRIPT)
    tools = page.locator(".vv-tabs [role=tab]")
    found = page.evaluate(RUN)
    for tab in tools.all()[1:]:
        tab.click()
        page.wait_for_selector(board.ready, timeout=PATIENCE)
        found += page.evaluate(RUN)
    assert found == []
