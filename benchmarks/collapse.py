"""How fast does the page Collapse follow the hand? `python benchmarks/collapse.py [--data mnist-5k]`

A real pointer drags β, then σ², then the ring over the map, in headless Chromium. Per repaint: from the
hand's event to the frame after the drawing. Also asks whether a panel was remounted or blank meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.hand import Way, measure, slider
from tests.browser import chromium, server


def across_the_map(page: Page) -> Way:
    """Through most of the levels, at half of the latent sizes."""
    box = page.locator(".vv-plane canvas").bounding_box()
    assert box
    return box["x"] + 0.25 * box["width"], box["x"] + 0.9 * box["width"], box["y"] + 0.4 * box["height"]


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
            print(json.dumps({"data": given.data, "dragged": name} | measure(page, way, given.seconds)))
        browser.close()


if __name__ == "__main__":
    main()
