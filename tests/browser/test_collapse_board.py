"""The board of the page Collapse in a bare page: tabs, places, the pointer on the map."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page, expect

from tests.browser import collapse_page
from tests.browser.bare_page import sent
from vaeviz.live.message import Panel

pytestmark = pytest.mark.browser


def answered(page: Page) -> None:
    """As the server would: settings come back, until no message is on its way."""
    count = -1
    while count != len(sent(page)):
        count, state = len(sent(page)), sent(page)[-1]
        collapse_page.receive(page, seq=state["seq"], settings=state["settings"])


def place(page: Page, tau: float, d: float) -> tuple[float, float]:
    """Where (τ, d) lies on the map: τ from 1e-3 to 10 with half a cell around, d from ½ to 3½."""
    box = page.locator(".vv-plane canvas").bounding_box()
    assert box
    left, right, top, bottom = 60, 10, 6, 44
    wide, tall = box["width"] - left - right, box["height"] - top - bottom
    share = (math.log10(tau) + 3.25) / 4.5
    return box["x"] + left + share * wide, box["y"] + top + (3.5 - d) / 3 * tall


def test_a_click_goes_to_the_cells_own_settings(board: Page) -> None:
    board.mouse.click(*place(board, 0.4, 2.2))
    (state,) = sent(board)
    got = state["settings"]
    assert (got["beta"], got["sigma2"], got["d"]) == (1, 0.316, 2)


def test_a_small_move_is_a_click_and_a_longer_one_a_drag(board: Page) -> None:
    x, y = place(board, 0.4, 2)
    board.mouse.move(x, y)
    board.mouse.down()
    board.mouse.move(x + 2, y + 1)
    answered(board)
    assert sent(board)[-1]["settings"]["sigma2"] == 0.316
    board.mouse.move(*place(board, 0.5, 2))
    answered(board)
    assert sent(board)[-1]["settings"]["sigma2"] == pytest.approx(0.5, rel=0.05)
    board.mouse.move(x, y)  # back where it began: still a drag
    answered(board)
    assert sent(board)[-1]["settings"]["sigma2"] == pytest.approx(0.4, rel=0.05)


def test_beta_does_not_drift_while_the_pointer_moves_tau(board: Page) -> None:
    settings = {**collapse_page.SETTINGS, "beta": 0.999}
    collapse_page.receive(board, settings=settings)
    board.mouse.move(*place(board, 0.9, 3))
    board.mouse.down()
    for k in range(12):
        board.mouse.move(*place(board, 0.9 * 1.03**k, 3))
    answered(board)
    assert {state["settings"]["beta"] for state in sent(board)} == {0.999}


def test_where_sigma2_ends_beta_takes_over(board: Page) -> None:
    collapse_page.receive(board, limits={"beta": [0.001, 100], "sigma2": [0.01, 0.1], "d": [1, 3]})
    board.mouse.click(*place(board, 1.0, 3))
    got = sent(board)[-1]["settings"]
    assert got["sigma2"] == 0.1
    assert got["beta"] == pytest.approx(10, rel=0.05)


def test_without_a_variance_tau_is_beta(board: Page) -> None:
    collapse_page.receive(board, settings={**collapse_page.SETTINGS, "likelihood": "bernoulli"})
    board.mouse.click(*place(board, 0.4, 2))
    got = sent(board)[-1]["settings"]
    assert (got["beta"], got["sigma2"]) == (0.316, 0.05)


def test_a_drag_replaces_a_learned_variance(board: Page) -> None:
    collapse_page.receive(
        board, settings={**collapse_page.SETTINGS, "likelihood": "gaussian-optimal"}
    )
    board.mouse.click(*place(board, 0.4, 2))
    got = sent(board)[-1]["settings"]
    assert (got["likelihood"], got["sigma2"]) == ("gaussian", 0.316)


def test_over_beta_and_sigma2_the_pointer_sets_both(board: Page) -> None:
    collapse_page.receive(
        board, {"plane": collapse_page.over_knobs(), "table": collapse_page.table()}
    )
    box = board.locator(".vv-plane canvas").bounding_box()
    assert box
    x, y = box["x"] + 60 + 0.7 * (box["width"] - 70), box["y"] + 6 + 0.55 * (box["height"] - 50)
    board.mouse.click(x, y)
    got = sent(board)[-1]["settings"]
    assert (got["beta"], got["sigma2"], got["d"]) == (10, 0.01, 3)


def test_a_drag_sends_while_the_pointer_is_down_and_stays_within_the_axes(board: Page) -> None:
    board.mouse.move(*place(board, 0.01, 3))
    board.mouse.down()
    seen = []
    for tau in (0.03, 0.1, 0.3):
        board.mouse.move(*place(board, tau, 3))
        answered(board)
        seen.append(sent(board)[-1]["settings"])
    assert [s["beta"] * s["sigma2"] for s in seen] == sorted(s["beta"] * s["sigma2"] for s in seen)
    assert len({s["sigma2"] for s in seen}) == 3
    board.mouse.move(*place(board, 1000, 9))
    got = sent(board)[-1]["settings"]
    assert got["d"] == 3
    assert got["beta"] * got["sigma2"] == pytest.approx(10**1.25, rel=0.05)
    board.mouse.up()
    answered(board)
    count = len(sent(board))
    board.mouse.move(*place(board, 0.1, 1))
    assert len(sent(board)) == count


def test_a_click_beside_the_axes_goes_nowhere(board: Page) -> None:
    box = board.locator(".vv-plane canvas").bounding_box()
    assert box
    board.mouse.click(box["x"] + 20, box["y"] + 50)
    board.mouse.click(box["x"] + 200, box["y"] + box["height"] - 10)
    assert sent(board) == []


def test_the_sliders_follow_the_pointer_on_the_map(board: Page) -> None:
    board.mouse.click(*place(board, 0.4, 3))
    expect(board.locator(".vv-field-sigma2 output")).to_have_text("0.316", timeout=2000)


def test_hovering_names_the_cell_and_marks_those_not_covered(board: Page) -> None:
    board.mouse.move(*place(board, 0.1, 2))
    expect(board.locator(".vv-plane .vv-tip")).to_have_text("2 active at τ = 0.1, d = 2")
    board.mouse.move(*place(board, 0.001, 1))
    expect(board.locator(".vv-plane .vv-tip")).to_have_text("not covered by this model")


def test_tabs_move_by_keyboard_and_ask_for_their_tool(board: Page) -> None:
    board.get_by_role("tab", name="Map").focus()
    board.keyboard.press("ArrowRight")
    assert sent(board)[-1]["settings"]["tool"] == "linear"
    expect(board.get_by_role("tab", name="Linear")).to_be_focused()
    expect(board.get_by_role("tab", name="Linear")).to_have_attribute("aria-selected", "true")
    assert [tab.get_attribute("tabindex") for tab in board.get_by_role("tab").all()] == [
        "-1",
        "0",
        "-1",
    ]
    answered(board)
    for key, name in (
        ("End", "cures"),
        ("ArrowRight", "map"),
        ("ArrowLeft", "cures"),
        ("Home", "map"),
    ):
        board.keyboard.press(key)
        answered(board)
        assert sent(board)[-1]["settings"]["tool"] == name


def test_another_tool_has_its_own_panels_controls_and_places(board: Page) -> None:
    settings = {**collapse_page.SETTINGS, "tool": "linear"}
    panels = {"a": collapse_page.strip(), "b": collapse_page.table(), "c": collapse_page.strip()}
    collapse_page.receive(
        board,
        panels,
        tool="linear",
        settings=settings,
        rows=[],
        notice="Water.",
        controls=collapse_page.CONTROLS[:1],
    )
    expect(board.locator(".vv-plane")).to_have_count(0)
    expect(board.locator(".vv-field-beta")).to_be_visible()
    expect(board.locator(".vv-field-plane")).to_be_hidden()
    expect(board.locator(".vv-notice")).to_have_text("Water.")
    boxes = [board.locator(f".vv-panel.vv-{name}").bounding_box() for name in "abc"]
    assert all(boxes)
    a, b, c = [box for box in boxes if box]
    assert a["y"] == b["y"] < c["y"]
    assert a["x"] == c["x"] < b["x"]
    turned = {name: panels[name] for name in "bca"}
    collapse_page.receive(board, turned, tool="linear", settings=settings, rows=[])
    a, b, c = [
        box for name in "abc" if (box := board.locator(f".vv-panel.vv-{name}").bounding_box())
    ]
    assert b["y"] == c["y"] < a["y"]
    collapse_page.receive(board)
    expect(board.locator(".vv-field-plane")).to_be_visible()
    plane, table = (board.locator(f".vv-{name}").bounding_box() for name in ("plane", "table"))
    assert plane
    assert table
    assert plane["y"] == table["y"]
    assert plane["x"] < table["x"]


def test_the_first_frame_of_a_tool_is_drawn_at_the_size_of_its_place(board: Page) -> None:
    rows = [["a a", "100px"], ["b c", "1fr"]]
    panels: dict[str, Panel] = {name: collapse_page.over_tau() for name in "bca"}
    sizes = board.evaluate(
        """(text) => {
          receive(text);
          return [...document.querySelectorAll('.vv-panel canvas')].map((node) =>
            [node.width, node.clientWidth, node.height, node.clientHeight]);
        }""",
        collapse_page.message(panels, tool="linear", rows=rows, columns="1fr 3fr"),
    )
    assert len(sizes) == 3
    for width, wide, height, high in sizes:
        assert (width, height) == (wide, high)
    assert len({wide for _, wide, _, _ in sizes}) == 3


def test_a_scene_says_what_to_notice(board: Page) -> None:
    board.get_by_role("button", name="All dead").click()
    assert sent(board)[-1]["settings"]["beta"] == 50
    answered(board)
    expect(board.locator(".vv-notice")).to_have_text("No bar stands.")


def test_another_models_scenes_take_the_place_of_the_old_ones(board: Page) -> None:
    few = [{"name": "One knob", "notice": "β and σ².", "settings": {"beta": 7.0}}]
    board.get_by_role("button", name="All dead").click()
    answered(board)
    state = sent(board)[-1]
    collapse_page.receive(board, seq=state["seq"], settings=state["settings"], scenes=few)
    expect(board.get_by_role("button", name="All dead")).to_have_count(0)
    expect(board.get_by_role("button", name="Copy link")).to_have_count(1)
    expect(board.locator(".vv-notice")).to_have_text("No bar stands.")
    board.get_by_role("button", name="One knob").click()
    assert sent(board)[-1]["settings"]["beta"] == 7


def test_a_tab_panel_is_named_after_its_tab(board: Page) -> None:
    expect(board.get_by_role("tabpanel", name="Map")).to_be_visible()


def test_beside_the_explanation_each_panel_has_the_whole_width(board: Page) -> None:
    board.evaluate("document.querySelector('.vv-screen').classList.add('vv-read')")
    tool = board.locator(".vv-tool").bounding_box()
    assert tool
    for panel in board.locator(".vv-panel").all():
        box = panel.bounding_box()
        assert box
        assert box["width"] > 0.95 * tool["width"]
        assert box["height"] >= 290
