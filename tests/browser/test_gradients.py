"""The chapter Gradients under a real pointer: its figures follow at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.app_board import GRADIENTS, PATIENCE
from tests.browser.test_objective import place, value

pytestmark = pytest.mark.browser
MOVE = """([name, to, panels]) => {
  const drawn = () => panels.map((p) => document.querySelector(`.vv-${p} canvas`).toDataURL());
  const before = drawn(), input = document.querySelector(`input[data-name=${name}]`);
  input.value = to;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return drawn().map((one, k) => one !== before[k]); // in the same task: nothing was answered
}"""
TOOLS = {
    "node": ("mu", "-2", ("graph", "held")),
    "estimators": ("centre", "-2", ("strip", "over", "many")),
    "distributions&law=classes": ("first", "2", ("simplex", "relaxed", "scatter")),
    "logvar": ("output", "0.5", ("pull",)),
}


def opened(page: Page, address: str, tool: str, panels: tuple[str, ...]) -> None:
    """The tool, once all figures have their axes and what follows the pointer."""
    page.goto(f"{address}/{GRADIENTS.path}?tool={tool}")
    page.wait_for_selector(GRADIENTS.ready, timeout=PATIENCE)
    for panel in panels:
        page.wait_for_function(f"document.querySelector('.vv-{panel} .main-svg')")
    page.wait_for_timeout(1000)


@pytest.mark.parametrize("tool", TOOLS)
def test_figures_follow_without_the_server(page: Page, address: str, tool: str) -> None:
    name, to, panels = TOOLS[tool]
    opened(page, address, tool, panels)
    assert page.evaluate(MOVE, [name, to, panels]) == [True] * len(panels)


def test_the_point_on_the_loss_is_dragged(page: Page, address: str) -> None:
    opened(page, address, "node", ("held",))
    ends = (-4.0, 4.0, -0.6, 4.0)
    start, goal = place(page, "held", 0.5, 1.419, ends), place(page, "held", 2.0, 1.419, ends)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*goal, steps=12)
    page.mouse.up()
    assert value(page, "mu") == pytest.approx(2.0, abs=0.06)
