"""How fast does the page Collapse follow the hand? `python benchmarks/collapse.py [--data mnist-5k]`

A real pointer drags β, then σ², then the ring over the map, in headless Chromium. Per repaint: from the
hand's event to the frame after the drawing. Also asks whether a panel was remounted or blank meanwhile.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.liveness import REMEMBER, REMOUNTED, TIMES, WATCH, percentile
from tests.browser import chromium, server

SEEN = WATCH.replace(".vv-panel canvas", ".vv-panel canvas:not([hidden])")  # a table has no canvas
Way = tuple[float, float, float]  # left end, right end and height of a way to and fro


def slider(page: Page, name: str) -> Way:
    box = page.locator(f"input[data-name={name}]").bounding_box()
    assert box
    return box["x"] + 0.3 * box["width"], box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2


def across_the_map(page: Page) -> Way:
    """Through most of the levels, at half of the latent sizes."""
    box = page.locator(".vv-plane canvas").bounding_box()
    assert box
    return box["x"] + 0.25 * box["width"], box["x"] + 0.9 * box["width"], box["y"] + 0.4 * box["height"]


def drag(page: Page, way: Way, seconds: float) -> None:
    """To and fro, at most 100 events a second."""
    low, high, y = way
    page.mouse.move(low, y)
    page.mouse.down()
    page.evaluate("performance.clearMeasures()")
    start = time.monotonic()
    while (now := time.monotonic() - start) < seconds:
        page.mouse.move(low + (high - low) * (0.5 - 0.5 * math.cos(1.8 * now)), y)
        time.sleep(0.01)


def measure(page: Page, way: Way, seconds: float) -> dict[str, float]:
    drag(page, way, 2)  # warm up
    page.mouse.up()
    page.evaluate(REMEMBER)
    drag(page, way, seconds)
    times = {key: page.evaluate(TIMES, key) for key in ("pointer-to-paint", "round-trip and paint", "paint")}
    page.mouse.up()
    page.evaluate(SEEN)  # every frame of an untimed drag: looking costs as much as drawing
    drag(page, way, 3)
    page.mouse.up()
    return {
        "repaints a second": len(times["pointer-to-paint"]) / seconds,
        **{f"{key} {label} ms": percentile(values, share)
           for key, values in times.items() for label, share in (("p50", 0.5), ("p95", 0.95))},
        "blanks": page.evaluate("watched.blanks"), "remounted": page.evaluate(REMOUNTED),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="digits")
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with server.running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        for name in ("beta", "sigma2", "map"):
            page.goto(f"{address}/collapse?data={given.data}")
            page.wait_for_selector(".vv-collapse[data-ready=true]", timeout=120_000)
            page.wait_for_timeout(2000)
            way = across_the_map(page) if name == "map" else slider(page, name)
            found = {k: round(v, 1) for k, v in measure(page, way, given.seconds).items()}
            print(json.dumps({"data": given.data, "dragged": name} | found))
        browser.close()


if __name__ == "__main__":
    main()
