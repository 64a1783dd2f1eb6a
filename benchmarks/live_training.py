"""What does watching a run cost, and how soon does the map show classes? `python
benchmarks/live_training.py`

Three questions, each answered by the real app with a real browser on the same cores:
- steps per second of a run with its page open, against the bare loop in a process of its own (nice
  10, one thread, as the worker), in turns;
- seconds from pressing Start to a latent map that tells digits apart (10 nearest neighbours on 2-D
  μ), and how often the page is painted on the way;
- milliseconds from asking for another β to its being in force.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright
from sklearn.neighbors import KNeighborsClassifier

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import chromium, server
from vaeviz import data
from vaeviz.config import UserError
from vaeviz.runs.folder import frame_file, progress

BARE = """
import json, os, sys, time
os.nice(10)
import torch
from vaeviz import data
from vaeviz.config import RunSettings
from vaeviz.models import vae
from vaeviz.training.loop import Trainer
torch.set_num_threads(1)
settings, seconds = RunSettings.from_json(json.loads(sys.argv[1])), float(sys.argv[2])
dataset = data.load(settings.data)
trainer = Trainer(vae.build(settings, dataset.shape), dataset.train, settings)
for _ in range(200):
    trainer.advance()
start, before = time.monotonic(), trainer.step
while time.monotonic() - start < seconds:
    trainer.advance()
print((trainer.step - before) / (time.monotonic() - start))
"""
ENTRIES = "performance.getEntriesByName('vaeviz:live-frame').map((e) => e.startTime + e.duration)"


def run_folder(root: Path) -> Path:
    """The newest live run's folder."""
    return max((root / "runs" / "live").iterdir(), key=lambda f: f.stat().st_mtime)


def start(page: Page, address: str, query: str) -> None:
    page.goto(f"{address}/training?{query}")
    page.wait_for_selector(".vv-training[data-ready=true]", timeout=60_000)
    page.wait_for_timeout(1500)
    page.locator(".vv-act-start").click()


def stop(page: Page) -> None:
    page.locator(".vv-act-stop").click()
    page.wait_for_selector(".vv-training[data-state=stopped]", timeout=60_000)


def step_of(folder: Path) -> int:
    return progress.said(folder).step


def watched(
    page: Page, address: str, root: Path, query: str, seconds: float, after: float
) -> tuple[float, dict]:
    """Steps per second of a run that the page watches, `after` seconds, and the run's settings."""
    start(page, address, query + "&steps=200000")
    page.wait_for_function(
        "Number(document.querySelector('.vv-training').dataset.step) > 200", timeout=90_000
    )
    folder = run_folder(root)
    time.sleep(after)
    first, began = step_of(folder), time.monotonic()
    frames = page.evaluate(ENTRIES)
    time.sleep(seconds)
    last, ended = step_of(folder), time.monotonic()
    painted = len(page.evaluate(ENTRIES)) - len(frames)
    settings = json.loads((folder / progress.RUN).read_text())["settings"]
    stop(page)
    print(
        f"  watched: {(last - first) / (ended - began):.1f} steps/s, {painted / seconds:.1f}"
        " frames/s"
    )
    return (last - first) / (ended - began), settings


