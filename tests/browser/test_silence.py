"""A server that does not answer: every board says so in one line, until it answers again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bare_page import sent, stop_the_clock
from tests.browser.test_boards import BOARDS, Board

pytestmark = pytest.mark.browser
LINE = "No answer from the server"
PLACES = """JSON.stringify([...document.querySelectorAll('.vv-bar, .vv-side, canvas')]
  .map((node) => node.getBoundingClientRect()))"""


@pytest.fixture(params=BOARDS)
def board(request: pytest.FixtureRequest, page: Page) -> Board:
    """On its page, after a first message, with a stopped clock, just after a move."""
    found = BOARDS[request.param]
    found.visit(page)
    stop_the_clock(page)
    found.receive(page)
    found.move(page)
    assert len(sent(page)) == 1
    return found


def test_a_move_without_an_answer_shows_a_line_after_three_seconds(
    page: Page, board: Board
) -> None:
    lost = page.get_by_role("status").filter(has_text=LINE)
    page.clock.run_for(2600)
    expect(lost).to_have_count(0)
    page.clock.run_for(500)
    expect(lost).to_have_count(1)
    expect(lost).to_be_visible()
    page.clock.run_for(20_000)  # it is asked again and again
    assert len(sent(page)) > 1
    expect(lost).to_have_count(1)


def test_the_next_answer_ends_it(page: Page, board: Board) -> None:
    page.clock.run_for(4000)
    board.receive(page, seq=sent(page)[-1]["seq"])
    expect(page.locator(".vv-lost")).to_be_empty()
    page.clock.run_for(20_000)
    expect(page.locator(".vv-lost")).to_be_empty()


def test_an_answer_to_an_older_question_does_not(page: Page, board: Board) -> None:
    page.clock.run_for(4000)
    board.receive(page, seq=sent(page)[-1]["seq"] - 1)
    expect(page.locator(".vv-lost")).to_contain_text(LINE)


def test_an_answer_in_time_leaves_no_line(page: Page, board: Board) -> None:
    page.clock.run_for(1000)
    board.receive(page, seq=sent(page)[-1]["seq"])
    page.clock.run_for(20_000)
    expect(page.locator(".vv-lost")).to_be_empty()


def test_the_line_takes_no_space_from_the_board(page: Page, board: Board) -> None:
    before = page.evaluate(PLACES)
    page.clock.run_for(4000)
    assert page.locator(".vv-lost").inner_text()
    assert page.evaluate(PLACES) == before
