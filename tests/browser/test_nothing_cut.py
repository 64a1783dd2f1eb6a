"""Every page and tool in five windows: no text is cut, no two ticks overlap, nothing runs off; a
table that goes on shows it.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.app_board import (
    BOUND,
    COLLAPSE,
    EXPLORER,
    GRADIENTS,
    LATENT,
    OBJECTIVE,
    PATIENCE,
    QUIZ,
    SIZE,
    TRAINING,
    AppBoard,
    picture,
)

pytestmark = pytest.mark.browser
SIZES: tuple[ViewportSize, ...] = (
    SIZE,
    {"width": 1024, "height": 768},
    {"width": 1366, "height": 600},
    {"width": 1920, "height": 1080},
    {"width": 640, "height": 360},  # 1280 × 720 at 200 %
)
SETTLES = 5000  # ms: a busy machine lays a figure out late; a fault that stays is a fault
LABELS = 8  # px: boxes of an axis's title and numbers have air above and below the letters
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"""
FAULTS = """(air) => {
  const root = document.querySelector(".vv-screen"), faults = [];
  const own = (node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
  const fault = (what, node) => faults.push(`${what} ${node.className}: ${node.textContent}`);
  for (const node of root.querySelectorAll("*")) {
    if (!node.checkVisibility() || node.closest("svg, .vv-axes, caption, .vv-unseen")) continue;
    if (!own(node) && !node.matches("input, select, .vv-tabs, .vv-bar, .vv-legend")) continue;
    const style = getComputedStyle(node), box = node.getBoundingClientRect();
    const scrolls = /auto|scroll/.test(style.overflowY);
    if (style.display !== "inline" && node.type !== "range") {
      if (node.scrollWidth > node.clientWidth + 1) fault("too wide:", node);
      if (style.overflowY !== "visible" && !scrolls && node.scrollHeight > node.clientHeight + 3)
        fault("too tall:", node);
    }
    const off = box.right > innerWidth + 1 || box.left < -1;
    const scrolled = node.closest(".vv-grid, .vv-scenery");
    if (box.width && off && !scrolled) fault("outside:", node);
  }
  for (const grid of root.querySelectorAll(".vv-grid")) {
    if (!grid.checkVisibility()) continue;
    const wide = grid.scrollWidth > grid.clientWidth + 1;
    const tall = grid.scrollHeight > grid.clientHeight + 1;
    const { overflow, backgroundAttachment } = getComputedStyle(grid);
    const shows = /auto|scroll/.test(overflow) && backgroundAttachment.includes("local");
    const stays = getComputedStyle(grid.querySelector("tbody th")).position === "sticky";
    if (wide && (innerWidth > 900 || !stays)) fault("columns out of sight:", grid);
    if ((wide || tall) && !shows) fault("no sign of the rest:", grid);
    if (tall && grid.clientHeight < 60) fault("rows out of sight:", grid);
  }
  for (const axes of root.querySelectorAll(".vv-axes")) {
    const stage = axes.getBoundingClientRect(), name = axes.closest(".vv-panel").className;
    const texts = [...axes.querySelectorAll(".main-svg text")]
      .filter((text) => text.textContent.trim() && text.getBoundingClientRect().width)
      .map((text) => [text, text.getBoundingClientRect(), Boolean(text.closest(".xtick, .ytick"))]);
    texts.forEach(([text, a, tick], k) => {
      if (a.left < stage.left - 1 || a.right > stage.right + 1 ||
          a.top < stage.top - 2 || a.bottom > stage.bottom + 2)
        faults.push(`cut: ${name} ${text.textContent}`);
      for (const [other, b, too] of texts.slice(k + 1)) {
        const room = tick && too ? 3 : air;
        if (a.left < b.right - 1 && b.left < a.right - 1 &&
            a.top < b.bottom - room && b.top < a.bottom - room)
          faults.push(`overlap: ${name} ${text.textContent} ${other.textContent}`);
      }
    });
  }
  const main = document.querySelector(".stMain");
  if (main.scrollWidth > main.clientWidth) faults.push("the page scrolls sideways");
  return faults;
}"""


def settled_faults(page: Page) -> list[str]:
    """The faults that are left once the figures stand still."""
    start = time.monotonic()
    while True:
        page.evaluate(DRAWN)
        faults = page.evaluate(FAULTS, LABELS)
        if not faults or time.monotonic() - start > SETTLES / 1000:
            return faults
        page.wait_for_timeout(200)


@pytest.mark.parametrize(
    "board",
    [EXPLORER, TRAINING, LATENT, COLLAPSE, OBJECTIVE, GRADIENTS, BOUND, QUIZ],
    ids=lambda b: b.link,
)
def test_nothing_is_cut_in_any_window(page: Page, address: str, board: AppBoard) -> None:
    page.goto(f"{address}/{board.path}")
    page.wait_for_selector(board.ready, timeout=PATIENCE)
    if board in (EXPLORER, COLLAPSE):
        page.wait_for_function("window.Plotly", timeout=PATIENCE)
    tools = page.locator(".vv-tabs [role=tab]")
    found = []
    for k in range(max(1, tools.count())):
        if tools.count():
            tools.nth(k).click()
            page.wait_for_selector(f"{board.root}:has([data-tool][aria-selected=true])")
            page.wait_for_selector(board.ready, timeout=PATIENCE)
        name = tools.nth(k).inner_text() if tools.count() else board.link
        for size in SIZES:
            page.set_viewport_size(size)
            faults = settled_faults(page)
            found += [f"{name}, {size['width']} × {size['height']}: {fault}" for fault in faults]
        page.set_viewport_size(SIZE)
    assert found == []


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=["1280", "1366"])
def test_no_figure_of_the_explorer_is_flat(page: Page, address: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    EXPLORER.visit(page, address)
    for panel in ("map", "kl", "rd"):
        box = page.locator(f".vv-{panel} .vv-stage").bounding_box()
        assert box
        assert box["height"] > 180
        assert box["width"] < 2.6 * box["height"]


def test_a_click_chooses_the_example_that_the_setting_names(page: Page, address: str) -> None:
    """Without a shift key, as on a tablet."""
    EXPLORER.visit(page, address)
    before = picture(page, "interp")
    first, second = (page.locator(f"input[data-name={n}]").input_value() for n in "ab")
    page.locator("select[data-name=click]").select_option("b")
    canvas = page.locator(".vv-map canvas").bounding_box()
    assert canvas
    for share in (0.3, 0.7):
        page.mouse.click(
            canvas["x"] + share * canvas["width"], canvas["y"] + 0.5 * canvas["height"]
        )
    page.wait_for_function(
        "(old) => document.querySelector('input[data-name=b]').value !== old", arg=second
    )
    page.wait_for_function(
        "(old) => document.querySelector('.vv-interp canvas').toDataURL() !== old", arg=before
    )
    assert page.locator("input[data-name=a]").input_value() == first
