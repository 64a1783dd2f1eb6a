"""Makes the pictures of README and docs: `make pictures`, or `python docs/pictures.py`.

A pointer drags β in a browser, as a user would. A frame is taken once the board shows the answer to
the pointer's last move, so the animation looks the same from a fast machine and a slow one.
"""

from __future__ import annotations

import io
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import app_board, chromium, server
from tests.browser.app_board import EXPLORER, PATIENCE, TRAINING

DOCS = Path(__file__).parent
FRAMES = 100
MS = 100  # per frame: ten seconds in all
WIDTH = 960
UP, DOWN = 0.39, 0.33  # of the slider's width
QUALITY = 55
WIDE: ViewportSize = {"width": 1600, "height": 900}  # for a reading, or for twins
LIMITS = {".webp": 3_000_000, ".png": 250_000}  # bytes
TWINS = "data=digits&widths=64-64&latent=8&beta=1&sigma2=0.2&twin=free_bits&other=0.5&i=6&j=5"

# A headless browser draws no pointer.
POINTER = """() => {
  const dot = document.createElement("div");
  dot.style.cssText = "position:fixed;z-index:1e9;width:22px;height:22px;margin:-11px;" +
    "border:3px solid #d55e00;border-radius:50%;background:#d55e0055;pointer-events:none";
  document.body.append(dot);
  addEventListener("pointermove", (event) => {
    dot.style.left = event.clientX + "px";
    dot.style.top = event.clientY + "px";
  }, true);
}"""


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        server.running(folder=Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page, _ = app_board.opened(browser, color_scheme="light")
        explorer(page, address)
        training(page, address)
        browser.close()


def explorer(page: Page, address: str) -> None:
    EXPLORER.visit(page, address, "?data=mnist-5k&beta=1&sigma2=0.05&d=8")
    still(page)
    save(page, "explorer")
    page.set_viewport_size(WIDE)
    page.click(".vv-explain")
    page.wait_for_selector(".vv-reading .katex", timeout=PATIENCE)
    still(page)
    save(page, "explain")
    page.click(".vv-close")
    page.set_viewport_size(app_board.SIZE)
    still(page)
    page.evaluate(POINTER)
    animate(list(drag(page)))


def training(page: Page, address: str) -> None:
    """Twins at their end, trained here and now, with the verdicts on their last step."""
    page.set_viewport_size(WIDE)
    page.goto(f"{address}/{TRAINING.path}?{TWINS}")
    page.wait_for_selector(TRAINING.ready, timeout=PATIENCE)
    page.click(".vv-transport [data-act=start]")
    page.wait_for_selector(f"{TRAINING.root}[data-state=done]", timeout=4 * PATIENCE)
    page.locator(".vv-verdicts tr", has_text="@ 2,000").nth(1).wait_for(timeout=PATIENCE)
    still(page)
    save(page, "training")


def drag(page: Page) -> Iterator[Image.Image]:
    """From β = 1 up until all has collapsed, down to sharp pictures, and back, by a pointer."""
    at = app_board.slider(page, "beta")
    page.mouse.move(*at(place(0)))
    page.mouse.down()
    for frame in range(FRAMES):
        before, value = EXPLORER.seq(page), app_board.value(page, "beta")
        page.mouse.move(*at(place(frame / FRAMES)), steps=2)
        if app_board.value(page, "beta") != value:
            EXPLORER.settle(page, before)
        page.wait_for_timeout(60)  # the canvas and the images of this answer
        yield image(page)
    page.mouse.up()


def place(t: float) -> float:
    """The slider's place at time t in [0, 1): that of β = 1 at both ends."""
    wave = math.sin(2 * math.pi * t)
    return 0.6 + (UP if wave > 0 else DOWN) * wave


def still(page: Page) -> None:
    """Until two pictures are alike."""
    last = b""
    while (now := page.screenshot()) != last:
        last = now
        page.wait_for_timeout(1000)


def image(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def save(page: Page, name: str) -> None:
    """A palette that keeps the colours of small marks."""
    path = DOCS / f"{name}.png"
    image(page).quantize(255, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
    check(path)


def animate(frames: list[Image.Image]) -> None:
    path = DOCS / "drag.webp"
    width, height = frames[0].size
    size = WIDTH, round(height * WIDTH / width)
    first, *rest = [frame.resize(size, Image.Resampling.LANCZOS) for frame in frames]
    first.save(path, save_all=True, append_images=rest, duration=MS, loop=0, quality=QUALITY)
    check(path)


def check(path: Path) -> None:
    size, limit = path.stat().st_size, LIMITS[path.suffix]
    if size > limit:
        raise SystemExit(f"{path.name} has {size:,} bytes: more than {limit:,}")


if __name__ == "__main__":
    main()
