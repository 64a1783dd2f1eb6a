"""A user on the Explorer, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app_board import EXPLORER, PATIENCE, picture, projector, slider, spots, value

pytestmark = pytest.mark.browser
PANELS = ("map", "kl", "rd", "recon", "interp", "samples")
TRAIN = "Train this exact model"
DEDICATED = re.compile(r"dedicated model, [\d,]+ steps")


visit, seq, settle = EXPLORER.visit, EXPLORER.seq, EXPLORER.settle


def ink(page: Page, panel: str) -> int:
    """How many pixels of the panel's canvas are painted."""
    return page.evaluate(
        """(panel) => {
          const canvas = document.querySelector(`.vv-${panel} canvas`);
          const pixels = canvas.getContext('2d')
            .getImageData(0, 0, canvas.width, canvas.height).data;
          let count = 0;
          for (let i = 3; i < pixels.length; i += 4) count += pixels[i] > 0;
          return count;
        }""",
        panel,
    )


def test_nothing_is_fetched_from_outside(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, address)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_every_panel_is_painted(page: Page, address: str) -> None:
    visit(page, address)
    for panel in PANELS:
        assert ink(page, panel) > 300, panel
        assert page.locator(f".vv-{panel} h3").inner_text()
        assert page.locator(f".vv-{panel} .vv-source").inner_text()
        assert page.locator(f".vv-{panel} canvas").get_attribute("aria-label")


@pytest.mark.parametrize("name", ["beta", "sigma2", "d"])
def test_a_drag_moves_the_bars_before_the_pointer_is_released(
    page: Page, address: str, name: str
) -> None:
    visit(page, address)
    nodes = page.evaluate(
        "window.before = [...document.querySelectorAll('.vv-panel canvas, .vv-axes')];"
        " before.length"
    )
    at = slider(page, name)
    before, bars = seq(page), picture(page, "kl")
    page.mouse.move(*at(0.5))
    page.mouse.down()
    for step in range(10):
        page.mouse.move(*at(0.5 - 0.03 * step))
        page.wait_for_timeout(30)
    settle(page, before + 1)
    assert picture(page, "kl") != bars
    page.mouse.up()
    assert page.evaluate("before.filter((node) => node.isConnected).length") == nodes


def test_nothing_but_the_picture_moves_while_beta_is_dragged_over_its_whole_range(
    page: Page, address: str
) -> None:
    """To the pixel: each panel, its stage, the controls, and the rows of the read-outs."""
    visit(page, address)
    places = """() => [...document.querySelectorAll(
      ".vv-panel, .vv-stage, .vv-tabs, .vv-field, .vv-readouts tr"
    )].filter((node) => node.checkVisibility()).map((node) => {
      const { top, height, left, width } = node.getBoundingClientRect();
      return [node.className || node.firstChild.textContent, top, height, left, width];
    })"""
    at = slider(page, "beta")
    before = page.evaluate(places)
    page.mouse.move(*at(0.5))
    page.mouse.down()
    for step in range(21):
        sent = seq(page)
        page.mouse.move(*at(0.01 + 0.98 * step / 20))
        settle(page, sent)
        assert page.evaluate(places) == before, step
    page.mouse.up()


def test_keyboard_moves_a_slider_and_says_its_value(page: Page, address: str) -> None:
    visit(page, address)
    beta = page.locator("input[data-name=beta]")
    before, shown = seq(page), value(page, "beta")
    beta.focus()
    page.keyboard.press("ArrowRight")
    settle(page, before)
    assert value(page, "beta") != shown
    assert value(page, "beta") in (beta.get_attribute("aria-valuetext") or "")


def test_touch_moves_a_slider(browser: Browser, address: str) -> None:
    with projector(browser, has_touch=True) as page:
        visit(page, address)
        before, shown = seq(page), value(page, "sigma2")
        page.touchscreen.tap(*slider(page, "sigma2")(0.8))
        settle(page, before)
        assert value(page, "sigma2") != shown


def test_the_url_restores_the_state(page: Page, address: str) -> None:
    visit(page, address, "?data=three-gaussians&beta=2.5&sigma2=0.03&d=2&a=4&b=9")
    assert (value(page, "beta"), value(page, "sigma2"), value(page, "d")) == ("2.5", "0.03", "2")
    assert page.locator("select[data-name=data]").input_value() == "three-gaussians"
    assert page.locator("input[data-name=a]").input_value() == "4"


NAMES_BETA = """Number(new URLSearchParams(location.search).get("beta")).toPrecision(3)
  === Number(document.querySelector(".vv-field-beta output").textContent).toPrecision(3)"""


def test_the_address_follows_the_settings_and_reopens_the_view(page: Page, address: str) -> None:
    visit(page, address)
    page.locator("input[data-name=beta]").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(NAMES_BETA)
    shown, bars = value(page, "beta"), picture(page, "kl")
    page.reload()
    page.wait_for_selector(EXPLORER.ready)
    assert value(page, "beta") == shown
    page.wait_for_function("window.Plotly")
    assert picture(page, "kl") == bars


def test_copy_link(page: Page, address: str) -> None:
    visit(page, address, "?beta=3")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert "beta=3" in page.evaluate("navigator.clipboard.readText()")


def test_hostile_values_are_put_back_with_a_note(page: Page, address: str) -> None:
    visit(page, address, "?data=<script>alert(1)</script>&beta=NaN&d=99999&sigma2=-1&a=1e99")
    note = page.locator(".vv-note").inner_text()
    assert "not possible" in note
    assert "<" not in note
    assert page.locator("select[data-name=data]").input_value() == "mnist-5k"
    assert value(page, "beta") == "1"


