"""Phones and tablets: sliders and plots on screen together, targets as large as a finger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.app_board import EXPLORER, LATENT, AppBoard, projector

pytestmark = pytest.mark.browser
SMALL = """() => [...document.querySelectorAll(
    '.vv-screen :is(button, select, summary, textarea, input:not([type=range]))')]
  .filter((node) => node.checkVisibility())
  .map((node) => [node.className || node.dataset.name, node.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
  .map(([name, box]) => `${name} ${box.width} × ${box.height}`)"""

PINNED = """(plot) => {
  plot.scrollIntoView({ block: "end" });
  const near = (name, y) => Math.abs(y -
    document.querySelector(`.vv-field-${name}`).getBoundingClientRect().top) <= 1;
  return near("beta", 60) && near("sigma2", 104) && near("d", 148) // below the header, 44 px each
    && plot.getBoundingClientRect().bottom <= innerHeight + 1;
}"""


@pytest.fixture
def touched(browser: Browser) -> Iterator[Page]:
    with projector(browser, has_touch=True, is_mobile=True) as page:
        yield page


@pytest.mark.parametrize("board", [EXPLORER, LATENT], ids=lambda b: b.link)
def test_on_a_phone_the_sliders_stay_above_the_plots(
    touched: Page, address: str, board: AppBoard
) -> None:
    touched.set_viewport_size({"width": 390, "height": 740})
    touched.goto(f"{address}/{board.path}")
    touched.wait_for_selector(board.ready, timeout=90_000)
    plot = touched.locator(":is(.vv-kl, .vv-pad-map) canvas").first  # below the first screen
    # The page's texts and buttons arrive after its first frame, and shift what was scrolled to.
    touched.wait_for_function(PINNED, arg=plot.element_handle(), timeout=30_000)
    assert touched.evaluate(SMALL) == []


def test_on_a_phone_the_sliders_and_the_first_panel_are_on_the_first_screen(
    touched: Page, address: str
) -> None:
    touched.set_viewport_size({"width": 390, "height": 844})
    touched.goto(address)
    touched.wait_for_selector(EXPLORER.ready, timeout=90_000)
    for part in (".vv-field-beta", ".vv-field-sigma2", ".vv-field-d", ".vv-map .vv-stage"):
        box = touched.locator(part).bounding_box()
        assert box
        assert box["y"] + box["height"] <= 844, part
    more = touched.locator(".vv-unfold")
    folded = [touched.locator(f".vv-field-{name}") for name in ("data", "threshold", "hold")]
    for state in (False, True, False):
        assert more.get_attribute("aria-expanded") == str(state).lower()
        assert [field.is_visible() for field in folded] == [state] * 3
        more.click()


def test_a_question_mark_is_a_small_circle_in_a_large_target(touched: Page, address: str) -> None:
    touched.set_viewport_size({"width": 390, "height": 844})
    touched.goto(address)
    touched.wait_for_selector(".vv-map .vv-why:visible", timeout=90_000)
    target, circle, title = touched.evaluate("""() => {
      const node = document.querySelector('.vv-map .vv-why');
      return [node.clientWidth, parseFloat(getComputedStyle(node, '::before').width),
        document.querySelector('.vv-map .vv-top').clientHeight
          || document.querySelector('.vv-map .vv-titled').clientHeight];
    }""")
    assert target >= 44
    assert circle < 24
    assert title < 30  # the target makes no line higher


def test_on_a_tablet_the_controls_stand_beside_the_plots(touched: Page, address: str) -> None:
    touched.set_viewport_size({"width": 768, "height": 1024})
    touched.goto(address)
    touched.wait_for_selector(EXPLORER.ready, timeout=90_000)
    last = touched.locator(".vv-samples canvas")
    last.evaluate("(node) => node.scrollIntoView({ block: 'end' })")
    slider, plot = touched.locator(".vv-field-beta").bounding_box(), last.bounding_box()
    assert slider
    assert plot
    assert slider["y"] >= 60
    assert slider["x"] + slider["width"] <= plot["x"]


COVERED = """() => {
  const boxes = [...document.querySelectorAll(
    ".vv-side > :is(.vv-group, .vv-dims, .vv-readouts, .vv-note, .vv-files)")]
    .map((node) => node.getBoundingClientRect()).filter(({ height }) => height);
  return boxes.slice(1).filter((box, k) => box.top < boxes[k].bottom - 1).length;
}"""
LYING: ViewportSize = {"width": 1024, "height": 768}  # a tablet
STAGES = (  # of a tool of Latent space: what must be how high
    ("manifold", ".vv-stage", 300),
    ("interpolate", ".vv-stage", 250),
    ("draw", ".vv-paper canvas", 150),
    ("arithmetic", ".vv-stage", 250),
    ("holes", ".vv-coast .vv-stage", 300),
)


def test_on_a_lying_tablet_no_tool_is_flat(touched: Page, address: str) -> None:
    touched.set_viewport_size(LYING)
    touched.goto(f"{address}/latent")
    touched.wait_for_selector(LATENT.ready, timeout=90_000)
    for name, part, least in STAGES:
        touched.locator(f"[role=tab][data-tool={name}]").tap()
        stage = touched.locator(f".vv-tool-{name} {part}").first
        stage.wait_for(timeout=90_000)
        box = stage.bounding_box()
        assert box
        assert box["height"] >= least, name
    touched.locator("[role=tab][data-tool=traversals]").tap()
    assert touched.evaluate(COVERED) == 0


def test_on_a_lying_tablet_the_note_covers_no_read_out(touched: Page, address: str) -> None:
    touched.set_viewport_size(LYING)
    touched.goto(address)
    touched.wait_for_selector(EXPLORER.ready, timeout=90_000)
    assert touched.locator(".vv-side > .vv-note").inner_text()
    assert touched.evaluate(COVERED) == 0
    page, side = (touched.locator(part).bounding_box() for part in (".vv-screen", ".vv-side"))
    assert page
    assert side
    assert side["y"] + side["height"] <= page["y"] + page["height"] + 1  # the page scrolls to it


def test_on_a_projector_eight_sliders_are_whole_and_the_manifold_has_room(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/latent?d=8")
    page.wait_for_selector(LATENT.ready, timeout=90_000)
    page.wait_for_function("document.querySelectorAll('.vv-dim').length === 8")
    over = "(node) => node.scrollHeight - node.clientHeight"
    assert page.locator(".vv-dims").evaluate(over) <= 2
    assert page.locator(".vv-side").evaluate(over) <= 1
    page.locator("[role=tab][data-tool=manifold]").click()
    box = page.locator(".vv-tool-manifold .vv-stage").bounding_box()
    assert box
    assert min(box["width"], box["height"]) > 330


def test_swatches_keep_their_colour_where_the_reader_forces_colours(
    browser: Browser, address: str
) -> None:
    with projector(browser, forced_colors="active") as page:
        EXPLORER.visit(page, address)
        colours = page.locator(".vv-map .vv-key").evaluate_all(
            "(keys) => keys.map((key) => getComputedStyle(key, '::before').backgroundColor)"
        )
    assert len({*colours}) == len(colours) == 10
