"""The app's boards in a browser: a projector's window, a visit, waits and checks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

PATIENCE = 90_000  # ms, on a busy machine
LINK = "stTopNavLink"
TEXT = "[class*='st-key-vv-reading-']"
SIZE: ViewportSize = {"width": 1280, "height": 720}  # a projector's

_NO_TOUR = """try { localStorage["vaeviz-tour"] ??= "seen" } catch {}"""  # none on the panels


def opened(browser: Browser, **options: Any) -> tuple[Page, list[str]]:
    """A page in a window of its own, and the exceptions in the page's own scripts from now on."""
    context = browser.new_context(viewport=SIZE, **options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(_NO_TOUR)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, errors


@contextlib.contextmanager
def projector(browser: Browser, **options: Any) -> Iterator[Page]:
    """A window for this test alone; an exception in the page's own scripts fails the test."""
    page, errors = opened(browser, **options)
    try:
        yield page
    finally:
        page.context.close()
    assert errors == []


@dataclass(frozen=True)
class AppBoard:
    """A board of the app: the path of its page, what the page's link is called, and the board's
    root.
    """

    path: str
    link: str
    root: str

    @property
    def ready(self) -> str:
        return f"{self.root}[data-ready=true]"

    def visit(self, page: Page, address: str, query: str = "") -> None:
        """Opens the page; its board, Plotly's axes and the text that it asks for are there."""
        page.goto(f"{address}/{self.path}{query}")
        page.wait_for_selector(self.ready, timeout=PATIENCE)
        page.wait_for_function("window.Plotly && document.querySelector('.vv-kl .main-svg')")
        page.wait_for_selector(TEXT, state="attached", timeout=PATIENCE)

    def follow(self, page: Page) -> None:
        """From another page of the app, by its link."""
        page.get_by_test_id(LINK).filter(has_text=self.link).click()
        page.wait_for_selector(self.ready, timeout=PATIENCE)

    def seq(self, page: Page) -> int:
        """The number of the newest message that is painted."""
        return int(page.locator(self.root).get_attribute("data-seq") or 0)

    def settle(self, page: Page, after: int) -> None:
        """Until a frame newer than `after` is painted."""
        page.wait_for_function(
            f"Number(document.querySelector('{self.root}').dataset.seq) > {after}", timeout=PATIENCE
        )


EXPLORER = AppBoard("", "Explorer", ".vv-explorer")
TRAINING = AppBoard("training", "Training", ".vv-training")
LATENT = AppBoard("latent", "Latent space", ".vv-latent")
COLLAPSE = AppBoard("collapse", "Collapse", ".vv-collapse")
OBJECTIVE = AppBoard("objective", "Objective", ".vv-objective")
GRADIENTS = AppBoard("gradients", "Gradients", ".vv-gradients")
BOUND = AppBoard("bound", "The bound", ".vv-bound")
QUIZ = AppBoard("learn", "Quiz", ".vv-learn")  # it has no figure


def picture(page: Page, panel: str) -> str:
    """What the panel's canvas shows."""
    return page.evaluate(f"document.querySelector('.vv-{panel} canvas').toDataURL()")


def value(page: Page, name: str) -> str:
    """What stands beside the slider."""
    return page.locator(f".vv-field-{name} output").inner_text()


def spots(page: Page, selector: str) -> Callable[..., tuple[float, float]]:
    """Where a place of the element is on the screen, by its shares of width and, if not half, of
    height.
    """
    box = page.locator(selector).bounding_box()
    assert box
    return lambda x, y=0.5: (box["x"] + x * box["width"], box["y"] + y * box["height"])


def slider(page: Page, name: str) -> Callable[..., tuple[float, float]]:
    return spots(page, f"input[type=range][data-name={name}]")
