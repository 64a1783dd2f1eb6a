"""The verdict on a model that trains, beside its read-outs, and the link to its diagnosis."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.training_app import App, act, data, until

pytestmark = pytest.mark.browser
PATIENCE = 90_000  # ms for a worker, torch and a diagnosis to come on a busy machine
DIGITS = "data=digits&widths=64&latent=4&sigma2=0.05&learning_rate=0.003&steps=200000&speed=50"
KNOWN = re.compile("healthy|partly collapsed|collapsed|prior fits well|not trained yet")
READY = ".vv-collapse[data-ready=true]"


def step_of(page: Page) -> int:
    """The step whose diagnosis the page Collapse shows."""
    found = re.search(r"step ([\d,]+)", page.locator(".vv-verdict .vv-source").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def test_a_running_models_verdict_appears_and_leads_to_the_diagnosis_of_that_very_run(
    page: Page, app: App
) -> None:
    app.start(page, DIGITS)
    rows = page.locator(".vv-verdicts tr")
    expect(rows).to_have_count(1)
    expect(rows.locator(".vv-verdict")).to_have_text(KNOWN, timeout=PATIENCE)
    expect(rows.locator(".vv-measured")).to_have_text(re.compile(r"^@ [\d,]+$"))
    assert len(rows.get_attribute("title") or "") > 40
    box = rows.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 720
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Diagnose").click()
    other = opened.value
    other.wait_for_selector(f"{READY} .vv-posteriors canvas", timeout=PATIENCE)
    expect(other.locator(".vv-collapse")).to_have_attribute("data-tool", "diagnosis")
    chosen = other.locator("select[data-name=model]")
    expect(chosen).to_have_value(f"run-{app.folder(page).name}")
    assert "run=" not in other.url
    first = step_of(other)
    assert first > 0
    nodes = other.evaluate(
        "(window.before = [...document.querySelectorAll('.vv-panel canvas, .vv-grid td,"
        " option')]).length"
    )
    other.wait_for_function(
        "Number(document.querySelector('.vv-verdict .vv-source').textContent"
        f".match(/step ([0-9,]+)/)[1].replace(',', '')) > {first}",
        timeout=PATIENCE,
    )  # the board goes on by itself, and nothing is built anew
    assert other.evaluate("before.filter((node) => node.isConnected).length") == nodes
    expect(other.locator(".vv-note")).to_contain_text("Running model digits-vae-")


def test_twins_have_a_verdict_each_and_at_rest_the_diagnosis_stands_still(
    page: Page, app: App
) -> None:
    app.start(page, f"{DIGITS}&twin=model&other=ae")
    rows = page.locator(".vv-verdicts tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(1).locator(".vv-verdict")).to_have_text("—")
    expect(rows.nth(1).locator("a")).not_to_have_attribute("href", re.compile("."))
    expect(rows.nth(0).locator(".vv-verdict")).to_have_text(KNOWN, timeout=PATIENCE)
    act(page, "stop")
    until(page, "stopped")
    at = data(page, "step")
    expect(rows.nth(0).locator(".vv-measured")).to_have_text(f"@ {int(at):,}", timeout=PATIENCE)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Diagnose 1").click()
    other = opened.value
    other.wait_for_selector(f"{READY} .vv-posteriors canvas", timeout=PATIENCE)
    assert step_of(other) == int(at)
    verdict = other.locator(".vv-readouts tr", has_text="verdict").locator("td")
    expect(verdict).to_have_text(rows.nth(0).locator(".vv-verdict").inner_text())
