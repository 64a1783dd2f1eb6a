"""Phones and tablets: sliders and plots on screen together, targets as large as a finger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.app_board import EXPLORER, LATENT, TRAINING, AppBoard, projector

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


def test_on_a_phone_the_transport_stays_in_view_and_the_set_up_is_folded(
    touched: Page, address: str
) -> None:
    touched.set_viewport_size({"width": 390, "height": 844})
    touched.goto(f"{address}/training")
    touched.wait_for_selector(f"{TRAINING.ready} .vv-map", timeout=90_000)
    assert touched.locator(".vv-setup").get_attribute("open") is None
    assert touched.locator(".vv-map").evaluate("(n) => n.getBoundingClientRect().top") < 844
    touched.locator(".vv-samples").last.scroll_into_view_if_needed()
    for part in (".vv-act-start", ".vv-act-play", ".vv-field-beta"):
        box = touched.locator(part).bounding_box()
        assert box
        assert box["y"] >= 60, part
        assert box["y"] + box["height"] <= 844, part


def test_in_a_magnified_window_no_slider_stays_over_the_panels(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 640, "height": 360})  # 1280 × 720 at 200 %
    EXPLORER.visit(page, address)
    page.locator(".vv-rd").scroll_into_view_if_needed()
    box = page.locator(".vv-field-d").bounding_box()
    assert box
    assert box["y"] + box["height"] < 60


@pytest.mark.parametrize("path", ["", "training"])
@pytest.mark.parametrize("size", [(1280, 720), (1024, 768)], ids=lambda s: f"{s[0]}")
def test_a_scenes_line_is_whole_and_moves_nothing(
    page: Page, address: str, path: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}/{path}")
    page.wait_for_selector(".vv-screen[data-ready=true]", timeout=90_000)
    page.wait_for_selector(".vv-explain:visible", timeout=90_000)
    top = "(node) => node.getBoundingClientRect().top"
    before = page.locator(".vv-side").evaluate(top)
    for scene in page.locator(".vv-scenery button").all():
        scene.click()
        assert "vv-cut" not in (page.locator(".vv-notice").get_attribute("class") or "")
        assert page.locator(".vv-side").evaluate(top) == before


def test_a_sliders_frame_leaves_its_label_alone(page: Page, address: str) -> None:
    EXPLORER.visit(page, address)
    page.locator("input[data-name=beta]").focus()
    page.keyboard.press("ArrowRight")
    frame = page.locator("input[data-name=beta]").evaluate("""(node) => {
      const { outlineOffset, outlineWidth } = getComputedStyle(node);
      const out = parseFloat(outlineOffset) + parseFloat(outlineWidth);
      return node.getBoundingClientRect().top - out;
    }""")
    label = page.locator(".vv-field-beta output").bounding_box()
    assert label
    assert frame >= label["y"] + label["height"] - 1


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
