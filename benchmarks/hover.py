"""Does the latent map decode at pointer speed? `python benchmarks/hover.py [--seconds 3]`

A real pointer moves over the map of the page Latent space in headless Chromium. Per frame: decoding
and painting; over the drag: frames per second, and what the browser sent to the server meanwhile.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, WebSocket, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.drag import TIMES, percentile
from tests.browser import chromium, server

MODELS = {
    "mnist-5k, multi-rate, d = 2": "?data=mnist-5k&d=2",
    "mnist-5k-conv": "?model=mnist-5k-conv",
    "sprites, multi-rate": "?data=sprites",
}
PAD = ".vv-pad-map .vv-overlay"


def hover(page: Page, seconds: float) -> float:
    """Moves over the map in curves, at most 150 events per second; the seconds that it took."""
    box = page.locator(PAD).bounding_box()
    assert box
    x, y, reach = box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"], 0.35 * box["width"]
    start = time.monotonic()
    while (now := time.monotonic() - start) < seconds:
        page.mouse.move(x + reach * math.sin(5 * now), y + reach * math.cos(3.1 * now))
        time.sleep(0.004)
    return time.monotonic() - start


def measure(page: Page, address: str, query: str, seconds: float) -> dict[str, float]:
    sent: list[int] = []

    def opened(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(1))

    page.on("websocket", opened)
    page.goto(f"{address}/latent{query}")
    page.wait_for_selector(
        ".vv-latent:not([data-model*='closed form'])[data-model*=' ']", timeout=120_000
    )
    page.wait_for_timeout(3000)
    first = page.evaluate(TIMES, "first-drawn")[-1]
    page.evaluate("performance.clearMeasures()")
    before = len(sent)
    took = hover(page, seconds)
    during = len(sent) - before
    times = page.evaluate(TIMES, "decode-and-paint")
    page.wait_for_timeout(1000)
    return {
        "frames_per_second": len(times) / took,
        "p50_ms": percentile(times, 0.5),
        "p95_ms": percentile(times, 0.95),
        "first_drawn_ms": first,
        "messages_while_moving": during,
        "messages_at_rest": len(sent) - before - during,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds
    with server.running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        for name, query in MODELS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            result = measure(page, address, query, seconds)
            sys.stdout.write(
                json.dumps({"model": name, **{k: round(v, 2) for k, v in result.items()}}) + "\n"
            )
            page.close()


if __name__ == "__main__":
    main()
