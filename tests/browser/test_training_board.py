"""The board of the page "Training" alone: its protocol, its transport, its layouts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bare_page import sent, stop_the_clock
from tests.browser.live_page import message, points, receive, strip, transport, visit
from vaeviz.live.message import Panel, Part

pytestmark = pytest.mark.browser


def run(step: int) -> dict[str, Panel]:
    """The panels of a run's frame, under tags as the server sends them."""
    return {
        "map": Part(lambda: points((0, 0), (1, step / 100)), f"map-{step}"),
        "recon": Part(strip, f"recon-{step}"),
    }


RUN = run(30)


@pytest.fixture
def board(page: Page) -> Page:
    visit(page)
    return page


def data(page: Page, name: str) -> str | None:
    return page.locator(".vv-training").get_attribute(f"data-{name}")


def test_without_a_run_a_line_says_what_to_do(board: Page) -> None:
    receive(
        board,
        transport=transport(
            state="none", can=["start"], step=0, steps=0, pace=0, left=0, text="No run"
        ),
    )
    expect(board.locator(".vv-empty")).to_have_text("Press Start: a model learns.")
    expect(board.get_by_role("button", name="Start a new run")).to_be_enabled()
    assert (data(board, "ready"), data(board, "state")) == ("true", "none")


def test_panels_stay_under_the_line_while_a_new_run_is_on_its_way(board: Page) -> None:
    receive(board, RUN)
    starting = transport(state="starting", can=["stop"])
    receive(board, transport=starting, empty="Starting.", pending=True)
    expect(board.locator(".vv-empty")).to_be_visible()
    assert board.locator(".vv-panel canvas").count() == 2
    assert data(board, "ready") == "false"
    receive(board, RUN, seq=1)
    expect(board.locator(".vv-empty")).to_be_hidden()
    assert data(board, "ready") == "true"


def test_what_changes_slowly_waits_for_every_second_frame_or_for_the_end_of_the_run(
    board: Page,
) -> None:
    stop_the_clock(board)
    receive(board, run(30))
    assert data(board, "ready") == "true"
    receive(board, run(31))
    assert data(board, "ready") == "false"
    receive(board, run(31), transport=transport(state="paused", can=["play"]))
    assert data(board, "ready") == "true"
    receive(board, run(32))
    receive(board, run(33))
    assert data(board, "ready") == "false"
    board.clock.run_for(1000)
    assert data(board, "ready") == "true"


def test_a_resting_run_is_polled_less_often(board: Page) -> None:
    stop_the_clock(board)

    def asks(seconds: int) -> int:
        before = len(sent(board))
        for _ in range(10 * seconds):
            board.clock.run_for(100)
            if len(sent(board)) > before + asked[0]:
                asked[0] += 1
                receive(board, RUN, transport=transport(), again=100, seq=len(sent(board)))
        return len(sent(board)) - before

    asked = [0]
    receive(board, RUN, again=100)
    assert asks(2) >= 10
    board.clock.run_for(20_000)
    asked = [0]
    assert asks(2) <= 5
    board.get_by_role("button", name="Rewind").click()
    receive(board, RUN, transport=transport(), again=100, seq=len(sent(board)), done=9)
    asked = [0]
    assert asks(2) >= 10


def test_the_same_frame_is_not_drawn_again(board: Page) -> None:
    receive(board, run(30))
    measures = "performance.getEntriesByName('vaeviz:live-frame').length"
    board.wait_for_function(f"{measures} === 1")
    receive(board, RUN, transport=transport(step=31), again=0)
    board.wait_for_function("sent.length === 1")
    assert {"map-30", "recon-30"} <= set(sent(board)[0]["held"])
    assert (board.evaluate(measures), data(board, "step")) == (1, "31")


def test_an_action_is_repeated_until_it_is_acknowledged(board: Page) -> None:
    receive(board, RUN, done=7)
    board.get_by_role("button", name="Pause").click()
    assert sent(board)[0]["actions"] == [{"id": 8, "name": "pause"}]
    board.get_by_role("button", name="Rewind").click()
    assert len(sent(board)) == 1  # one message at a time
    receive(board, RUN, seq=1, done=7)
    assert sent(board)[1]["actions"] == [{"id": 8, "name": "pause"}, {"id": 9, "name": "rewind"}]
    receive(board, RUN, seq=2, done=8)
    board.get_by_label("Speed").select_option("slow")
    assert sent(board)[2]["actions"] == [
        {"id": 9, "name": "rewind"},
        {"id": 10, "name": "speed", "value": "slow"},
    ]


