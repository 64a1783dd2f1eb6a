"""A loss pasted on the page Collapse sets the controls and the figures."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import collapse_page
from tests.browser.app_board import COLLAPSE, PATIENCE
from tests.browser.bare_page import sent
from vaeviz.chapters.collapse.written import EffectiveView
from vaeviz.chapters.controls import controls
from vaeviz.figures.theme import LIGHT

pytestmark = pytest.mark.browser
CODE = """kld = torch.mean(-0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp(), dim=1), dim=0)
loss = F.mse_loss(recons, input) + 0.00025 * kld"""


def test_a_pasted_loss_is_read(page: Page, address: str) -> None:
    page.goto(f"{address}/collapse?data=digits&tool=effective&over_latents=mean")
    page.wait_for_selector(COLLAPSE.ready, timeout=PATIENCE)
    title = page.locator(".vv-reading h3")
    expect(title).to_have_text("As written: β = 2 at σ² = 1 on digits")
    page.evaluate("(text) => navigator.clipboard.writeText(text)", CODE)
    page.get_by_role("textbox", name="code").focus()
    page.keyboard.press("Control+v")
    expect(title).to_have_text("As written: β = 0.008 at σ² = 1 on digits")
    expect(page.locator(".vv-note")).to_contain_text(
        "Read as: squared error: mean over pixels and batch"
    )
    expect(page.get_by_role("combobox", name="z", exact=True)).to_have_value("sum")
    expect(page.get_by_role("spinbutton", name="KL weight, as a number")).to_have_value("0.00025")
    page.wait_for_function("location.search.includes('weight=0.00025')")
    assert "code" not in page.url
    assert page.evaluate("document.querySelector('.stMain').scrollHeight <= innerHeight")
    side = page.locator(".vv-side")
    assert side.evaluate("node => node.scrollHeight <= node.clientHeight")
    note, last = (
        page.locator(".vv-note").bounding_box(),
        page.locator(".vv-field-batch").bounding_box(),
    )
    assert note
    assert last
    assert last["y"] + last["height"] <= note["y"]


def test_a_text_that_is_too_long_is_not_sent(page: Page) -> None:
    specs = controls(EffectiveView(), ("code",), {}, LIGHT, ())
    collapse_page.visit(page)
    collapse_page.receive(page, controls=specs, settings={**collapse_page.SETTINGS, "code": ""})
    box = page.get_by_role("textbox", name="code")
    box.fill("x" * 2001)
    expect(page.locator(".vv-field-code .vv-said")).to_have_text(
        "Longer than 2000 characters: not read."
    )
    assert sent(page) == []
    box.fill("loss = 1")
    assert sent(page)[-1]["settings"]["code"] == "loss = 1"
    expect(page.locator(".vv-field-code .vv-said")).to_have_text("")
