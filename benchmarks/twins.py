"""How often are figures painted that the browser computes itself? `python benchmarks/twins.py`

A real pointer drags a slider of each tool of the page Objective. Per painting of the first such
figure: its distance from the one before, and the time from the pointer's event to its end.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import chromium, server

SECONDS = 10.0
TOOLS = {"step": "mu", "kl": "q_mu", "elbo": "mu"}
WATCH = """(name) => {
  const input = document.querySelector(`input[data-name=${name}]`);
  window.paints = [];
  const paint = (event) => {
    const before = event.timeStamp;  // the twin paints within the event that moves the setting
    requestAnimationFrame(() => window.paints.push([performance.now(), before]));
  };
  input.addEventListener("input", paint);
}"""


def dragged(page: Page, name: str) -> dict[str, float]:
    """Repaints per second and the 95th percentile of the delay in ms, of one drag."""
    page.evaluate(WATCH, name)
    box = page.locator(f"input[data-name={name}]").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    start = page.evaluate("performance.now()")
    k = 0
    while page.evaluate("performance.now()") < start + 1000 * SECONDS:
        k += 1
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.4 * np.sin(k / 25)), y)
    page.mouse.up()
    paints = np.array(page.evaluate("window.paints"))
    seconds = (paints[-1, 0] - paints[0, 0]) / 1000
    late = paints[:, 0] - paints[:, 1]
    return {"per_second": round(len(np.unique(paints[:, 0])) / seconds, 1),
            "p50_ms": round(float(np.percentile(late, 50)), 1),
            "p95_ms": round(float(np.percentile(late, 95)), 1)}  # fmt: skip


def main() -> None:
    with server.running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        for tool, name in TOOLS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{address}/objective?tool={tool}")
            page.wait_for_selector(".vv-objective[data-ready=true]", timeout=60_000)
            page.wait_for_timeout(2500)
            print(json.dumps({"tool": tool, "slider": name} | dragged(page, name)), flush=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
