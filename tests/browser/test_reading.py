"""A page explains itself: the reading, the "?" of a panel, the glossary and the tour."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app_board import COLLAPSE, EXPLORER, LATENT, PATIENCE, TRAINING, opened

pytestmark = pytest.mark.browser
POP = ".vv-pop:popover-open"


def visit(page: Page, address: str) -> None:
    EXPLORER.visit(page, address, "?data=digits&beta=1&sigma2=0.05&d=8")
    page.wait_for_selector(".vv-kl .vv-why:visible", timeout=PATIENCE)


def test_a_panels_question_mark_opens_its_text_and_its_formula(page: Page, address: str) -> None:
    visit(page, address)
    page.click(".vv-kl .vv-why")
    expect(page.locator(f"{POP} .katex").first).to_be_visible()
    rate = page.locator(".vv-readouts tr").first.locator("td")
    expect(page.locator(f"{POP} output.vv-value")).to_have_text(rate.inner_text())
    page.locator(f"{POP} .vv-term", has_text="nats").click()  # a word in it has its own
    expect(page.locator(f"{POP}")).to_contain_text("1.44 bits")
    page.keyboard.press("Escape")
    expect(page.locator(POP)).to_have_count(0)
    page.focus(".vv-rd .vv-why")
    page.keyboard.press("Enter")
    expect(page.locator(POP)).to_have_count(1)


def test_the_reading_follows_the_sliders_and_moves_them(page: Page, address: str) -> None:
    visit(page, address)
    page.click(".vv-explain")
    beta = page.locator(".vv-reading output[data-of=beta]").first
    expect(beta).to_have_text("1")
    beta_slider = page.locator("input[type=range][data-name=beta]")
    beta_slider.press("ArrowRight")
    expect(beta).not_to_have_text("1")
    page.locator(".vv-reading .vv-try").first.click()
    expect(beta).to_have_text("100")
    expect(beta_slider).to_have_attribute("aria-valuetext", "beta 100")
    answer = page.locator(".vv-question details p").first
    expect(answer).to_be_hidden()
    page.click(".vv-question summary")
    expect(answer).to_be_visible()
    page.click(".vv-close")
    expect(page.locator(".vv-reading")).to_be_hidden()


def test_the_reading_changes_with_the_tab_and_is_remembered(browser: Browser, address: str) -> None:
    page, errors = opened(browser)
    visit(page, address)
    page.click(".vv-explain")
    page.get_by_role("tab", name="How true?").click()
    expect(page.locator(".vv-reading h3")).to_have_text("How true?")
    page.reload()
    page.wait_for_selector(EXPLORER.ready, timeout=PATIENCE)
    expect(page.locator(".vv-reading")).to_be_visible()
    page.context.close()
    assert errors == []


def test_the_tour_is_offered_once_and_walks_over_the_page(browser: Browser, address: str) -> None:
    page, errors = opened(browser)
    page.add_init_script(
        "if (!window.name && location.port) localStorage.removeItem('vaeviz-tour')"
    )
    visit(page, address)
    page.evaluate("window.name = 'came before'")
    page.get_by_role("button", name="Show me").click()
    page.locator("input[type=range][data-name=beta]").click()  # as the first step says
    lit = []
    for _ in range(5):
        lit.append(page.locator(".vv-lit").get_attribute("class"))
        page.locator(f"{POP} .vv-try").last.click()
    assert len(set(lit)) == 5
    expect(page.locator(POP)).to_have_count(0)
    expect(page.locator(".vv-lit")).to_have_count(0)
    page.reload()
    page.wait_for_selector(".vv-tour:visible", timeout=PATIENCE)
    page.wait_for_selector(EXPLORER.ready, timeout=PATIENCE)
    expect(page.locator(POP)).to_have_count(0)
    page.click(".vv-tour")
    expect(page.locator(POP)).to_have_count(1)
    page.context.close()
    assert errors == []


@pytest.mark.parametrize("size", [(390, 844), (640, 360)], ids=lambda s: f"{s[0]}")
def test_on_a_phone_the_tour_brings_each_step_into_view(
    browser: Browser, address: str, size: tuple[int, int]
) -> None:
    page, errors = opened(browser, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script("if (location.port) localStorage.removeItem('vaeviz-tour')")
    visit(page, address)
    page.wait_for_selector(".vv-tour:visible", timeout=PATIENCE)
    if size[1] > 420:
        page.get_by_role("button", name="Show me").wait_for(timeout=PATIENCE)
        assert page.locator(POP).evaluate("(pop) => pop.getBoundingClientRect().top") > max(
            page.locator(f".vv-field-{name}").evaluate("(f) => f.getBoundingClientRect().bottom")
            for name in ("beta", "sigma2", "d")
        )
        page.get_by_role("button", name="Show me").click()
    else:  # an invitation would cover the sliders
        expect(page.locator(POP)).to_have_count(0)
        page.click(".vv-tour")
    for step in range(5):
        lit = page.locator(".vv-lit")
        assert lit.count() == (1 if step else 3)  # the sliders, then a panel each
        ring, pop = lit.first.bounding_box(), page.locator(POP).bounding_box()
        assert ring
        assert pop
        above = 192 if step and size[1] > 420 else 60  # the header, and the sliders below it
        assert above <= ring["y"] < pop["y"] - 60
        assert pop["y"] + pop["height"] <= size[1]
        page.locator(f"{POP} .vv-try").last.click()
    page.context.close()
    assert errors == []


def test_a_question_marks_window_stands_beside_its_panel(page: Page, address: str) -> None:
    visit(page, address)
    page.wait_for_selector(".vv-rd .vv-why:visible", timeout=PATIENCE)
    for name in ("map", "kl", "rd", "recon", "samples"):
        page.click(f".vv-{name} .vv-why")
        panel, pop = page.locator(f".vv-panel.vv-{name}").bounding_box(), page.locator(POP)
        box = pop.bounding_box()
        assert panel
        assert box
        apart = (
            box["x"] + box["width"] <= panel["x"] or panel["x"] + panel["width"] <= box["x"],
            box["y"] + box["height"] <= panel["y"] or panel["y"] + panel["height"] <= box["y"],
        )
        assert any(apart), name
        page.keyboard.press("Escape")


def test_the_latent_space_explains_its_parts_and_follows_its_tabs(page: Page, address: str) -> None:
    page.goto(f"{address}/latent?data=digits&d=2")
    page.wait_for_selector(".vv-pad-map .vv-why:visible", timeout=PATIENCE)
    texts = set()
    for part in (".vv-pad-map", ".vv-view", ".vv-side", ".vv-tool"):
        page.click(f"{part} .vv-why")
        texts.add(page.locator(POP).inner_text())
        page.keyboard.press("Escape")
    assert len(texts) == 4
    page.click(".vv-explain")
    page.get_by_role("tab", name="Manifold").click()
    heading = page.locator("aside.vv-reading h3")
    expect(heading).to_have_text("Manifold")
    page.locator("aside.vv-reading .vv-term").first.press("Enter")  # a word, by the keyboard
    expect(page.locator(POP)).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Holes").click()
    expect(heading).to_have_text("Holes: AE and VAE")
    expect(page.locator("section.vv-on-decoded")).to_be_hidden()  # the tab takes its place
    page.click(".vv-close")


def test_the_reading_stands_beside_a_panel_of_its_name(page: Page, address: str) -> None:
    page.goto(f"{address}/collapse?tool=effective&data=digits")
    page.wait_for_selector(f"{COLLAPSE.root} .vv-panel .vv-why:visible", timeout=PATIENCE)
    page.click(".vv-explain")
    page.wait_for_selector("aside.vv-reading .katex", timeout=PATIENCE)
    panel = page.locator(".vv-panel.vv-reading").bounding_box()
    aside = page.locator("aside.vv-reading").bounding_box()
    assert panel
    assert aside
    assert panel["x"] + panel["width"] < aside["x"]
    page.click(".vv-close")


def test_a_link_starts_a_run_and_sliders_alone_move_it(page: Page, address: str) -> None:
    page.goto(f"{address}/training")
    page.wait_for_selector(TRAINING.ready, timeout=PATIENCE)
    page.click(".vv-explain")
    aside = page.locator("aside.vv-reading")
    expect(aside.locator("h4:visible")).to_have_count(10)  # the stored run's panels, and three more
    aside.get_by_role("button", name="Two dimensions").click()
    page.wait_for_selector(f"{TRAINING.root} .vv-map .vv-why:visible", timeout=PATIENCE)
    expect(aside.locator("h4:visible")).to_have_count(10)
    page.wait_for_function("location.search.includes('run=')", timeout=PATIENCE)
    run = page.evaluate("location.search")
    aside.get_by_role("button", name="β = 10").click()
    now = page.locator(".vv-readouts tr", has_text="β now").locator("td")
    expect(now).to_have_text("10", timeout=PATIENCE)
    assert page.evaluate("location.search") == run
    page.get_by_role("button", name="Stop").click()
    page.click(".vv-close")


def test_every_page_has_its_own_text_on_the_way_through_the_app(page: Page, address: str) -> None:
    visit(page, address)
    if page.locator(".vv-reading").is_hidden():
        page.click(".vv-explain")
    for board in (LATENT, COLLAPSE, EXPLORER):
        board.follow(page)
        text = page.locator(f"{board.root} .vv-text .katex").first
        expect(text).to_be_visible(timeout=PATIENCE)
        expect(page.locator("[class*='st-key-vv-reading-']")).to_have_count(1)
    page.click(".vv-close")


def test_a_prediction_is_asked_before_the_move_and_answered_by_the_model(
    page: Page, address: str
) -> None:
    visit(page, address)
    page.click(".vv-explain")
    cards = page.locator(".vv-prediction")
    expect(cards).to_have_count(6, timeout=PATIENCE)
    held = cards.filter(has_text="move against each other")
    held.get_by_role("button", name="It stays").press("Enter")
    expect(held.locator(".vv-right")).to_contain_text("R: ", timeout=PATIENCE)
    slider = page.locator("input[type=range][data-name=beta]")
    expect(slider).to_have_attribute("aria-valuetext", "beta 4")
    larger = cards.filter(has_text="The latent size changes")
    field = larger.get_by_role("textbox")
    field.fill("many")
    field.press("Enter")
    expect(larger.get_by_role("status")).to_contain_text("number")
    field.fill("7,5")
    field.press("Enter")
    expect(larger.locator("strong")).to_have_count(1, timeout=PATIENCE)
    where = cards.filter(has_text="Where does the point go")
    where.locator("svg").scroll_into_view_if_needed()
    box = where.locator("svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.1)
    expect(where.locator(".vv-wrong")).to_contain_text("It went to", timeout=PATIENCE)
    moved = slider.get_attribute("aria-valuetext")
    where.get_by_role("button", name="Back to before").click()
    expect(where.locator("svg")).to_be_visible(timeout=PATIENCE)
    expect(slider).to_have_attribute("aria-valuetext", "beta 4")
    assert moved != "beta 4"
    page.click(".vv-close")
