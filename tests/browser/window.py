"""The window that the tests share: a browser is much faster with a page it has opened before."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from tests.browser.app_board import SIZE, opened
from tests.browser.bare_page import clock_is_stopped


class Window:
    """One page, lent to a test at a time, empty by then; a fresh one after a test that stopped its
    clock.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._page, self._errors = opened(browser)

    @contextlib.contextmanager
    def lent(self) -> Iterator[Page]:
        """An exception in the page's own scripts fails the test."""
        if self._page.is_closed():
            self._page, self._errors = opened(self._browser)
        self._errors.clear()
        yield self._page
        self._clear(self._page)
        assert self._errors == []

    def close(self) -> None:
        self._page.context.close()

    def _clear(self, page: Page) -> None:
        """As a page is that was never used, but for what the browser keeps in its caches."""
        if page.is_closed() or clock_is_stopped(page):
            return page.context.close()
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.mouse.up()
        page.unroute_all()
        page.goto("about:blank")
        page.mouse.move(0, 0)
        page.set_viewport_size(SIZE)
        page.emulate_media(color_scheme="null", reduced_motion="null")
        return page.context.clear_cookies()
