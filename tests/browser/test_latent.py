"""The page "Latent space" in a real browser on the real server."""

from __future__ import annotations

import re
import time
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.browser.app_board import EXPLORER, projector, spots
from vaeviz import data
from vaeviz.measures.codecs.export import export_network
from vaeviz.measures.codecs.network import decode

pytestmark = pytest.mark.browser

MULTI = ".vv-latent[data-model*='multi-rate']"
REST = 0.2  # seconds: less than the board takes for a rest
PAD = ".vv-pad-map .vv-overlay"


def visit(page: Page, address: str, query: str = "?data=digits&d=8&sigma2=0.3") -> None:
    page.goto(f"{address}/latent{query}")
    page.wait_for_selector(MULTI, timeout=60_000)
    page.wait_for_function("document.querySelector('.vv-dim canvas')", timeout=60_000)


def pixels(page: Page) -> np.ndarray:
    """The decoded picture, (H, W) grey values."""
    values = page.evaluate("""() => { const c = document.querySelector('.vv-big');
        return [c.width, ...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]; }""")
    return np.array(values[1:]).reshape(-1, values[0], 4)[..., 0]


def title(page: Page) -> str:
    return page.locator(".vv-view .vv-title").inner_text()


def over(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place on the map, by its share of width and height."""
    return spots(page, PAD)(x, y)


def rested(page: Page) -> None:
    """Waits until the server has answered every request."""
    page.wait_for_timeout(400)
    page.wait_for_function("Number(document.querySelector('.vv-latent').dataset.seq) >= 0")
    page.wait_for_timeout(200)


def listen(page: Page) -> list[str]:
    """What the browser sends to the server from now on."""
    sent: list[str] = []

    def opened(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(str(len(frame))))

    page.on("websocket", opened)
    return sent


def test_hovering_decodes_in_the_browser_and_sends_one_message(page: Page, address: str) -> None:
    sent = listen(page)
    visit(page, address)
    page.wait_for_timeout(1500)
    seen, moves, before = set(), [], len(sent)
    for k in range(20):
        page.mouse.move(*over(page, 0.3 + 0.02 * k, 0.5))
        moves.append(time.monotonic())
        page.wait_for_timeout(30)
        seen.add(pixels(page).tobytes())
    rests = int((np.diff(moves) > REST).sum())  # a busy machine may have delayed the pointer
    assert len(sent) - before <= rests
    assert len(seen) > 15
    page.wait_for_timeout(1000)
    assert 1 <= len(sent) - before <= rests + 1
    page.mouse.move(5, 5)  # the point itself has not moved
    page.wait_for_timeout(700)
    assert title(page) == "Decoded at z₂ = 0.00, z₁ = 0.00"


def test_the_decoded_picture_is_what_the_model_decodes(page: Page, address: str) -> None:
    visit(page, address, "?data=digits&d=2&sigma2=0.05&point=0.5,-0.25")
    expect(page.locator(".vv-view .vv-title")).to_have_text("Decoded at z₁ = 0.50, z₂ = −0.25")
    codec = _multi_rate()
    network = export_network(codec, 0.05, 2, data.describe("digits"))
    expected = decode(network, np.array([[0.5, -0.25]], np.float32)).reshape(8, 8)
    grey = np.clip(255 * expected, 0, 255)
    assert np.abs(pixels(page) - grey).max() <= 1


def _multi_rate() -> Any:
    from vaeviz import checkpoints
    from vaeviz.measures.codecs.torch_codec import MultiRateCodec
    from vaeviz.models.multi_rate import MultiRateVAE

    loaded = checkpoints.load(checkpoints.SHIPPED / "digits")
    assert isinstance(loaded.model, MultiRateVAE)
    return MultiRateCodec(loaded.model, "gaussian", lambda d: None, "digits")  # type: ignore[arg-type,return-value]


def test_a_collapsed_dimension_changes_pixels_by_little(page: Page, address: str) -> None:
    visit(page, address)
    slider = page.locator(".vv-dim.vv-dead input").last
    assert page.locator(".vv-dim.vv-dead").count() == 4
    before = pixels(page)
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert float(slider.input_value()) == pytest.approx(3.0)
    assert np.abs(pixels(page).astype(int) - before).max() <= 13  # of 255
    live = page.locator(".vv-dim:not(.vv-dead) input").first
    live.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert np.abs(pixels(page).astype(int) - before).max() > 100


def test_a_pressed_point_is_in_the_link_and_the_link_brings_it_back(
    page: Page, address: str
) -> None:
    visit(page, address)
    page.mouse.click(*over(page, 0.7, 0.3))
    page.wait_for_timeout(100)
    there, picture = title(page), pixels(page)
    page.mouse.move(5, 5)
    rested(page)
    page.get_by_role("button", name="Copy link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"point=-?\d", link)
    page.goto(link)
    page.wait_for_selector(MULTI, timeout=60_000)
    expect(page.locator(".vv-view .vv-title")).to_have_text(there)
    assert np.abs(pixels(page).astype(int) - picture).max() <= 2  # four digits of the code


def test_another_latent_size_is_another_model_while_the_pointer_moves(
    page: Page, address: str
) -> None:
    visit(page, address)
    slider = page.locator("input[data-name=d]")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".vv-dim")).to_have_count(7, timeout=10_000)
    page.locator("input[data-name=beta]").focus()
    before = page.locator(".vv-latent").get_attribute("data-model")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".vv-latent")).not_to_have_attribute(
        "data-model", before or "", timeout=10_000
    )
    page.mouse.move(*over(page, 0.6, 0.6))
    page.wait_for_timeout(100)
    assert not title(page).endswith("0.00, z₁ = 0.00")


def test_a_finger_drags_the_point(browser: Browser, address: str) -> None:
    with projector(browser, has_touch=True) as page:
        visit(page, address)
        page.touchscreen.tap(*over(page, 0.7, 0.3))
        page.wait_for_timeout(200)
        assert "0.00, z₁ = 0.00" not in title(page)


def test_the_pair_shows_its_holes(page: Page, address: str) -> None:
    visit(page, address, "?data=digits&d=2&tool=holes")
    words = page.locator(".vv-tool-holes > .vv-words")
    expect(words).to_contain_text("autoencoder", timeout=60_000)
    titles = page.locator(".vv-coast .vv-title")
    expect(titles.first).to_contain_text("% of prior samples near data")
    assert titles.count() == 2


def test_an_autoencoder_has_codes_and_no_posterior(page: Page, address: str) -> None:
    page.goto(f"{address}/latent?model=digits-ae-2d")
    page.wait_for_selector(".vv-latent[data-model*='digits-ae-2d']", timeout=60_000)
    expect(page.locator(".vv-pad-map .vv-title")).to_have_text("Codes of 1,797 examples")
    expect(page.locator(".vv-note")).to_contain_text("plain autoencoder")
    assert "R (nats)" not in page.locator(".vv-readouts").inner_text()


def test_the_view_is_there_again_after_another_page(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("tab", name="Manifold").click()
    rested(page)
    EXPLORER.follow(page)
    page.get_by_role("link", name="Latent space").click()
    page.wait_for_selector(MULTI, timeout=60_000)
    expect(page.get_by_role("tab", name="Manifold")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".vv-dim")).to_have_count(8)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_projector_shows_it_without_scrolling(
    browser: Browser, address: str, scheme: Any
) -> None:
    with projector(browser, color_scheme=scheme) as page:
        visit(page, address, "?data=digits&d=16")
        assert page.evaluate("document.documentElement.scrollHeight") <= 720
        side = page.locator(".vv-latent .vv-dims").first.bounding_box()
        assert side
        assert side["y"] + side["height"] <= 720


@pytest.mark.parametrize(
    ("label", "start"), [("CSV", b"# model:"), ("GIF", b"GIF89a"), ("Notebook", b"{\n")]
)
def test_the_server_makes_files_to_keep(page: Page, address: str, label: str, start: bytes) -> None:
    visit(page, address)
    with page.expect_download() as kept:
        page.locator(".vv-files").get_by_role("button", name=label).click()
    kept_bytes = kept.value.path().read_bytes()
    assert kept_bytes.startswith(start)
    assert len(kept_bytes) > 1000
