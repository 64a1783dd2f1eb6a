"""Heat maps pixel by pixel; tests/live has what needs no canvas."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.live_page import visit

pytestmark = pytest.mark.browser
SIZE = 120
PAINT = """async ({ trace, axes, at }) => {
  const { frame, paint } = await import("./draw/painter.js");
  const shape = trace.z && [trace.z.length, trace.z[0].length];
  if (shape) trace.z = Object.assign(Float32Array.from(trace.z.flat()), { shape });
  const canvas = Object.assign(document.createElement("canvas"), { width: 120, height: 120 });
  const context = canvas.getContext("2d"), margin = { l: 0, r: 0, t: 0, b: 0 };
  paint(context, [trace], frame({ margin, ...axes }, 120, 120, 1, "#fff"));
  return at.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data]);
}"""
BLACK, WHITE, CLEAR = [0, 0, 0, 255], [255, 255, 255, 255], [0, 0, 0, 0]
SCALE = [[0, "#000000"], [1, "#ffffff"]]


def pixels(
    page: Page, trace: dict[str, Any], at: list[tuple[int, int]], **axes: Any
) -> list[list[int]]:
    visit(page)
    axes = {"xaxis": {"range": [0, 3]}, "yaxis": {"range": [0, 2]}, **axes}
    return page.evaluate(PAINT, {"trace": trace, "axes": axes, "at": at})


def heat(z: list[list[float]], **more: Any) -> dict[str, Any]:
    return {"type": "heatmap", "z": z, "zmin": 0, "zmax": 1, "colorscale": SCALE, **more}


def test_a_heat_map_has_its_first_row_lowest_and_no_smooth_edges(page: Page) -> None:
    trace = heat([[0, 1, 0], [1, 0, 1]], x=[0.5, 1.5, 2.5], y=[0.5, 1.5])
    found = pixels(page, trace, [(5, 115), (38, 115), (42, 115), (5, 62), (5, 58), (115, 5)])
    assert found == [BLACK, BLACK, WHITE, BLACK, WHITE, WHITE]


def test_columns_of_different_widths_and_edges_instead_of_middles(page: Page) -> None:
    trace = heat([[0, 1, 0]], x=[0, 0.5, 2, 2.5], y=[0, 1])
    found = pixels(page, trace, [(18, 100), (22, 100), (78, 100), (82, 100), (102, 100), (50, 50)])
    assert found == [BLACK, WHITE, WHITE, BLACK, CLEAR, CLEAR]


def test_values_outside_the_scale_take_its_ends(page: Page) -> None:
    assert pixels(page, heat([[-5, 9]], x0=0.75, dx=1.5, y0=1, dy=2), [(30, 60), (90, 60)]) == [
        BLACK,
        WHITE,
    ]
