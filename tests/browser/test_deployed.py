"""Where the app is deployed: behind a proxy that strips its path, below a base path, embedded; and
what a page says whose modules do not come.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import proxy, server
from tests.browser.training_app import App
from vaeviz.chapters.catalogue import NAMES

pytestmark = pytest.mark.browser
PREFIX = "/user/anna/proxy/8501"


@pytest.fixture(scope="module")
def proxied(address: str) -> Iterator[str]:
    with proxy.stripping(address, PREFIX) as url:
        yield url


def ready(page: Page, name: str) -> None:
    expect(page.locator(f".vv-{name}[data-ready]")).to_be_visible(timeout=60_000)


def ours(page: Page) -> list[str]:
    """The paths of our modules that the page has loaded."""
    script = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    return [urlsplit(url).path for url in page.evaluate(script) if "/vaeviz-" in url]


@pytest.mark.parametrize("name", NAMES)
def test_behind_a_proxy_that_strips_the_path(page: Page, proxied: str, name: str) -> None:
    missing: list[str] = []
    page.on("response", lambda r: missing.append(r.url) if r.status == 404 else None)
    page.goto(f"{proxied}/{'' if name == NAMES[0] else name}")
    ready(page, name)
    assert all(path.startswith(f"{PREFIX}/app/static/vaeviz-") for path in ours(page))
    # Streamlit looks for its server at the page's own path first, then above it
    assert not [url for url in missing if "/_stcore/" not in url]


def test_below_a_base_path(page: Page, tmp_path: Path) -> None:
    base = {"STREAMLIT_SERVER_BASE_URL_PATH": "lectures/vae"}
    with server.running(tmp_path / "log", tmp_path, **base) as url:
        page.goto(f"{url}/lectures/vae/training")
        ready(page, "training")
        assert all(path.startswith("/lectures/vae/app/static/vaeviz-") for path in ours(page))


@pytest.mark.parametrize("name", NAMES)
def test_an_embedded_page_keeps_what_others_wrote_into_its_address(
    page: Page, address: str, name: str
) -> None:
    page.goto(f"{address}/{'' if name == NAMES[0] else name}?embed=true&term=ml-3&data=moons")
    ready(page, name)
    page.wait_for_timeout(1000)  # the address follows once nothing moves
    query = parse_qs(urlsplit(page.url).query)
    assert (query["embed"], query["term"]) == (["true"], ["ml-3"])


def test_a_run_s_address_keeps_what_others_wrote_into_it(page: Page, app: App) -> None:
    page.goto(f"{app.address}/training?embed=true&term=ml-3&data=moons")
    ready(page, "training")
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("location.search.includes('run=')", timeout=60_000)
    page.wait_for_timeout(1000)
    query = parse_qs(urlsplit(page.url).query)
    assert (query["embed"], query["term"], "data" in query) == (["true"], ["ml-3"], False)


def test_the_first_page_opens_by_its_name_with_the_rest_of_the_link(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/explorer?data=moons&d=2")
    ready(page, "explorer")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "data=moons" in page.url


def test_a_module_that_cannot_be_loaded_leaves_one_line(page: Page, address: str) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=404, body="")

    page.route("**/engine/training.js", refuse)
    page.goto(f"{address}/training")
    line = page.locator(".vv-training [role=alert]")
    expect(line).to_be_visible(timeout=60_000)
    expect(line).to_contain_text("training.js")
    expect(line).to_contain_text("reload the page")
