"""A panel that is a table: text only, written in place, and read out as a table."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import bare_page, explorer_page, live_page
from vaeviz.records import Table

pytestmark = pytest.mark.browser
HEADER = {
    "seq": 0,
    "theme": "light",
    "paper": "#FFFFFF",
    "controls": [],
    "pending": False,
    "settings": {"beta": 1.0},
    "limits": {},
    "readouts": [],
    "notes": [],
    "scenes": [],
    "link": "",
}


def receive(
    page: Page, *rows: tuple[str, ...], columns: tuple[str, ...] = ("dimension", "τ")
) -> None:
    table = Table(columns, rows, "When they die", "closed form", "One dies first.")
    bare_page.receive(page, bare_page.encoded({"kl": table}, **HEADER))


def test_it_is_a_table_with_names_for_its_rows_and_columns(page: Page) -> None:
    explorer_page.visit(page)
    receive(page, ("1", "0.5"), ("2", "0.3"))
    expect(page.get_by_role("columnheader")).to_have_text(["dimension", "τ"])
    expect(page.get_by_role("rowheader")).to_have_text(["1", "2"])
    expect(page.get_by_role("cell")).to_have_text(["0.5", "0.3"])
    expect(page.get_by_role("region", name="One dies first.")).to_be_visible()
    expect(page.locator(".vv-kl canvas")).to_be_hidden()
    assert page.locator(".vv-kl h3").inner_text() == "When they die"


def test_markup_in_a_cell_is_text(page: Page) -> None:
    explorer_page.visit(page)
    receive(page, ("<img src=x onerror=alert(1)>", "<b>1</b>"))
    assert page.locator(".vv-grid img, .vv-grid b").count() == 0
    expect(page.get_by_role("cell")).to_have_text("<b>1</b>")


def test_cells_change_in_place_and_rows_come_and_go(page: Page) -> None:
    explorer_page.visit(page)
    receive(page, ("1", "0.5"), ("2", "0.3"))
    page.evaluate("window.first = document.querySelector('.vv-grid td')")
    receive(page, ("1", "0.4"), columns=("dimension", "seen"))
    assert page.evaluate("first.isConnected && first.textContent") == "0.4"
    expect(page.get_by_role("row")).to_have_count(2)
    receive(page, ("1", "0.4", "x"), ("2", "0.2", "y"), columns=("dimension", "seen", "why"))
    expect(page.get_by_role("cell")).to_have_text(["0.4", "x", "0.2", "y"])


def test_a_row_has_the_level_of_its_words_and_loses_it(page: Page) -> None:
    explorer_page.visit(page)
    for levels, classes in ((("good", "alarm"), ["vv-good", "vv-alarm"]), ((), ["", ""])):
        rows = (("1", "passes"), ("2", "fails"))
        table = Table(("check", ""), rows, "Checks", "a test", "One fails.", levels=levels)
        bare_page.receive(page, bare_page.encoded({"kl": table}, **HEADER))
        shown = page.evaluate("[...document.querySelectorAll('tbody tr')].map((r) => r.className)")
        assert shown == classes


def test_a_picture_may_take_its_place(page: Page) -> None:
    explorer_page.visit(page)
    receive(page, ("1", "0.5"))
    bare_page.receive(page, bare_page.encoded({"kl": live_page.strip()}, **HEADER))
    expect(page.locator(".vv-kl canvas")).to_be_visible()
    expect(page.locator(".vv-grid")).to_be_hidden()


def test_a_rows_name_leads_to_our_own_pages_only(page: Page) -> None:
    explorer_page.visit(page)
    rows, links = (
        (("1", "a"), ("2", "b"), ("3", "c")),
        (
            "training?seed=1",
            "",
            "https://elsewhere.example/",
        ),
    )
    table = Table(("name", "value"), rows, "Linked", "closed form", "Two lead away.", links)
    bare_page.receive(page, bare_page.encoded({"kl": table}, **HEADER))
    first = page.get_by_role("link", name="1", exact=True)
    assert first.get_attribute("href") == page.evaluate(
        "new URL('training?seed=1', location.href).href"
    )
    assert (first.get_attribute("target"), first.get_attribute("rel")) == ("_blank", "noopener")
    assert page.locator(".vv-grid a[href]").count() == 1
    expect(page.get_by_role("rowheader")).to_have_text(["1", "2", "3"])
    receive(page, ("1", "a"))
    assert page.locator(".vv-grid a").count() == 0
    expect(page.get_by_role("rowheader")).to_have_text(["1"])
