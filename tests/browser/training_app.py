"""The page "Training" on a separate server: one worker, a new folder of runs."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page

from tests.browser import server
from tests.browser.app_board import PATIENCE, TRAINING, projector
from vaeviz.config import UserError
from vaeviz.runs.queue import launch as runs

SMALL = "data=three-gaussians&widths=64&latent=2&sigma2=0.05&learning_rate=0.001&steps=200000"
DIGITS = "data=digits&widths=64&latent=4&sigma2=0.05&learning_rate=0.003&steps=200000"
BOARD = TRAINING.root


@dataclass(frozen=True)
class App:
    """A server's address and the folder of its runs."""

    address: str
    runs: Path

    def open(self, page: Page, query: str = "") -> None:
        page.goto(f"{self.address}/training?{query}")
        self.settled(page)

    def settled(self, page: Page) -> None:
        page.wait_for_selector(TRAINING.ready, timeout=PATIENCE)

    def start(self, page: Page, query: str = SMALL) -> None:
        """A new run that has made some steps, and is drawn."""
        self.open(page, query)
        act(page, "start")
        until(page, "running", step=20)
        page.wait_for_selector(".vv-panel canvas", timeout=PATIENCE)

    def folder(self, page: Page) -> Path:
        """The folder of the run that the page steers."""
        (key,) = parse_qs(urlsplit(page.url).query)["run"]
        return self.runs / hashlib.sha256(key.encode()).hexdigest()[:32]

    @contextlib.contextmanager
    def another(self, browser: Browser, address: str) -> Iterator[Page]:
        """The page at `address` as somebody else opens it."""
        with projector(browser) as page:
            page.goto(address)
            self.settled(page)
            yield page

    def stop_all(self) -> None:
        """No run is left going, so that the next test's has a worker."""
        for folder in self.runs.glob("*"):
            (folder / runs.CANCEL).touch()
        for folder in self.runs.glob("*"):
            _wait_for_end(folder)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[App]:
    """A server that believes in two processors, so that one run trains at a time."""
    (folder / "sitecustomize.py").write_text("import os\n\nos.cpu_count = lambda: 2\n")
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH", ""))))
    with server.running(folder / "server.log", folder, PYTHONPATH=path) as address:
        yield App(address, folder / "runs" / "live")


def _wait_for_end(folder: Path, patience: float = 60) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with contextlib.suppress(UserError):
            if not runs.said(folder).going and not runs.locked(folder):
                return
        time.sleep(0.05)
    raise AssertionError(f"{folder.name} is still going: {runs.said(folder)}")


def act(page: Page, name: str) -> None:
    """A click on one of the transport's buttons."""
    page.locator(f".vv-transport [data-act={name}]").click()


def data(page: Page, name: str) -> str:
    return page.locator(BOARD).get_attribute(f"data-{name}") or ""


def step(page: Page) -> int:
    return int(data(page, "step"))


def until(page: Page, *states: str, step: int = 0) -> None:
    """Until the run is in one of the states, at `step` or beyond."""
    page.wait_for_function(
        """([states, step]) => {
          const { state, step: at } = document.querySelector(".vv-training").dataset;
          return states.includes(state) && Number(at) >= step;
        }""",
        arg=[list(states), step],
        timeout=PATIENCE,
    )


def answers(page: Page, count: int) -> None:
    """Until the board has been answered so many times more."""
    TRAINING.settle(page, TRAINING.seq(page) + count - 1)


def readout(page: Page, label: str) -> str:
    rows = page.locator(".vv-readouts tr", has=page.locator(f"th:text-is('{label}')"))
    return rows.locator("td").first.inner_text()


def shown_step(page: Page) -> int:
    """The step of the frame that is drawn."""
    found = re.match(r"[\d,]+", readout(page, "step"))
    assert found
    return int(found[0].replace(",", ""))
