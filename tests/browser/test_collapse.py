"""A user on the page Collapse, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app_board import COLLAPSE, EXPLORER, picture, projector, slider, spots, value

pytestmark = pytest.mark.browser
PANELS = ("plane", "kl", "recon")
NODES = """() => {
  window.before = [...document.querySelectorAll('.vv-panel canvas, .vv-axes, .vv-grid td')];
  return before.length;
}"""
LIGHTNESS = (
    "node =>"
    " Math.max(...getComputedStyle(node).backgroundColor.match(/\\d+/g).map(Number).slice(0, 3))"
)


seq, settle = COLLAPSE.seq, COLLAPSE.settle


def visit(page: Page, address: str, query: str = "?data=digits") -> None:
    COLLAPSE.visit(page, address, query)


def dead(page: Page) -> int:
    """How many dimensions the table calls dead."""
    return page.locator(".vv-deaths tbody tr:last-child td", has_text="dead").count()


def test_everything_is_on_a_projector_at_once(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, address)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    for panel in (*PANELS, "deaths"):
        box = page.locator(f".vv-{panel}").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 720, panel
        assert box["height"] > 80, panel
        assert page.locator(f".vv-{panel} h3").inner_text()
        assert page.locator(f".vv-{panel} .vv-source").inner_text()
    for panel in PANELS:
        assert page.locator(f".vv-{panel} canvas").get_attribute("aria-label")
    grid = page.locator(".vv-grid")
    assert grid.evaluate(
        "node => node.scrollHeight <= node.clientHeight && node.scrollWidth <= node.clientWidth"
    )
    assert page.evaluate("document.querySelector('.stMain').scrollHeight <= innerHeight")


@pytest.mark.parametrize("name", ["beta", "sigma2"])
def test_a_drag_lets_the_bars_fall_before_the_pointer_is_released(
    page: Page, address: str, name: str
) -> None:
    visit(page, address)
    nodes = page.evaluate(NODES)
    at, fallen, bars = slider(page, name), [dead(page)], picture(page, "kl")
    plane, images = picture(page, "plane"), picture(page, "recon")
    page.mouse.move(*at(0.6))
    before, was = seq(page), value(page, name)
    page.mouse.down()
    if value(page, name) != was:  # β stands there already
        settle(page, before)
    fallen.append(dead(page))
    for share in (0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        before = seq(page)
        page.mouse.move(*at(share))
        settle(page, before)
        fallen.append(dead(page))
    assert fallen == sorted(fallen)
    assert fallen[-1] == 16
    assert len(set(fallen)) > 3
    assert picture(page, "kl") != bars
    assert picture(page, "plane") != plane
    assert picture(page, "recon") != images
    page.mouse.up()
    assert page.evaluate("before.filter((node) => node.isConnected).length") == nodes


def test_a_drag_over_the_map_moves_tau(page: Page, address: str) -> None:
    visit(page, address)
    at, before = spots(page, ".vv-plane canvas"), seq(page)
    page.mouse.move(*at(0.3, 0.4))
    page.mouse.down()
    settle(page, before)
    low, alive = float(value(page, "sigma2")), dead(page)
    for share in (0.5, 0.7, 0.9):
        before = seq(page)
        page.mouse.move(*at(share, 0.4))
        settle(page, before)
    assert float(value(page, "sigma2")) > 10 * low
    assert dead(page) > alive
    assert value(page, "beta") == "1"
    assert 5 < int(value(page, "d")) < 16
    page.mouse.up()


def test_keyboard_moves_tau(page: Page, address: str) -> None:
    visit(page, address)
    before, shown = seq(page), page.locator(".vv-plane h3").inner_text()
    page.locator("input[data-name=sigma2]").focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    settle(page, before)
    expect(page.locator(".vv-plane h3")).not_to_have_text(shown)


def test_the_other_map_and_back(page: Page, address: str) -> None:
    visit(page, address)
    page.locator("select[data-name=plane]").select_option("beta")
    page.wait_for_function(
        "document.querySelector('.vv-plane canvas').ariaLabel.includes('over β and σ²')"
    )
    page.wait_for_selector(COLLAPSE.ready)
    expect(page.locator(".vv-plane .vv-legend")).to_contain_text("not covered")
    page.wait_for_function("location.search.includes('plane=beta')")
    page.reload()
    page.wait_for_selector(COLLAPSE.ready)
    expect(page.locator("select[data-name=plane]")).to_have_value("beta")


def test_tabs_by_keyboard(page: Page, address: str) -> None:
    visit(page, address)
    tabs = page.get_by_role("tab")
    first, last = tabs.first.get_attribute("data-tool"), tabs.last.get_attribute("data-tool")
    tabs.first.focus()
    page.keyboard.press("End")
    page.wait_for_selector(f".vv-collapse[data-tool={last}]")
    expect(page.locator(".vv-plane")).to_have_count(0)
    page.keyboard.press("Home")
    page.wait_for_selector(f".vv-collapse[data-tool={first}]")
    expect(page.locator(".vv-plane canvas")).to_be_visible()
    expect(tabs.first).to_be_focused()


def test_a_scene_sets_the_scene(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("button", name="All dead").click()
    expect(page.locator(".vv-deaths tbody tr:last-child td", has_text="dead")).to_have_count(16)
    expect(page.locator(".vv-notice")).to_contain_text("the same")
    expect(page.locator(".vv-recon h3")).to_contain_text("all alike")


def test_bad_values_in_the_url_are_put_back_and_noted(page: Page, address: str) -> None:
    visit(page, address, "?beta=nan&sigma2=%3Cb%3E&d=9999&plane=x&tool=%22")
    note = page.locator(".vv-note")
    expect(note).to_contain_text("β 'nan' is not possible: 1.0 is used.")
    assert note.locator("b").count() == 0
    assert (value(page, "beta"), value(page, "d")) == ("1", "16")


def test_dark_is_dark(browser: Browser, address: str) -> None:
    with projector(browser, color_scheme="dark") as page:
        visit(page, address)
        expect(page.locator(".vv-collapse")).to_have_css("color-scheme", "dark")
        assert page.locator(".vv-grid thead th").first.evaluate(LIGHTNESS) < 80


def test_back_to_the_explorer_and_forth(page: Page, address: str) -> None:
    visit(page, address, "?beta=0.5")
    EXPLORER.follow(page)
    COLLAPSE.follow(page)
    assert value(page, "beta") == "0.5"


@pytest.mark.parametrize("height", [720, 1080])
@pytest.mark.parametrize("query", ["?data=digits", "?data=mnist-5k&decoder=bernoulli"])
def test_all_of_the_dedicated_models_table_is_in_sight(
    page: Page, address: str, query: str, height: int
) -> None:
    page.set_viewport_size({"width": height * 16 // 9, "height": height})
    page.goto(f"{address}/{COLLAPSE.path}{query}&tool=rate-distortion")
    expect(page.locator(".vv-models tbody")).to_contain_text("±", timeout=60_000)
    assert page.locator(".vv-models .vv-grid").evaluate(
        "node => node.scrollHeight <= node.clientHeight && node.scrollWidth <= node.clientWidth"
    )
    for source in page.locator(".vv-source").all():
        assert source.evaluate("node => node.scrollHeight <= node.clientHeight + 1")


@pytest.mark.parametrize("query", ["?data=sprites", "?data=mnist-5k&sigma2=10"])
def test_the_table_of_deaths_is_whole_and_so_is_its_source(
    page: Page, address: str, query: str
) -> None:
    visit(page, address, query)
    expect(page.locator(".vv-deaths .vv-source")).to_contain_text("levels", timeout=60_000)
    assert page.locator(".vv-deaths .vv-grid").evaluate(
        "node => node.scrollHeight <= node.clientHeight"
    )


def test_the_linear_laboratorys_titles_are_whole(page: Page, address: str) -> None:
    page.goto(f"{address}/{COLLAPSE.path}?data=mnist-5k&tool=linear&beta=0.001&sigma2=0.0001")
    expect(page.locator(".vv-bound h3")).to_contain_text("nats below log p(x)", timeout=60_000)
    for title in page.locator(".vv-collapse h3.vv-title").all():
        assert title.evaluate("node => node.scrollWidth <= node.clientWidth"), title.inner_text()