def test_after_a_lost_reply_the_board_goes_on(board: Page) -> None:
    stop_the_clock(board)
    receive(board, RUN)
    board.get_by_role("button", name="Pause").click()
    board.clock.run_for(6000)
    first, again = sent(board)
    assert again["actions"] == first["actions"] == [{"id": 1, "name": "pause"}]
    assert again["seq"] == first["seq"] + 1


def test_it_asks_again_after_the_wait_and_never_without_one(board: Page) -> None:
    stop_the_clock(board)
    receive(board, RUN, again=100)
    board.clock.run_for(99)
    assert sent(board) == []
    board.clock.run_for(10)
    assert len(sent(board)) == 1
    receive(board, RUN, seq=1, again=None)
    board.clock.run_for(60_000)
    assert len(sent(board)) == 1


def test_a_hidden_page_asks_every_two_seconds(board: Page) -> None:
    stop_the_clock(board)
    board.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    receive(board, RUN, again=100)
    board.clock.run_for(1990)
    assert sent(board) == []
    board.clock.run_for(20)
    assert sent(board)[0]["hidden"]
    receive(board, RUN, seq=1, again=100)
    board.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    assert not sent(board)[1]["hidden"]  # at once


def test_a_moved_slider_is_sent_at_once_and_not_put_back(board: Page) -> None:
    receive(board, RUN)
    beta = board.locator("input[data-name=beta]")
    beta.focus()
    board.keyboard.press("ArrowRight")
    board.keyboard.press("ArrowRight")
    assert [s["settings"]["beta"] for s in sent(board)] == [1.05]
    receive(board, RUN, seq=1, settings={"beta": 1.05, "steps": 100})
    assert sent(board)[1]["settings"]["beta"] == 1.1
    expect(board.locator(".vv-field-beta output")).to_have_text("1.1")


@pytest.mark.parametrize(("key", "name"), [(" ", "pause"), ("0", "rewind"), (".", None)])
def test_keys_steer_the_run_where_they_may(board: Page, key: str, name: str | None) -> None:
    receive(board, RUN)
    board.keyboard.press(key)
    assert [a["name"] for s in sent(board) for a in s["actions"]] == ([name] if name else [])


def test_keys_in_a_field_are_the_fields_and_a_click_leaves_no_focus(board: Page) -> None:
    receive(board, RUN)
    board.locator("input[data-name=steps]").focus()
    board.keyboard.press("0")
    board.keyboard.press("Backspace")
    assert sent(board) == []
    board.get_by_role("button", name="Start a new run").click()
    receive(board, RUN, seq=len(sent(board)), done=1)
    board.keyboard.press(" ")
    assert [a["name"] for a in sent(board)[-1]["actions"]] == ["pause"]


@pytest.mark.parametrize("name", ["Start a new run", "Few"])
@pytest.mark.parametrize("state", ["running", "done"])
def test_space_on_a_button_that_starts_runs_starts_no_second_one(
    board: Page, state: str, name: str
) -> None:
    going = state == "running"
    can = ["start", "pause"] if going else ["start", "rewind"]
    receive(board, RUN, transport=transport(state=state, can=can))
    board.get_by_role("button", name=name).focus()
    board.keyboard.press(" ")
    assert [a["name"] for s in sent(board) for a in s["actions"]] == (["pause"] if going else [])
    board.keyboard.press("Enter")
    assert "start" in [a["name"] for s in sent(board) for a in s["actions"]] or going


def test_space_starts_the_first_run(board: Page) -> None:
    receive(board, RUN, transport=transport(state="none", can=["start"]))
    board.get_by_role("button", name="Start a new run").focus()
    board.keyboard.press(" ")
    assert [a["name"] for s in sent(board) for a in s["actions"]] == ["start"]


def test_who_only_watches_cannot_steer(board: Page) -> None:
    receive(board, RUN, transport=transport(owner=False))
    expect(board.locator(".vv-watching")).to_contain_text("You are watching")
    expect(board.locator("input[data-name=beta]")).to_be_disabled()
    assert board.locator(".vv-act:enabled").evaluate_all(
        "(nodes) => nodes.map((n) => n.dataset.act)"
    ) == ["start"]
    board.keyboard.press(" ")
    assert sent(board) == []


