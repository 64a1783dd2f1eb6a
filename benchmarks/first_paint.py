"""How long until the Explorer shows something true? `python benchmarks/first_paint.py [--runs 5]`

From the request for the page to the first painted board, and to the trained model's frame; cold (a
server just started, its first page) and warm (the same server, another page), each run with a fresh
browser profile.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import chromium, server


def visit(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds to the first painted board, and to the trained model."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    start = time.monotonic()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(".vv-explorer[data-ready]", timeout=60_000)
    first = time.monotonic() - start
    page.wait_for_selector(".vv-explorer[data-ready=true]", timeout=60_000)
    trained = time.monotonic() - start
    context.close()
    return first, trained


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    times: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        for _ in range(runs):
            with server.running() as address:
                for state in ("cold", "warm"):
                    first, trained = visit(browser, address)
                    times.setdefault(f"{state}: first paint s", []).append(first)
                    times.setdefault(f"{state}: trained model s", []).append(trained)
        browser.close()
    print(
        json.dumps(
            {
                k: {"median": round(statistics.median(v), 2), "max": round(max(v), 2)}
                for k, v in times.items()
            }
        )
    )


if __name__ == "__main__":
    main()
