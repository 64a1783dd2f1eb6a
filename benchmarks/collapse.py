"""How fast does the page Collapse follow the pointer? `python benchmarks/collapse.py [--data
mnist-5k]`

A real pointer drags β, then σ², then the ring over the map, then a slider of every other tool that
moves, in headless Chromium. Per repaint: from the pointer event to the frame after the drawing.
Also asks whether a panel was remounted or blank meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.drag import Way, measure, slider
from tests.browser import chromium, server

DRAGS = (
    ("map", "beta"),
    ("map", "sigma2"),
    ("map", "ring"),
    ("linear", "beta"),
    ("diagnosis", "beta"),
    ("rate-distortion", "beta"),
    ("sigma2", "sigma2"),
    ("effective", "weight"),
)


def across_the_map(page: Page) -> Way:
    """Through most of the levels, at half of the latent sizes."""
    box = page.locator(".vv-plane canvas").bounding_box()
    assert box
    return (
        box["x"] + 0.25 * box["width"],
        box["x"] + 0.9 * box["width"],
        box["y"] + 0.4 * box["height"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="digits")
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with server.running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        for tool, name in DRAGS:
            page.goto(f"{address}/collapse?data={given.data}&tool={tool}")
            page.wait_for_selector(".vv-collapse[data-ready=true]", timeout=120_000)
            page.wait_for_timeout(3000)
            way = across_the_map(page) if name == "ring" else slider(page, name)
            about = {"data": given.data, "tool": tool, "dragged": name}
            print(json.dumps(about | measure(page, way, given.seconds)), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