def test_a_ready_twin_sets_and_starts(board: Page) -> None:
    receive(board, RUN)
    board.get_by_role("button", name="Few").click()
    (state,) = sent(board)
    assert (state["settings"]["steps"], [a["name"] for a in state["actions"]]) == (5, ["start"])
    expect(board.locator(".vv-notice")).to_have_text("Few steps.")
    expect(board.get_by_role("button", name="Few")).to_have_attribute("aria-pressed", "true")


def test_what_waits_for_the_next_start_is_marked(board: Page) -> None:
    receive(board, RUN, changed=["steps"])
    assert "vv-next" in (board.locator(".vv-field-steps").get_attribute("class") or "")
    assert "vv-call" in (board.locator(".vv-act-start").get_attribute("class") or "")


def test_a_finished_run_is_kept_under_a_name(board: Page) -> None:
    receive(board, RUN, transport=transport(state="done", can=["start", "keep"], name="mine"))
    board.get_by_role("button", name="Keep").click()
    assert sent(board)[0]["actions"] == [{"id": 1, "name": "keep", "value": "mine"}]


def test_twins_stand_side_by_side_under_their_headings(board: Page) -> None:
    both: dict[str, Any] = {f"{twin}-{name}": panel for twin in "ab" for name, panel in RUN.items()}
    receive(board, RUN)
    receive(board, both, seq=1, layout="twins", headings={"a": "A: autoencoder", "b": "B: VAE"})
    expect(board.get_by_role("heading", name="A: autoencoder")).to_be_visible()
    left, right = (board.locator(f".vv-{twin}-map canvas").bounding_box() for twin in "ab")
    assert left
    assert right
    assert left["y"] == right["y"]
    assert abs(left["width"] - right["width"]) < 0.1
    assert left["x"] + left["width"] < right["x"]
    assert board.locator(".vv-shared .vv-key").count() == 1
    receive(board, RUN, seq=2)
    assert board.locator(".vv-panel").count() == 2


def test_the_address_is_the_runs(board: Page) -> None:
    receive(board, RUN, address="?run=KEY")
    assert board.evaluate("location.search") == "?run=KEY"


def test_points_glide_to_where_the_next_frame_has_them(board: Page) -> None:
    picture = "document.querySelector('.vv-map canvas').toDataURL()"
    receive(board, {"map": points((1, 1))})
    goal = board.evaluate(picture)
    receive(board, {"map": points((-1, -1))}, seq=1)
    board.wait_for_timeout(400)
    text = message({"map": points((1, 1))}, seq=2)
    assert board.evaluate(f"(text) => {{ receive(text); return {picture}; }}", text) != goal
    board.wait_for_function(f"(goal) => {picture} === goal", arg=goal)


def test_a_click_on_a_point_chooses_its_example(board: Page) -> None:
    receive(
        board, {"map": points((0, 0), (9, 9))}, settings={"beta": 1.0, "steps": 9, "a": 5, "b": 5}
    )
    canvas = board.locator(".vv-map canvas")
    canvas.click(modifiers=["Shift"])
    chosen = sent(board)[0]["settings"]
    assert (chosen["a"], chosen["b"]) == (5, 0)


def test_who_wants_less_motion_gets_none(board: Page) -> None:
    picture = "document.querySelector('.vv-map canvas').toDataURL()"
    board.emulate_media(reduced_motion="reduce")
    receive(board, {"map": points((1, 1))})
    goal = board.evaluate(picture)
    receive(board, {"map": points((-1, -1))}, seq=1)
    text = message({"map": points((1, 1))}, seq=2)
    assert board.evaluate(f"(text) => {{ receive(text); return {picture}; }}", text) == goal


def test_what_awaits_an_answer_is_not_faded(board: Page) -> None:
    fade = """() => {
      const around = document.createElement("div"), host = document.getElementById("host");
      document.head.append(Object.assign(document.createElement("style"), {
        textContent:
          ".stElementContainer { opacity: 0.33; transition: opacity 1s ease-in 0.5s; }" }));
      around.className = "stElementContainer";
      host.replaceWith(around);
      around.append(host);
    }"""
    board.evaluate(fade)
    receive(board, RUN)
    style = board.evaluate(
        "(({ opacity, transition }) => [opacity, transition])"
        "(getComputedStyle(document.querySelector('.stElementContainer')))"
    )
    assert style[0] == "1"
    assert style[1].startswith("none")
