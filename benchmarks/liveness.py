"""How fast does everything follow the pointer? `python benchmarks/liveness.py [--data mnist-5k]`

A real pointer drags β in headless Chromium. Per repaint: from the pointer event to the frame after
the drawing. Also asks whether a panel was remounted or blank at any moment of the drag.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.drag import measure, slider
from tests.browser import chromium, server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="mnist-5k")
    parser.add_argument("--slider", default="beta")
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with server.running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{address}/?data={given.data}&d=16")
        page.wait_for_selector(".vv-explorer[data-ready=true]", timeout=60_000)
        page.wait_for_timeout(2000)
        result = measure(page, slider(page, given.slider), given.seconds)
        browser.close()
    print(json.dumps({"data": given.data, "slider": given.slider} | result))


if __name__ == "__main__":
    main()
