"""The page "Training" in a real browser, with real workers: actions on a run, and permissions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import training_app as live
from tests.browser.app_board import EXPLORER, LINK, TRAINING, slider
from tests.browser.training_app import DIGITS, SMALL, App, act, answers, data, readout, step, until
from vaeviz.chapters.training.cures import training_link
from vaeviz.runs.folder import control, frame_file
from vaeviz.studies.cures import cures

pytestmark = pytest.mark.browser


def test_a_fresh_server_opened_at_training_shows_every_page_at_the_top(
    page: Page, tmp_path: Path
) -> None:
    with live.serving(tmp_path) as fresh:
        fresh.open(page)
        expect(page.get_by_test_id(LINK)).to_contain_text(["Explorer", "Training"])
        expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
        assert (data(page, "state"), page.locator(".vv-panel canvas").count()) == ("stored", 7)
        expect(page.locator(".vv-empty")).to_be_hidden()
        until(page, "stored", step=1)  # it plays


def test_digits_learn_and_a_drag_of_beta_makes_the_rate_fall(page: Page, app: App) -> None:
    app.start(page, DIGITS)
    _whole(page)
    until(page, "running", step=300)
    page.wait_for_function("document.querySelector('.vv-map canvas').width > 0")
    page.wait_for_function(_RATE + " > 3", timeout=live.PATIENCE)
    at = slider(page, "beta")
    page.mouse.move(*at(0.6))
    page.mouse.down()
    for k in range(11):
        page.mouse.move(*at(0.6 + 0.04 * k))
        page.wait_for_timeout(20)
    page.wait_for_function(_RATE + " < 1", timeout=live.PATIENCE)  # the pointer is still down
    page.mouse.up()
    now = page.locator(".vv-readouts tr", has_text="β now")
    expect(now.locator("td")).to_have_text("100", timeout=live.PATIENCE)
    frame = frame_file.read(app.folder(page))
    moves = [move for move in frame.moves if move.name == "beta"]
    assert moves[-1].value == 100
    assert {move.name for move in frame.moves} == {"beta"}
    past = frame.learners[0].history
    assert (past.beta[past.step <= moves[0].step] == 1).all()
    assert (past.beta[past.step > moves[-1].step] == 100).all()


_RATE = """Number([...document.querySelectorAll(".vv-readouts tr")]
  .find((row) => row.textContent.startsWith("R (nats)")).cells[1].textContent)"""


def test_pause_step_and_rewind_to_the_same_curve(page: Page, app: App) -> None:
    app.start(page)
    folder = app.folder(page)
    until(page, "running", step=400)  # a row every 8
    act(page, "pause")
    until(page, "paused")
    answers(page, 1)
    at = step(page)
    answers(page, 3)
    assert (step(page), live.shown_step(page)) == (at, at)
    for k in (1, 2):
        act(page, "step")
        until(page, "paused", step=at + k)
        answers(page, 2)
        assert (step(page), live.shown_step(page)) == (at + k, at + k)
    first = frame_file.read(folder).learners[0].history
    act(page, "rewind")
    page.wait_for_selector(f"{live.BOARD}[data-state=paused][data-step='0']", timeout=live.PATIENCE)
    page.wait_for_function(
        "document.querySelector('.vv-readouts td').textContent.startsWith('0 of')"
    )
    act(page, "play")
    until(page, "running", step=at + 20)
    act(page, "pause")
    until(page, "paused")
    answers(page, 1)
    again = frame_file.read(folder).learners[0].history
    assert again.step[-1] > first.step[-1]
    common, one, two = np.intersect1d(first.step, again.step, return_indices=True)
    assert len(common) > 40
    for name in ("distortion", "rate", "beta", "kl", "distortion_gradient"):
        np.testing.assert_array_equal(getattr(first, name)[one], getattr(again, name)[two])


def test_keys_play_pause_step_and_rewind_and_slow_motion_shows_every_step(
    page: Page, app: App
) -> None:
    app.start(page)
    page.keyboard.press(" ")
    until(page, "paused")
    answers(page, 1)
    at = step(page)
    page.keyboard.press(".")
    until(page, "paused", step=at + 1)
    page.keyboard.press(" ")
    until(page, "running", step=at + 10)
    page.keyboard.press("0")
    page.wait_for_selector(f"{live.BOARD}[data-state=paused][data-step='0']", timeout=live.PATIENCE)
    page.get_by_label("Speed").select_option("10")
    act(page, "play")
    slow = re.compile(r"^(\d\.\d|1[0-2]) steps/s$")
    expect(page.locator(".vv-pace")).to_have_text(slow, timeout=live.PATIENCE)
    assert control.read(app.folder(page)).pace == 10
    page.get_by_label("Speed").select_option("full")
    until(page, "running", step=200)


def test_a_refresh_and_a_look_at_another_page_find_the_run_as_it_was(page: Page, app: App) -> None:
    app.start(page)
    page.locator("input[data-name=beta]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    act(page, "pause")
    until(page, "paused")
    answers(page, 2)
    address, seen = page.url, _seen(page)
    assert seen[1] == "1.1"
    page.reload()
    app.settled(page)
    assert (page.url, _seen(page)) == (address, seen)
    EXPLORER.follow(page)
    assert "run=" not in page.url
    TRAINING.follow(page)
    page.wait_for_function("location.search.includes('run=')")
    assert (page.url, _seen(page)) == (address, seen)
    act(page, "step")
    until(page, "paused", step=int(seen[2]) + 1)


def _seen(page: Page) -> tuple[str, ...]:
    beta = page.locator(".vv-field-beta output").inner_text()
    return (
        data(page, "state"),
        beta,
        data(page, "step"),
        readout(page, "step"),
        readout(page, "R (nats)"),
    )


def test_a_cancelled_run_frees_its_place_in_the_queue(
    page: Page, app: App, browser: Browser
) -> None:
    app.start(page)
    with app.another(browser, f"{app.address}/training?{SMALL}&seed=1") as second:
        act(second, "start")
        until(second, "queued")
        expect(second.locator(".vv-counts")).to_have_text("place 1 in the queue")
        with app.another(browser, f"{app.address}/training?{SMALL}&seed=2") as third:
            act(third, "start")
            until(third, "queued")
            expect(third.locator(".vv-counts")).to_have_text("place 2 in the queue")
            act(second, "stop")
            until(second, "stopped", "cancelled")
            expect(third.locator(".vv-counts")).to_have_text(
                "place 1 in the queue", timeout=live.PATIENCE
            )
            act(page, "stop")
            until(third, "running", step=10)
            assert (data(page, "state"), data(second, "step")) == ("stopped", "0")


def test_only_the_link_shows_a_run_to_others_and_only_the_key_steers_it(
    page: Page, app: App, browser: Browser
) -> None:
    app.start(page)
    folder = app.folder(page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{app.address}/training?run={folder.name}"
    with app.another(browser, f"{app.address}/training") as other:
        assert data(other, "state") == "stored"
        assert folder.name not in other.content()
        other.goto(link)
        app.settled(other)
        until(other, "running", step=20)
        expect(other.locator(".vv-watching")).to_be_visible()
        expect(other.locator(".vv-map canvas")).to_be_visible()
        for name in ("play", "step", "rewind", "stop"):
            expect(other.locator(f".vv-transport [data-act={name}]")).to_be_disabled()
        for control_ in ("input[data-name=beta]", "input[data-name=learning_rate]", ".vv-speed"):
            expect(other.locator(control_)).to_be_disabled()
        other.keyboard.press(" ")
        answers(other, 3)
        assert (data(other, "state"), control.read(folder).paused) == ("running", False)
        other.goto(page.url)
        app.settled(other)
        expect(other.locator(".vv-watching")).to_be_hidden()
        act(other, "pause")
        until(page, "paused")


def test_ready_twins_train_side_by_side(page: Page, app: App) -> None:
    app.open(page)
    page.get_by_role("button", name="Holes: AE | VAE").click()
    until(page, "running", "done", step=50)
    page.wait_for_selector(".vv-twin-b canvas", timeout=live.PATIENCE)
    assert data(page, "layout") == "twins"
    headings = page.locator(".vv-heading").all_inner_texts()
    assert headings == ["1: plain autoencoder", "2: VAE"]
    for twin in "ab":
        assert page.locator(f".vv-twin-{twin} .vv-panel canvas").count() == 7
    rates = page.locator(".vv-readouts tr", has_text="R (nats)").locator("td").all_inner_texts()
    assert rates[0] == "—"
    assert float(rates[1]) > 0
    expect(page.locator(".vv-scene[aria-pressed=true]")).to_have_text(["Holes: AE | VAE"])
    _whole(page)


def test_a_cure_of_the_study_is_opened_by_its_link_and_trains_beside_the_collapsed_baseline(
    page: Page, app: App
) -> None:
    skip = next(cure for cure in cures(1200) if cure.name == "skip")
    app.start(page, training_link(skip).removeprefix("?"))
    until(page, "running", "done", step=50)
    page.wait_for_selector(".vv-twin-b canvas", timeout=live.PATIENCE)
    headings = page.locator(".vv-heading").all_inner_texts()
    assert headings == ["1: z in the first layer", "2: z in every layer"]
    expect(page.locator(".vv-panel").get_by_text("From z alone")).to_have_count(2)
    _whole(page)


def test_a_finished_run_is_watched_kept_and_found_in_the_explorer(
    page: Page, app: App, browser: Browser
) -> None:
    app.open(page, SMALL.replace("200000", "150"))
    act(page, "start")
    until(page, "done", step=150)
    page.wait_for_selector(".vv-map canvas", timeout=live.PATIENCE)
    with app.another(browser, f"{app.address}/training?run={app.folder(page).name}") as watcher:
        assert (data(watcher, "state"), live.shown_step(watcher)) == ("done", 150)
        expect(watcher.locator(".vv-keep")).to_be_hidden()
    page.get_by_label("Name to keep this model under").fill("from the browser")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".vv-note")).to_contain_text("name", timeout=live.PATIENCE)  # no blanks
    page.get_by_label("Name to keep this model under").fill("browser-kept")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".vv-note")).to_contain_text("Kept as browser-kept", timeout=live.PATIENCE)
    page.goto(f"{app.address}/?data=three-gaussians")
    page.wait_for_selector(EXPLORER.ready, timeout=live.PATIENCE)
    page.locator("select[data-name=model]").select_option("browser-kept")
    expect(page.locator(".vv-kl .vv-source")).to_contain_text(
        "dedicated model browser-kept, step 150", timeout=live.PATIENCE
    )


def _whole(page: Page) -> None:
    """Nothing under Streamlit's header, nothing off the screen, nothing that covers a button."""
    wide, high = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert (wide, high) == (1280, 720)
    header = page.get_by_test_id("stHeader").bounding_box()
    assert header
    top = header["y"] + header["height"]
    for node in page.locator(
        ".vv-panel canvas, .vv-bar button:visible, .vv-transport > button, .vv-group-live input"
    ).all():
        box = node.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] >= top
        assert box["y"] + box["height"] <= 720
    covered = """[...document.querySelectorAll(".vv-bar button, .vv-transport > button")]
      .filter((button) => button.checkVisibility()).filter((button) => {
      const { left, right, top, bottom } = button.getBoundingClientRect();
      const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return !button.contains(found);
    }).map((button) => button.textContent)"""
    assert page.evaluate(covered) == []


def test_a_link_to_no_run_says_so_and_offers_a_new_one(page: Page, app: App) -> None:
    app.open(page, "run=abcdefghijklmnopqrst&beta=2")
    expect(page.locator(".vv-note")).to_contain_text("no run behind this link")
    assert page.locator(".vv-field-beta output").inner_text() == "2"
    act(page, "start")
    until(page, "running", "starting")
    made = json.loads((app.folder(page) / "run.json").read_text())
    assert made["settings"]["beta"] == 2