def bare(settings: dict, seconds: float) -> float:
    root = Path(__file__).parents[1]
    words = [sys.executable, "-c", BARE, json.dumps(settings), str(seconds)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    out = subprocess.run(
        words, cwd=root, env=environment, check=True, capture_output=True, text=True
    ).stdout
    print(f"  bare: {float(out):.1f} steps/s")
    return float(out)


def throughput(
    page: Page, address: str, root: Path, query: str, rounds: int, seconds: float, after: float
) -> None:
    print(f"throughput of {query}, after {after:g} s")
    ratios = []
    for _ in range(rounds):
        seen, settings = watched(page, address, root, query, seconds, after)
        ratios.append(seen / bare(settings, seconds))
    print(
        json.dumps(
            {
                "query": query,
                "watched / bare": round(statistics.median(ratios), 3),
                "all": [round(r, 3) for r in ratios],
            }
        )
    )


def accuracy(mu: np.ndarray, labels: np.ndarray) -> float:
    """The share of shown examples whose class ten neighbours predict, each half from the other."""
    half, hits = len(mu) // 2, 0.0
    for a, b in ((slice(0, half), slice(half, None)), (slice(half, None), slice(0, half))):
        hits += KNeighborsClassifier(10).fit(mu[a], labels[a]).score(mu[b], labels[b]) / 2
    return hits


def first_map(page: Page, address: str, root: Path) -> None:
    """Seconds after pressing Start, with the page's own defaults."""
    dataset = data.load("digits")
    before = set((root / "runs" / "live").glob("*")) if (root / "runs" / "live").is_dir() else set()
    start(page, address, "data=digits")
    began, at, seen = time.monotonic(), {}, (0, 0)
    page.evaluate(
        "performance.clearMeasures('vaeviz:live-frame'); window.began = performance.now()"
    )
    while time.monotonic() - began < 15:
        time.sleep(0.02)
        new = set((root / "runs" / "live").glob("*")) - before
        if not new or (stamp := frame_file.stamp(folder := new.pop())) == seen:
            continue
        seen = stamp
        try:
            frame = frame_file.read(folder)
        except UserError:
            continue
        mu, now = frame.learners[0].mu, time.monotonic() - began
        score = accuracy(mu, dataset.held_out_labels[: len(mu)])
        error = float(((dataset.held_out[:10] - frame.learners[0].recon) ** 2).sum(1).mean())
        for name, reached in (
            ("first frame", True),
            ("map 70 %", score > 0.7),
            ("map 80 %", score > 0.8),
        ):
            if reached:
                at.setdefault(name, (round(now, 2), frame.step, round(score, 2), round(error, 2)))
    painted = np.sort(page.evaluate(ENTRIES + ".map((t) => (t - began) / 1000)"))
    gaps = np.diff(painted[painted < 15])
    print(
        json.dumps(
            {
                "seconds, step, accuracy, squared error of 10": at,
                "frames painted": len(painted),
                "frames per second": round(len(gaps) / float(gaps.sum()), 2),
                "longest gap s": round(float(gaps.max()), 2),
                "gaps over 0.25 s": int((gaps > 0.25).sum()),
            }
        )
    )


def reaction(page: Page, address: str, root: Path) -> None:
    """From a key press on the β slider to the move in the run's own log."""
    start(page, address, "data=digits&steps=200000")
    page.wait_for_function(
        "Number(document.querySelector('.vv-training').dataset.step) > 200", timeout=90_000
    )
    folder, slider, times = run_folder(root), page.locator("input[data-name=beta]"), []
    slider.focus()
    for count in range(1, 31):
        began = time.monotonic()
        page.keyboard.press("ArrowRight" if count % 2 else "ArrowLeft")
        while not _moves(folder) >= count and time.monotonic() - began < 3:
            time.sleep(0.002)
        times.append(1000 * (time.monotonic() - began))
        time.sleep(0.4)
    stop(page)
    times.sort()
    print(
        json.dumps({"move in force, ms": {"p50": round(times[15], 1), "p95": round(times[28], 1)}})
    )


def _moves(folder: Path) -> int:
    path = folder / "moves.json"
    return len(json.loads(path.read_text())["moves"]) if path.is_file() else 0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument(
        "--after", type=float, default=25, help="seconds until a run is watched calmly"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        root = Path(scratch)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        with server.running(root / "server.log", root) as address:
            first_map(page, address, root)
            reaction(page, address, root)
            for query in (
                "data=digits",
                "data=mnist-5k&widths=256-256&latent=16&sigma2=0.05&learning_rate=0.001",
            ):
                for after in (0.0, given.after):
                    throughput(page, address, root, query, given.rounds, given.seconds, after)
        browser.close()


if __name__ == "__main__":
    main()
