"""The chapter Objective under a real pointer: figures follow at once, points can be dragged."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.app_board import OBJECTIVE, PATIENCE

pytestmark = pytest.mark.browser
POINT = """([name, k]) => {
  const canvas = document.querySelector(`.vv-${name} canvas`).getBoundingClientRect();
  return [canvas.left, canvas.top, canvas.width, canvas.height];
}"""
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 6, 44  # the figures' margins at the scale 1


def place(page: Page, panel: str, x: float, y: float, ends: tuple[float, ...]) -> tuple[float, ...]:
    """Where a point of a panel's axes is on the screen; `ends` are those of both axes."""
    left, top, width, height = page.evaluate(POINT, [panel, 0])
    low, high, bottom, up = ends
    across = left + LEFT + (x - low) / (high - low) * (width - LEFT - RIGHT)
    return across, top + TOP + (up - y) / (up - bottom) * (height - TOP - BOTTOM)


def opened(page: Page, address: str) -> None:
    """The page with its axes, and with what follows the pointer."""
    page.goto(f"{address}/{OBJECTIVE.path}")
    page.wait_for_selector(OBJECTIVE.ready, timeout=PATIENCE)
    page.wait_for_function("document.querySelector('.vv-densities .main-svg')")
    page.wait_for_function(
        "Number(document.querySelector('.vv-densities canvas').dataset.handles) > 0"
    )


def value(page: Page, name: str) -> float:
    return float(page.locator(f"input[data-name={name}]").input_value())


def test_dragging_a_point_moves_its_setting_and_all_that_hangs_on_it(
    page: Page, address: str
) -> None:
    opened(page, address)
    page.wait_for_timeout(300)
    ends = (-5.0, 5.0, -0.06 * 0.65, 0.65)
    start, goal = (place(page, "densities", x, 0.0, ends) for x in (0.5, 2.0))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*goal, steps=12)
    page.mouse.up()
    assert value(page, "mu") == pytest.approx(2.0, abs=0.06)
    page.wait_for_function(
        "document.querySelector('.vv-screen .vv-steps td').textContent.length > 0"
    )
    page.wait_for_function(
        "!document.querySelector('.vv-graph .vv-title').textContent.includes('1.544')"
    )


def test_the_figure_follows_without_the_server(page: Page, address: str) -> None:
    opened(page, address)
    page.wait_for_timeout(500)
    changed = page.evaluate(
        """() => {
          const canvas = document.querySelector(".vv-graph canvas");
          const before = canvas.toDataURL(), input = document.querySelector("input[data-name=mu]");
          input.value = "-2";
          input.dispatchEvent(new Event("input", { bubbles: true }));
          return canvas.toDataURL() !== before; // in the same task: no message has been answered
        }"""
    )
    assert changed


APART = """() => [...document.querySelectorAll(".vv-panel")].flatMap((panel) => {
  const canvas = panel.querySelector("canvas"), axes = panel.querySelector(".main-svg");
  if (!canvas || !axes) return [];
  return [canvas.getBoundingClientRect().height - axes.getBoundingClientRect().height];
})"""


@pytest.mark.parametrize("width", [1024, 1100])
def test_marks_and_axes_have_one_height_once_the_texts_are_there(
    page: Page, address: str, width: int
) -> None:
    """A "?" that comes with the texts can break a title into two lines."""
    page.set_viewport_size({"width": width, "height": 720})
    page.goto(f"{address}/{OBJECTIVE.path}?tool=picture")
    page.wait_for_selector(OBJECTIVE.ready, timeout=PATIENCE)
    page.wait_for_selector(".vv-dmu .vv-why:not([hidden])", timeout=PATIENCE)
    page.wait_for_function("document.querySelector('.vv-dmu .main-svg')")
    page.wait_for_timeout(500)
    apart = page.evaluate(APART)
    assert len(apart) == 3
    assert max(map(abs, apart)) <= 1


def test_the_code_of_a_formula_unfolds_beside_it(page: Page, address: str) -> None:
    opened(page, address)
    page.click(".vv-explain")
    code = page.locator("aside.vv-reading .vv-code").first
    code.locator("summary").click()
    assert code.locator("summary").inner_text() == "Code: vaeviz/theory/one_step.py"
    assert code.locator("pre").inner_text().startswith("def d_mu(self)")
    page.click(".vv-close")


def test_a_finger_drags_a_handle_and_elsewhere_scrolls(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    opened(page, address)
    page.locator(".vv-densities").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    touch = context.new_cdp_session(page)

    def swipe(start: tuple[float, float], goal: tuple[float, float]) -> None:
        for k in range(13):
            at = [a + (b - a) * k / 12 for a, b in zip(start, goal, strict=True)]
            kind = "touchMove" if k else "touchStart"
            points = [{"x": at[0], "y": at[1]}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(300)

    top = "document.querySelector('.vv-densities canvas').getBoundingClientRect().top"
    ends = (-5.0, 5.0, -0.06 * 0.65, 0.65)
    before = page.evaluate(top)
    free = place(page, "densities", -3.5, 0.3, ends)
    swipe(free, (free[0], free[1] + 120))
    assert abs(page.evaluate(top) - before) > 40  # the page has scrolled
    page.locator(".vv-densities").scroll_into_view_if_needed()
    before = page.evaluate(top)
    start, goal = (place(page, "densities", x, 0.0, ends)[:2] for x in (0.5, 2.0))
    swipe(start, goal)
    assert value(page, "mu") == pytest.approx(2.0, abs=0.3)
    assert page.evaluate(top) == before
    context.close()
