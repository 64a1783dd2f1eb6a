"""What stands on a page can be read: nothing lies over anything, turned or cut, in any window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser import explorer_page, live_page
from tests.browser.app_board import COLLAPSE, EXPLORER, LATENT, OBJECTIVE, PATIENCE, QUIZ, projector

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with projector(browser, has_touch=True, is_mobile=True) as page:
        page.set_viewport_size(PHONE)
        yield page


def test_on_a_phone_paper_and_reconstruction_stand_beside_each_other(
    phone: Page, address: str
) -> None:
    phone.goto(f"{address}/latent?tool=draw")
    phone.wait_for_selector(LATENT.ready, timeout=PATIENCE)
    boxes = [phone.locator(f".vv-{part} canvas").bounding_box() for part in ("paper", "back")]
    paper, back = (box for box in boxes if box)
    assert paper["x"] + paper["width"] <= back["x"]
    assert back["x"] + back["width"] <= PHONE["width"]
    assert paper["width"] == pytest.approx(paper["height"], abs=1.5)  # pixels of the data: square
    assert paper["width"] > 150


def test_corrected_numbers_hide_no_read_out(page: Page, address: str) -> None:
    EXPLORER.visit(page, address)
    wide = page.locator(".vv-field-a input").bounding_box()
    for name, text in (("b", "2.7"), ("threshold", "1e9"), ("seed", "99999999999999")):
        page.locator(f"input[data-name={name}]").fill(text)
        page.keyboard.press("Enter")
        page.wait_for_selector(f".vv-field-{name} .vv-said:not(:empty)")
        assert page.locator(".vv-said:not(:empty)").count() == 1  # the last one's
        assert page.evaluate(OVER) == 0
        now = page.locator(".vv-field-a input").bounding_box()
        assert wide
        assert now
        assert now["width"] >= wide["width"] - 1


OVER = """() => {
  const [rows, note] = [".vv-readouts", ".vv-side > .vv-note"]
    .map((part) => document.querySelector(part).getBoundingClientRect());
  return Math.max(0, rows.bottom - note.top - 1);
}"""


FIT = """async (axis) => {
  const { fitting } = await import("./draw/compact.js");
  const title = { text: "", font: { size: 16 } }, tickfont = { size: 16 };
  const margin = { l: 50, r: 10, t: 5, b: 40 };
  const yaxis = { title: structuredClone(title), tickfont: { size: 16 }, range: [0, 1] };
  const xaxis = { title, tickfont, nticks: 5, ...axis };
  fitting({ margin, xaxis, yaxis }, 190, 150);
  return xaxis;
}"""


def fitted(page: Page, **axis: Any) -> dict[str, Any]:
    """The x axis of a figure whose axes are 130 pixels wide."""
    live_page.visit(page)
    return page.evaluate(FIT, axis)


def test_a_narrow_figure_has_fewer_ticks(page: Page) -> None:
    assert fitted(page, range=[0, 2000])["nticks"] <= 130 / 36  # four digits, with air
    assert fitted(page, range=[0, 1])["nticks"] == 5
    named = {"range": [-3, 2], "type": "log", "tickvals": [0.001, 0.01, 0.1, 1, 10, 100]}
    few = fitted(page, **named, ticktext=["0.001", "0.01", "0.1", "1", "10", "100"])
    assert few["tickvals"] == [0.001, 0.1, 10]
    assert few["ticktext"] == ["0.001", "0.1", "10"]
    whole = fitted(page, range=[0.4, 4.6], tickvals=[1, 2, 3, 4], ticktext=["a", "b", "c", "d"])
    assert whole["ticktext"] == ["a", "b", "c", "d"]


def test_a_note_without_room_for_two_lines_lies_over_no_read_out(page: Page) -> None:
    explorer_page.visit(page)
    rows = [(f"row {k}", "0", "", "") for k in range(40)]
    explorer_page.receive(page, notes=["Another one is used."] * 12, readouts=rows)
    note = page.locator(".vv-side > .vv-note")
    page.wait_for_selector(".vv-side > .vv-note[tabindex]")
    assert page.evaluate(OVER) == 0
    note.focus()
    box = note.bounding_box()
    assert box
    assert box["y"] < 720  # the column scrolls to it


def test_a_lecture_is_not_covered_by_the_invitation(browser: Browser, address: str) -> None:
    with projector(browser) as page:
        page.add_init_script("if (location.port) localStorage.removeItem('vaeviz-tour')")
        page.goto(f"{address}/?lecture=collapse&present")
        page.wait_for_selector(".vv-lecture h3", timeout=PATIENCE)
        page.wait_for_selector(".vv-tour", state="attached", timeout=PATIENCE)
        page.wait_for_selector(f"{EXPLORER.root}[data-ready=true]", timeout=PATIENCE)
        page.wait_for_timeout(500)
        expect(page.get_by_role("button", name="Show me")).to_have_count(0)


SHEETS = """() => [...document.querySelectorAll(".vv-decoded")].map((aside) =>
  aside.lastElementChild.getBoundingClientRect().bottom - aside.getBoundingClientRect().bottom)"""


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768)], ids=lambda s: f"{s[0]}")
def test_beside_an_explanation_sheets_and_maps_of_holes_are_whole(
    page: Page, address: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}/latent?tool=holes&explain=open")
    page.wait_for_selector(".vv-coast .vv-many", timeout=PATIENCE)
    page.wait_for_selector(".vv-latent.vv-read", timeout=PATIENCE)
    assert max(page.evaluate(SHEETS)) <= 1
    for stage in page.locator(".vv-coast .vv-stage").all():
        assert stage.evaluate("(node) => node.clientWidth") > 150


FOOT = """() => [...document.querySelectorAll(".vv-coast")].map((coast) =>
  coast.querySelector(".vv-foot").getBoundingClientRect().bottom -
  document.querySelector(".vv-tool-holes .vv-stage").getBoundingClientRect().bottom)"""


def test_on_a_phone_a_maps_source_is_whole(phone: Page, address: str) -> None:
    phone.goto(f"{address}/latent?tool=holes")
    phone.wait_for_selector(".vv-coast .vv-many", timeout=PATIENCE)
    assert max(phone.evaluate(FOOT)) <= 1


@pytest.mark.parametrize(
    ("path", "size"),
    [("?tool=steps", (1280, 720)), ("objective?tool=picture", (1366, 768))],
    ids=["steps", "picture"],
)
def test_beside_an_explanation_a_table_is_whole(
    page: Page, address: str, path: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{address}/{path}&explain=open")
    page.wait_for_selector(".vv-read .vv-grid td", timeout=PATIENCE)
    page.wait_for_function("""() => {
      const grid = document.querySelector(".vv-grid");
      const size = parseFloat(getComputedStyle(grid.querySelector("td")).fontSize);
      return size >= 13 && grid.scrollWidth <= grid.clientWidth + 1
        && grid.scrollHeight <= grid.clientHeight + 1;
    }""")


@pytest.mark.parametrize("board", [OBJECTIVE, QUIZ], ids=lambda b: b.link)
def test_on_a_phone_a_button_for_more_is_there_where_there_is_more(
    phone: Page, address: str, board: Any
) -> None:
    phone.goto(f"{address}/{board.path}")
    phone.wait_for_selector(board.ready, timeout=PATIENCE)
    expect(phone.locator(".vv-unfold")).to_be_hidden()
    if board is OBJECTIVE:
        phone.locator("[role=tab][data-tool=picture]").tap()
        expect(phone.locator(".vv-unfold")).to_be_visible()


def test_the_line_of_what_to_notice_is_whole_beside_the_explanation(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    EXPLORER.visit(page, address)
    page.wait_for_selector(".vv-tour:visible", timeout=PATIENCE)
    page.wait_for_selector(".vv-read", timeout=PATIENCE)
    page.wait_for_function("""() => {
      const notice = document.querySelector(".vv-notice");
      return notice.innerText && notice.scrollHeight <= notice.clientHeight + 1;
    }""")


@pytest.mark.parametrize("board", [EXPLORER, COLLAPSE, OBJECTIVE], ids=lambda b: b.link)
def test_on_a_narrow_screen_the_tabs_stay_in_their_place(
    page: Page, address: str, board: Any
) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{address}/{board.path}")
    page.wait_for_selector(board.ready, timeout=PATIENCE)
    page.wait_for_selector(".vv-explain:visible", timeout=PATIENCE)
    tops = set()
    for tab in page.locator("[role=tab]").all():
        tab.click()
        page.wait_for_selector(
            f"{board.ready}[data-tool={tab.get_attribute('data-tool')}]", timeout=PATIENCE
        )
        tops.add(page.locator(".vv-tabs").evaluate("(node) => node.getBoundingClientRect().top"))
    assert len(tops) == 1


def test_the_menu_shows_where_the_keyboard_is(page: Page, address: str) -> None:
    EXPLORER.visit(page, address)
    links = page.get_by_test_id("stTopNavLink")
    links.first.focus()
    page.keyboard.press("Tab")
    ring = links.nth(1).evaluate(
        "(node) => [document.activeElement === node, getComputedStyle(node).outlineWidth]"
    )
    assert ring == [True, "3px"]


KEY = """async (width) => {
  const { Aggregate } = await import("./panels/latent/aggregate.js");
  const canvas = document.createElement("canvas"), context = canvas.getContext("2d"), ends = [];
  context.fillText = (text, x) => ends.push([text, x + context.measureText(text).width]);
  const grid = Float32Array.of(-1, 0, 1), q = Float32Array.of(0.1, 0.4, 0.1);
  const colours = { prior: "#111", posterior: "#222", soft: "#333", grid: "#444", ink: "#555" };
  const page = { model: { order: [0] }, extras: { densities: { grid, q } }, colours, scale: 1 };
  const tool = Object.assign(Object.create(Aggregate.prototype), { page, one() {} });
  tool.draw(context, width, 200);
  return ends;
}"""


@pytest.mark.parametrize("width", [700, 380, 330])
def test_the_key_of_prior_and_aggregate_is_whole(page: Page, width: int) -> None:
    live_page.visit(page)
    ends = page.evaluate(KEY, width)
    assert len(ends) == 3
    assert ends[-1][1] <= width + 1


PLACED = """async ({ traces, width }) => {
  const { frame, paint } = await import("./draw/painter.js");
  const context = document.createElement("canvas").getContext("2d"), written = {};
  context.fillText = (text, x) => { written[text] = [x, x + context.measureText(text).width]; };
  const margin = { l: 0, r: 0, t: 0, b: 0 }, axis = { range: [0, 10] };
  paint(context, traces, frame({ margin, xaxis: axis, yaxis: axis }, width, 200, 1, "#fff"));
  return written;
}"""


def written(page: Page, traces: list[dict[str, Any]], width: int) -> dict[str, list[float]]:
    live_page.visit(page)
    texts = {"type": "scatter", "mode": "markers+text", "marker": {"color": "#000"}}
    return page.evaluate(PLACED, {"traces": [{**texts, **t} for t in traces], "width": width})


def test_a_name_that_has_no_room_is_short(page: Page) -> None:
    long = "a name that is rather long"
    trace = {"x": [9.5], "y": [5], "text": [long], "textposition": "middle left"}
    trace["meta"] = {"short": ["a name"]}
    assert list(written(page, [trace], 400)) == [long]
    (text, (left, right)), *_ = written(page, [trace], 150).items()
    assert text == "a name"
    assert 0 <= left < right <= 150


def test_a_name_that_would_cover_another_goes_elsewhere_or_is_left_out(page: Page) -> None:
    here = {"x": [5], "y": [5], "text": ["you are here"], "textposition": "top right"}
    spare = {"x": [5.2], "y": [5.2], "text": ["another model"], "meta": {"spare": True}}
    assert list(written(page, [spare], 600)) == ["another model"]
    places = written(page, [spare, here], 600)
    assert set(places) == {"you are here", "another model"}
    apart = places["another model"][1] <= places["you are here"][0]
    assert apart or places["another model"][0] >= 5.2 * 60
    assert list(written(page, [spare, here], 130)) == ["you are here"]
