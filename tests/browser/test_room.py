"""A lecturer and two followers, one on a phone: page changes, a drag, exploring alone, a poll."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app_board import COLLAPSE, EXPLORER, LATENT, PATIENCE, projector, slider, value
from vaeviz.serve.rooms import ENDED

pytestmark = pytest.mark.browser
LINE = ".vv-following"
Room = tuple[Page, list[Page], str]


@pytest.fixture
def room(browser: Browser, address: str) -> Iterator[Room]:
    """The lecturer, the followers and the code."""
    with projector(browser) as lecturer, projector(browser) as one, projector(browser) as phone:
        phone.set_viewport_size({"width": 390, "height": 740})
        EXPLORER.visit(lecturer, address, "?data=digits")
        lecturer.get_by_role("button", name="Room", exact=True).click()
        lecturer.get_by_role("button", name="Open a room").click()
        heading = lecturer.locator(".vv-code")
        expect(heading).to_have_text(re.compile("^[A-Z0-9]{5}$"), timeout=PATIENCE)
        code = heading.inner_text()
        one.goto(f"{address}/?room={code}")
        types(phone, address, code)
        for page in (one, phone):
            expect(page.locator(LINE)).to_contain_text(f"Following {code}", timeout=PATIENCE)
        yield lecturer, [one, phone], code


def types(page: Page, address: str, code: str) -> None:
    """Joins by the code, after a slip."""
    EXPLORER.visit(page, address)
    page.get_by_role("button", name="Room", exact=True).click()
    field = page.get_by_label("Code of the room")
    field.fill("ACDEF" if code != "ACDEF" else "CDEFA")
    field.press("Enter")
    expect(page.locator(".vv-lectern [role=alert]")).to_contain_text("no room", timeout=PATIENCE)
    field.fill(code.lower())
    field.press("Enter")
    expect(page.locator(".vv-lectern")).to_be_hidden(timeout=PATIENCE)


def shows(page: Page, name: str, text: str) -> None:
    expect(page.locator(f".vv-field-{name} output")).to_have_text(text, timeout=PATIENCE)


def test_followers_follow_leave_and_return(room: Room, address: str) -> None:
    lecturer, followers, _ = room
    expect(lecturer.locator(".vv-told")).to_have_text("2 follow.", timeout=PATIENCE)
    expect(lecturer.locator(".vv-qr svg")).to_have_attribute("role", "img")
    assert "key" not in lecturer.url
    lecturer.keyboard.press("Escape")
    at = slider(lecturer, "beta")
    lecturer.mouse.move(*at(0.3))
    lecturer.mouse.down()
    for share in (0.4, 0.5, 0.7):
        lecturer.mouse.move(*at(share))
    lecturer.mouse.up()
    beta = value(lecturer, "beta")
    assert beta != "1"
    for page in followers:
        shows(page, "beta", beta)
    one, phone = followers
    phone.get_by_role("button", name="Explore alone").click()
    expect(phone.locator(LINE)).to_contain_text("Exploring alone", timeout=PATIENCE)
    lecturer.locator("select[data-name=data]").select_option("moons")
    expect(one.locator("select[data-name=data]")).to_have_value("moons", timeout=PATIENCE)
    assert phone.locator("select[data-name=data]").input_value() == "digits"
    COLLAPSE.follow(lecturer)
    expect(one.locator(COLLAPSE.ready)).to_be_visible(timeout=PATIENCE)
    assert phone.locator(EXPLORER.root).is_visible()
    phone.get_by_role("button", name="Follow again").click()
    expect(phone.locator(COLLAPSE.ready)).to_be_visible(timeout=PATIENCE)
    one.mouse.click(*slider(one, "beta")(0.2))  # a move of one's own
    expect(one.locator(LINE)).to_contain_text("Exploring alone", timeout=PATIENCE)
    own = value(one, "beta")
    lecturer.reload()  # it drives again
    lecturer.wait_for_selector(COLLAPSE.ready, timeout=PATIENCE)
    lecturer.mouse.click(*slider(lecturer, "beta")(0.9))
    shows(phone, "beta", value(lecturer, "beta"))
    shows(one, "beta", own)


def test_a_poll_is_answered_shown_and_revealed(room: Room) -> None:
    lecturer, (one, phone), _ = room
    shown = lecturer.locator(".vv-asked .vv-prediction").filter(
        has_text="What happens to the ELBO?"
    )
    shown.get_by_role("button", name="Ask the room").click(timeout=PATIENCE)
    for page, answer in ((one, "It rises"), (phone, "It falls")):
        page.locator(".vv-card").get_by_role("button", name=answer).click(timeout=PATIENCE)
        expect(page.locator(".vv-card")).to_contain_text("has arrived", timeout=PATIENCE)
    expect(lecturer.locator(".vv-count")).to_have_text("2 answers", timeout=PATIENCE)
    assert lecturer.locator(".vv-bars").count() == 0
    lecturer.get_by_role("button", name="Show answers").click()
    expect(lecturer.locator(".vv-many")).to_have_text(["1", "1", "0"], timeout=PATIENCE)
    expect(phone.locator(".vv-card .vv-many")).to_have_text(["1", "1", "0"], timeout=PATIENCE)
    before = value(phone, "sigma2")
    lecturer.get_by_role("button", name="Reveal").click()
    expect(phone.locator(".vv-card")).to_contain_text("1 of 2 are right", timeout=PATIENCE)
    verdicts = [page.locator(".vv-card strong").inner_text()[0] for page in (one, phone)]
    assert sorted(verdicts) == ["✓", "✗"]
    expect(phone.locator(".vv-field-sigma2 output")).not_to_have_text(before, timeout=PATIENCE)
    box = phone.locator(".vv-card").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    phone.get_by_role("button", name="Close the question").click()
    expect(phone.locator(".vv-card")).to_be_hidden()
    phone.get_by_role("button", name="Room", exact=True).click()
    phone.get_by_role("button", name="Leave the room").click()
    expect(phone.locator(LINE)).to_be_hidden(timeout=PATIENCE)
    expect(phone.locator(".vv-card")).to_be_hidden()
    lecturer.get_by_role("button", name="End the room").click()
    expect(one.locator(LINE)).to_contain_text(ENDED, timeout=PATIENCE)
    expect(one.locator(".vv-card")).to_be_hidden()
    expect(one).not_to_have_url(re.compile("room="), timeout=PATIENCE)


def test_a_lecture_before_a_room(room: Room, address: str) -> None:
    """Each step is the follower's, too: its page, settings, title and lit panels."""
    lecturer, (one, phone), _ = room
    expect(lecturer.locator(".vv-told")).to_have_text("2 follow.", timeout=PATIENCE)
    lecturer.locator("body").evaluate("body => document.activeElement.blur()")
    lecturer.keyboard.press("Escape")  # wherever the focus is
    expect(lecturer.locator(".vv-lectern")).to_be_hidden()
    lecturer.get_by_role("button", name="Lectures").click()
    lecturer.get_by_role("button", name="15 minutes for newcomers").click(timeout=PATIENCE)
    for page in (lecturer, one, phone):
        page.wait_for_selector(LATENT.ready, timeout=PATIENCE)
    expect(one.locator(".vv-step strong")).to_have_text(
        "A picture becomes two numbers", timeout=PATIENCE
    )
    following = lecturer.locator(".vv-lecture").get_by_role("button", name="Next")
    following.click(timeout=PATIENCE)
    expect(one.locator(".vv-step strong")).not_to_have_text(
        "A picture becomes two numbers", timeout=PATIENCE
    )
    expect(lecturer.locator(".vv-lecture")).to_contain_text("2 of 7", timeout=PATIENCE)
    following.click(timeout=PATIENCE)
    for page in (lecturer, one, phone):
        page.wait_for_selector(f"{EXPLORER.ready}[data-tool=steps]", timeout=PATIENCE)
    for page in (one, phone):
        shows(page, "sigma2", "0.5")
        expect(page.locator(".vv-step strong")).to_have_text(
            "A cloud instead of a point", timeout=PATIENCE
        )
    assert one.locator(".vv-lit").count() == lecturer.locator(".vv-lit").count() == 3
    lecturer.get_by_role("button", name="Room", exact=True).click()
    expect(lecturer.locator(".vv-lectern")).to_be_visible()
    lecturer.keyboard.press("PageDown")
    expect(lecturer.locator(".vv-lectern")).to_be_hidden(timeout=PATIENCE)
    shows(one, "sigma2", "0.05")
    expect(one.locator(".vv-step")).to_contain_text("Drag β", timeout=PATIENCE)
    one.get_by_role("button", name="Explore alone").click()
    expect(one.locator(".vv-step")).to_be_hidden(timeout=PATIENCE)
    assert one.locator(".vv-lit").count() == 0
