"""Boards that follow a running model, in a bare page: one polls, one shows verdicts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import collapse_page, live_page
from tests.browser.bare_page import sent, stop_the_clock

pytestmark = pytest.mark.browser
MODEL = {"name": "model", "kind": "choice", "label": "Model", "help": ""}
VERDICT = {
    "name": "Diagnose 1",
    "link": "collapse?model=run-1-A",
    "text": "collapsed",
    "level": "alarm",
    "help": "Collapsed: it is stuck.",
    "step": "1,200",
}


@pytest.fixture
def collapse(page: Page) -> Page:
    stop_the_clock(page)
    collapse_page.visit(page)
    return page


@pytest.fixture
def training(page: Page) -> Page:
    live_page.visit(page)
    return page


def test_it_asks_again_after_the_wait_and_once_for_each_answer(collapse: Page) -> None:
    collapse_page.receive(collapse, again=1000)
    collapse.clock.run_for(900)
    assert sent(collapse) == []
    collapse.clock.run_for(200)
    assert len(sent(collapse)) == 1
    collapse.clock.run_for(3000)
    assert len(sent(collapse)) == 1
    collapse_page.receive(collapse, again=1000, seq=1)
    collapse_page.receive(collapse, again=1000, seq=1)
    collapse.clock.run_for(1100)
    assert len(sent(collapse)) == 2


@pytest.mark.parametrize("header", [{}, {"again": None}])
def test_without_a_run_it_sends_no_requests(collapse: Page, header: dict[str, Any]) -> None:
    collapse_page.receive(collapse, again=1000)
    collapse_page.receive(collapse, **header)
    collapse.clock.run_for(20_000)
    assert sent(collapse) == []


def options(page: Page) -> list[str]:
    return page.locator("select[data-name=model] option").all_inner_texts()


def with_models(*rows: list[str]) -> dict[str, Any]:
    settings = {**collapse_page.SETTINGS, "model": "run-1"}
    return {"controls": [{**MODEL, "options": list(rows)}], "settings": settings}


def test_a_title_changes_in_a_list_that_stays(page: Page) -> None:
    collapse_page.visit(page)
    rows = [
        ["multi-rate", "multi-rate", ""],
        ["run-1", "running, step 1", ""],
        ["run-2", "an AE", "no rate"],
    ]
    collapse_page.receive(page, **with_models(*rows))
    assert options(page) == ["multi-rate", "running, step 1", "an AE"]
    page.evaluate("window.before = [...document.querySelectorAll('option')]")
    rows[1] = ["run-1", "running, step 2", ""]
    rows[2] = ["run-2", "an AE", ""]
    collapse_page.receive(page, **with_models(*rows))
    assert options(page) == ["multi-rate", "running, step 2", "an AE"]
    assert page.evaluate("before.every((node) => node.isConnected)")
    assert page.locator("select[data-name=model]").input_value() == "run-1"
    assert not page.evaluate("before[2].disabled || before[2].title")
    collapse_page.receive(page, **with_models(rows[1], ["run-3", "another", ""]))
    assert options(page) == ["running, step 2", "another"]
    assert page.locator("select[data-name=model]").input_value() == "run-1"


def test_each_model_has_a_row_with_its_verdict_its_step_its_reason_and_its_link(
    training: Page,
) -> None:
    none = {
        **VERDICT,
        "name": "Diagnose 2",
        "link": "",
        "text": "—",
        "level": "",
        "step": "",
        "help": "AE",
    }
    live_page.receive(training, verdicts=[VERDICT, none])
    rows = training.locator(".vv-verdicts tr")
    expect(rows).to_have_count(2)
    first, second = rows.nth(0), rows.nth(1)
    expect(first.locator("td")).to_have_text(["collapsed", "@ 1,200"])
    expect(first.locator("td").first).to_have_class("vv-verdict vv-alarm")
    expect(first).to_have_attribute("title", "Collapsed: it is stuck.")
    link = first.get_by_role("link", name="Diagnose 1: Collapsed: it is stuck.")
    expect(link).to_have_attribute("href", "http://vaeviz.test/collapse?model=run-1-A")
    expect(link).to_have_attribute("target", "_blank")
    expect(second.get_by_role("link")).to_have_count(0)
    expect(second.locator("td")).to_have_text(["—", ""])
    node = first.element_handle()
    live_page.receive(
        training, verdicts=[{**VERDICT, "text": "healthy", "level": "", "step": "1,300"}], seq=1
    )
    expect(rows).to_have_count(1)
    expect(rows.locator("td")).to_have_text(["healthy", "@ 1,300"])
    expect(rows.locator("td").first).to_have_class("vv-verdict")
    assert node.evaluate("node => node.isConnected")
    live_page.receive(training, seq=2)
    expect(rows).to_have_count(0)
