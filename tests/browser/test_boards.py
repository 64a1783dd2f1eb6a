"""All boards: they send nothing while the user leaves them, and repeat lost requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import collapse_page, explorer_page, latent_page, live_page
from tests.browser.bare_page import sent, stop_the_clock

pytestmark = pytest.mark.browser
MODEL = latent_page.model(latent_page.mlp(latent=2))
LINK = (
    "document.querySelector('.stApp').insertAdjacentHTML('beforeend', '<a"
    ' data-testid="{}">Other</a>\')'
)
CLICK = "document.querySelector('a').click()"
BACK = "dispatchEvent(new PopStateEvent('popstate'))"
GONE = "document.getElementById('host').replaceChildren()"


@dataclass(frozen=True)
class Board:
    """How to open it, to feed it, to make it ask again by itself within 300 ms, and what a hand
    moves.
    """

    visit: Callable[[Page], None]
    receive: Callable[..., None]
    asking: dict[str, Any]
    slider: str

    def move(self, page: Page) -> None:
        page.locator(self.slider).focus()
        page.keyboard.press("ArrowRight")
        page.clock.run_for(300)


PENDING = {"pending": True, "again": 250}
BOARDS = {
    "explorer": Board(
        explorer_page.visit,
        explorer_page.receive,
        PENDING,
        "[data-name=beta]",
    ),
    "training": Board(live_page.visit, live_page.receive, {"again": 100}, "input[data-name=beta]"),
    "latent": Board(
        latent_page.visit,
        lambda page, **head: latent_page.receive(page, MODEL, **head),
        {"again": 100},
        "input[data-dimension='0']",
    ),
    "collapse": Board(
        collapse_page.visit,
        collapse_page.receive,
        PENDING,
        "[data-name=beta]",
    ),
}


@pytest.fixture(params=BOARDS)
def board(request: pytest.FixtureRequest, page: Page) -> Board:
    """On its page, with a link to another one, at a clock that stands still."""
    found = BOARDS[request.param]
    found.visit(page)
    page.evaluate(LINK.format("stTopNavLink"))
    stop_the_clock(page)
    return found


@pytest.mark.parametrize("leave", [CLICK, BACK])
def test_a_request_does_not_overtake_the_requested_page(
    page: Page, board: Board, leave: str
) -> None:
    board.receive(page, **board.asking)
    page.evaluate(leave)
    page.clock.run_for(2900)
    assert sent(page) == []
    page.clock.run_for(200)
    assert len(sent(page)) == 1


def test_moves_wait_while_the_board_is_left_and_are_sent_if_it_stays(
    page: Page, board: Board
) -> None:
    board.receive(page)
    page.evaluate(CLICK)
    board.move(page)
    board.move(page)
    assert sent(page) == []
    shown = page.locator(board.slider).input_value()
    board.receive(page)
    page.clock.run_for(2900)
    assert page.locator(board.slider).input_value() == shown
    (state,) = sent(page)
    assert "1.1" in str(state.get("settings")) or "0.2" in str(state.get("point"))


def test_a_board_that_was_left_never_asks_again(page: Page, board: Board) -> None:
    board.receive(page, **board.asking)
    page.evaluate(GONE)
    page.clock.run_for(10_000)
    assert sent(page) == []


def test_a_board_left_without_an_answer_sends_no_more_requests(page: Page, board: Board) -> None:
    board.receive(page, **board.asking)
    page.evaluate(CLICK)
    page.clock.run_for(1000)
    page.evaluate(GONE)
    page.clock.run_for(10_000)
    assert sent(page) == []


def test_the_page_that_came_is_free_to_ask(page: Page, board: Board) -> None:
    board.receive(page)
    page.evaluate(CLICK)
    page.clock.run_for(10)
    page.evaluate(GONE)
    board.receive(page, **board.asking)
    page.clock.run_for(300)
    assert len(sent(page)) == 1


def test_pages_that_come_and_go_leave_no_listener_behind(page: Page, board: Board) -> None:
    board.receive(page)
    page.evaluate("""() => {
      window.added = [];
      for (const target of [document, window])
        target.addEventListener = (type) => window.added.push(type);
    }""")
    page.evaluate(GONE)
    board.receive(page)
    assert {"click", "popstate"}.isdisjoint(page.evaluate("added"))


@pytest.mark.parametrize(
    ("link", "silent"),
    [
        ("stTopNavLink", True),
        ("stTopNavDropdownLink", True),
        ("stSidebarNavLink", True),
        ("stOther", False),
        ('stTopNavLink" aria-current="page', False),
    ],
)
def test_links_to_other_pages_count_wherever_they_are_and_no_others_do(
    page: Page, link: str, silent: bool
) -> None:
    live_page.visit(page)
    page.evaluate(LINK.format(link))
    stop_the_clock(page)
    live_page.receive(page, again=100)
    page.evaluate(CLICK)
    page.clock.run_for(300)
    assert (sent(page) == []) is silent


def test_a_lost_message_is_sent_again_until_it_is_answered(page: Page, board: Board) -> None:
    board.receive(page)
    board.move(page)
    (first,) = sent(page)
    page.clock.run_for(9000)
    _, again = sent(page)
    assert again.pop("seq") == first.pop("seq") + 1
    assert again == first
    board.receive(page, seq=2)
    page.clock.run_for(60_000)
    assert len(sent(page)) == 2
