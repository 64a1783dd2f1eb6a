"""One server and one browser for all; without a browser the tests are skipped, under CI they
fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium, collapse_page, server, training_app
from tests.browser.training_app import App
from tests.browser.window import Window


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no browser: install Chromium, or set VAEVIZ_BROWSER")
    if path is None:
        pytest.skip("no browser: run `python tests/browser/chromium.py`")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("app")
    with server.running(folder / "server.log", folder) as url:
        yield url


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Window]:
    made = Window(browser)
    yield made
    made.close()


@pytest.fixture
def page(window: Window) -> Iterator[Page]:
    """A projector's window; an exception in the page's own scripts fails the test."""
    with window.lent() as page:
        yield page


@pytest.fixture(scope="session")
def training_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with training_app.serving(tmp_path_factory.mktemp("training")) as app:
        yield app


@pytest.fixture
def app(training_server: App) -> Iterator[App]:
    """The server of runs without one that is still going, before and after."""
    yield training_server
    training_server.stop_all()


@pytest.fixture
def board(page: Page) -> Page:
    """The map of Collapse in a bare page: nine levels of τ from 0.001 to 10, d from 1 to 3; at τ
    0.05, d 3.

    Files on other boards have a `board` of their own.
    """
    collapse_page.visit(page)
    collapse_page.receive(page)
    return page
