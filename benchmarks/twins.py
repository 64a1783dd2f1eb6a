"""How often are figures painted that the browser computes itself? `python benchmarks/twins.py`

Per slider, 300 moves of it, one with each picture of the browser: pictures per second, and the time
from a move to the end of its painting in the page's own code (50 % and 95 %). `idle` is the number
of pictures per second of the page at rest: what this machine's browser reaches at most. The figure
of `picture` comes from the server; there `answers` counts those that arrived per second.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import chromium, server

SLIDERS = (
    ("objective?tool=step", "mu"),
    ("objective?tool=kl", "q_mu"),
    ("objective?tool=elbo", "mu"),
    ("objective?tool=fit", "start_mu"),
    ("likelihoods", "grey"),
    ("gradients?tool=estimators", "centre"),
    ("objective?tool=picture", "push_mu"),
)
MOVES = """([name, count]) => new Promise((done) => {
  const input = document.querySelector(`input[data-name=${name}]`);
  const title = () => document.querySelector(".vv-readouts").textContent;
  const [low, high] = [Number(input.min), Number(input.max)];
  const starts = [], costs = [];
  let seen = title(), answers = 0;
  const move = () => {
    const start = performance.now();
    if (title() !== seen) { seen = title(); answers++; }
    if (!input.isConnected || starts.length === count) {
      const seconds = (starts.at(-1) - starts[0]) / 1000;
      costs.sort((a, b) => a - b);
      const at = (share) => costs[Math.floor(share * (costs.length - 1))];
      return done({ per_second: (starts.length - 1) / seconds, p50_ms: at(0.5), p95_ms: at(0.95),
                    answers: answers / seconds });
    }
    input.value = String(low + (high - low) * (0.5 + 0.3 * Math.sin(starts.length / 20)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    costs.push(performance.now() - start);
    starts.push(start);
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})"""
IDLE = """() => new Promise((done) => {
  const times = [];
  const next = (time) => {
    times.push(time);
    if (times.length < 200) requestAnimationFrame(next);
    else done(199_000 / (times.at(-1) - times[0]));
  };
  requestAnimationFrame(next);
})"""


def main() -> None:
    with server.running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        for place, name in SLIDERS:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{address}/{place}")
            page.wait_for_selector(".vv-screen[data-ready=true]", timeout=60_000)
            page.wait_for_timeout(3000)
            idle = page.evaluate(IDLE)
            made = page.evaluate(MOVES, [name, 300]) | {"idle": idle}
            rounded = {key: round(value, 1) for key, value in made.items()}
            print(json.dumps({"page": place, "slider": name} | rounded), flush=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