def test_scenes_and_held_tau(page: Page, address: str) -> None:
    visit(page, address)
    before = seq(page)
    page.get_by_role("button", name="β and σ² are one knob").click()
    settle(page, before)
    bars, points, scale = (picture(page, p) for p in ("kl", "map", "rd"))
    before = seq(page)
    page.locator("input[data-name=sigma2]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settle(page, before)
    page.wait_for_timeout(500)
    assert value(page, "beta") != "1"
    assert (picture(page, "kl"), picture(page, "map")) == (bars, points)
    assert picture(page, "rd") != scale


def test_held_tau_stands_at_the_end_of_the_sliders(page: Page, address: str) -> None:
    visit(page, address, "?beta=1&sigma2=0.1&hold=tau")
    page.locator("input[data-name=beta]").focus()
    before = seq(page)
    page.keyboard.press("Home")  # β = 0.001 would need σ² = 100; σ² ends at 10
    settle(page, before)
    assert (value(page, "beta"), value(page, "sigma2")) == ("0.01", "10")
    before = seq(page)
    page.keyboard.press("End")
    settle(page, before)
    assert (value(page, "beta"), value(page, "sigma2")) == ("100", "0.001")


def test_a_number_box_shows_what_is_in_force(page: Page, address: str) -> None:
    visit(page, address, "?data=digits")
    box = page.locator("input[data-name=a]")
    for typed, shown in (("-5", "0"), ("99999", "358"), ("", "358"), ("2.7", "3")):
        box.fill(typed)
        box.press("Tab")
        expect(box).to_have_value(shown)


def test_an_emptied_number_box_falls_back_to_what_was_entered_last(
    page: Page, address: str
) -> None:
    visit(page, address)
    box = page.locator("input[data-name=a]")
    enter = """(box) => ["7", ""].forEach((text) => {  // both before any answer
        box.value = text;
        box.dispatchEvent(new Event("input"));
        box.dispatchEvent(new Event("change"));
    })"""
    box.evaluate(enter)
    assert box.input_value() == "7"


def test_a_click_on_the_map_chooses_an_example(page: Page, address: str) -> None:
    visit(page, address, "?data=digits")
    before, chosen = seq(page), page.locator("input[data-name=a]").input_value()
    page.mouse.click(*spots(page, ".vv-map canvas")(0.42))
    settle(page, before)
    assert page.locator("input[data-name=a]").input_value() != chosen


def test_a_collapsed_scene_raises_the_alarm(page: Page, address: str) -> None:
    visit(page, address, "?data=digits")
    page.get_by_role("button", name="Collapsed", exact=True).click()
    expect(page.locator("td.vv-alarm")).to_contain_text("8 of 8", timeout=10_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("data", ["digits", "three-gaussians"])
def test_a_projector_shows_everything_without_scrolling(
    browser: Browser, address: str, scheme: Any, data: str
) -> None:
    with projector(browser, color_scheme=scheme) as page:
        visit(page, address, f"?data={data}")
        sizes = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert sizes[0] <= sizes[1]
        for node in page.locator(".vv-panel canvas, .vv-field input[type=range]").all():
            box = node.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 1280
            assert box["y"] + box["height"] <= 720
        ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


def test_the_board_follows_when_the_theme_changes(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    visit(page, address)
    before, light = seq(page), picture(page, "kl")
    page.emulate_media(color_scheme="dark")
    settle(page, before)
    assert picture(page, "kl") != light


def train_exactly(page: Page) -> None:
    """The tool's tab and its button; the run is on its way when this returns."""
    page.get_by_role("tab", name=TRAIN).click()
    page.get_by_role("button", name=TRAIN).click()
    expect(page.get_by_role("button", name="Cancel")).to_be_enabled(timeout=PATIENCE)


def test_a_dedicated_model_is_trained_while_the_page_stays_live(page: Page, address: str) -> None:
    # training is flat after half the steps of σ² = 0.3
    visit(page, address, "?data=three-gaussians&sigma2=3&d=1")
    train_exactly(page)
    expect(page.get_by_role("button", name=TRAIN)).to_be_disabled()
    step = page.locator(".vv-readouts tr", has=page.get_by_role("rowheader", name="step"))
    expect(step.first).to_be_visible(timeout=PATIENCE)
    before, bars = seq(page), value(page, "beta")
    page.locator("input[data-name=beta]").focus()
    page.keyboard.press("ArrowRight")
    settle(page, before)
    assert value(page, "beta") != bars
    page.get_by_role("tab", name="Explorer").click()
    page.wait_for_selector(f"{EXPLORER.root}[data-tool=explore] .vv-kl canvas", timeout=PATIENCE)
    page.get_by_role("tab", name=TRAIN).click()
    heads = page.locator(".vv-compared thead th")
    expect(heads.nth(2)).to_have_text(DEDICATED, timeout=300_000)
    rows = page.locator(".vv-compared tbody tr", has_text="J = D + βR")
    expect(rows.locator("td").nth(1)).to_have_text(re.compile(r"\d"))
    expect(page.locator(".vv-compared h3")).to_contain_text("±")
    expect(page.get_by_role("button", name=TRAIN)).to_be_enabled()
    expect(page.get_by_role("button", name="Cancel")).to_be_disabled()


def test_a_training_is_found_again_after_a_refresh_and_can_be_cancelled(
    page: Page, address: str
) -> None:
    visit(page, address, "?beta=0.7")
    train_exactly(page)
    page.wait_for_function("location.search.includes('tool=exact')")
    page.reload()
    page.get_by_role("button", name="Cancel").click(timeout=PATIENCE)
    expect(page.locator(".vv-note")).to_contain_text("cancelled", timeout=30_000)
    expect(page.get_by_role("button", name=TRAIN)).to_be_enabled()
