"""How fast does everything follow the pointer? `python benchmarks/liveness.py [--data mnist-5k]`

A real pointer drags β in headless Chromium. Per repaint: from the hand's event to the frame after the
drawing. Also asks whether a panel was remounted or blank at any moment of the drag.
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
from tests.browser import chromium, server

REMEMBER = "() => { window.nodes = [...document.querySelectorAll('.vv-panel canvas, .vv-axes')]; }"
REMOUNTED = "() => nodes.filter((node) => !node.isConnected).length"
WATCH = """() => {
  window.watched = { blanks: 0, frames: 0 };
  const look = () => {
    watched.frames += 1;
    for (const canvas of document.querySelectorAll('.vv-panel canvas')) {
      const probe = document.createElement('canvas');
      probe.width = probe.height = 24;
      const context = probe.getContext('2d', { willReadFrequently: true });
      context.drawImage(canvas, 0, 0, 24, 24);
      if (!context.getImageData(0, 0, 24, 24).data.some((v) => v)) watched.blanks += 1;
    }
    requestAnimationFrame(look);
  };
  look();
}"""
TIMES = "(name) => performance.getEntriesByName('vaeviz:' + name).map((entry) => entry.duration)"


def drag(page: Page, name: str, seconds: float) -> None:
    """Moves the named slider's thumb to and fro, at most 100 events a second."""
    box = page.locator(f"input[data-name={name}]").bounding_box()
    assert box
    y, low, high = box["y"] + box["height"] / 2, box["x"] + 0.3 * box["width"], box["x"] + 0.75 * box["width"]
    page.mouse.move(low, y)
    page.mouse.down()
    page.evaluate("performance.clearMeasures()")
    start = time.monotonic()
    while (now := time.monotonic() - start) < seconds:
        page.mouse.move(low + (high - low) * (0.5 - 0.5 * math.cos(1.8 * now)), y)
        time.sleep(0.01)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(page: Page, address: str, data: str, name: str, seconds: float) -> dict[str, float]:
    page.goto(f"{address}/?data={data}&d=16")
    page.wait_for_selector(".vv-board[data-ready=true]", timeout=60_000)
    page.wait_for_timeout(2000)
    drag(page, name, 2)  # warm up
    page.mouse.up()
    page.evaluate(REMEMBER)
    drag(page, name, seconds)
    times = {key: page.evaluate(TIMES, key) for key in ("pointer-to-paint", "round-trip and paint", "paint")}
    page.mouse.up()
    page.evaluate(WATCH)  # every frame of an untimed drag: looking costs as much as drawing
    drag(page, name, 3)
    page.mouse.up()
    return {
        "repaints a second": len(times["pointer-to-paint"]) / seconds,
        **{f"{key} {label} ms": percentile(values, share)
           for key, values in times.items() for label, share in (("p50", 0.5), ("p95", 0.95))},
        "panels": page.evaluate("document.querySelectorAll('.vv-panel').length"),
        "frames looked at": page.evaluate("watched.frames"), "blanks": page.evaluate("watched.blanks"),
        "remounted": page.evaluate(REMOUNTED),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="mnist-5k")
    parser.add_argument("--slider", default="beta")
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with server.running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        found = measure(page, address, given.data, given.slider, given.seconds)
        browser.close()
    print(
        json.dumps({"data": given.data, "slider": given.slider} | {k: round(v, 1) for k, v in found.items()})
    )


if __name__ == "__main__":
    main()
