"""Drags on a board in headless Chromium, timed, for the benchmarks of drags.

Per repaint: from the pointer event to the frame after the drawing. Also whether a panel was
remounted or blank during a drag.
"""

from __future__ import annotations

import math
import time

from playwright.sync_api import Page

REMEMBER = "() => { window.nodes = [...document.querySelectorAll('.vv-panel canvas, .vv-axes')]; }"
REMOUNTED = "() => nodes.filter((node) => !node.isConnected).length"
WATCH = """() => {
  window.watched = { blanks: 0, frames: 0 };
  const look = () => {
    watched.frames += 1;
    for (const canvas of document.querySelectorAll('.vv-panel canvas:not([hidden])')) {
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
Way = tuple[float, float, float]  # left end, right end and height of a way to and fro, CSS pixels


def slider(page: Page, name: str) -> Way:
    """Over the middle of the named slider."""
    box = page.locator(f"input[type=range][data-name={name}]").bounding_box()
    assert box
    return (
        box["x"] + 0.3 * box["width"],
        box["x"] + 0.75 * box["width"],
        box["y"] + box["height"] / 2,
    )


def drag(page: Page, way: Way, seconds: float) -> None:
    """To and fro, at most 100 events per second; the pointer stays down."""
    low, high, y = way
    page.mouse.move(low, y)
    page.mouse.down()
    page.evaluate("performance.clearMeasures()")
    start = time.monotonic()
    while (now := time.monotonic() - start) < seconds:
        page.mouse.move(low + (high - low) * (0.5 - 0.5 * math.cos(1.8 * now)), y)
        time.sleep(0.01)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(page: Page, way: Way, seconds: float) -> dict[str, float]:
    """Repaints per second and their times over a drag, in ms, rounded; then remounts and blanks."""
    drag(page, way, 2)  # warm up
    page.mouse.up()
    page.evaluate(REMEMBER)
    drag(page, way, seconds)
    times = {
        key: page.evaluate(TIMES, key)
        for key in ("pointer-to-paint", "round-trip and paint", "paint")
    }
    page.mouse.up()
    page.evaluate(WATCH)  # in an untimed drag, as looking costs as much as drawing
    drag(page, way, 3)
    page.mouse.up()
    result = {
        "repaints per second": len(times["pointer-to-paint"]) / seconds,
        **{
            f"{key} {label} ms": percentile(values, share)
            for key, values in times.items()
            for label, share in (("p50", 0.5), ("p95", 0.95))
        },
        "panels": page.evaluate("document.querySelectorAll('.vv-panel').length"),
        "frames looked at": page.evaluate("watched.frames"),
        "blanks": page.evaluate("watched.blanks"),
        "remounted": page.evaluate(REMOUNTED),
    }
    return {name: round(value, 1) for name, value in result.items()}
