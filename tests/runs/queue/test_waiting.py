"""The waiting runs: places, starts, and an order that is recomputed after changes."""

from __future__ import annotations

from pathlib import Path

from vaeviz.runs.queue.fair_order import Ticket, Turn
from vaeviz.runs.queue.waiting import REMEMBERED, Waiting


def queue(*names: str) -> Waiting:
    result = Waiting()
    for name in names:
        result.add(Ticket(Path(name), name[0]))
    return result


def names(waiting: Waiting, *turns: Turn) -> list[str]:
    return [t.folder.name for t in waiting.order(turns)]


def test_it_contains_the_waiting_runs() -> None:
    waiting = queue("a", "b")
    assert (len(waiting), Path("a") in waiting, Path("c") in waiting) == (2, True, False)
    assert waiting.drop(Path("a"))
    assert not waiting.drop(Path("a"))
    assert names(waiting) == ["b"]
    assert waiting.tickets()[0].number == 2


def test_the_order_is_recomputed_when_a_worker_starts_or_leaves() -> None:
    waiting = queue("a", "b")
    turn = Turn(Ticket(Path("a0"), "a"), 0.0)
    assert names(waiting) == ["a", "b"]
    assert names(waiting, turn) == ["b", "a"]
    turn.leaving = 1.0  # on its way out, it counts no more
    assert names(waiting, turn) == ["a", "b"]
    waiting.started("a")
    assert names(waiting) == ["b", "a"]
    waiting.started("b")
    assert names(waiting) == ["a", "b"]


def test_who_comes_again_comes_at_the_end_and_is_not_overdue() -> None:
    waiting = queue("a", "b")
    for _ in range(200):
        waiting.started("x")
    first = waiting.tickets()[0]
    waiting.add(first)
    again = waiting.tickets()[0]
    assert (first.number, again.number, again.came) == (1, 3, 200)
    assert names(waiting) == ["b", "a"]


def test_it_does_not_remember_for_ever() -> None:
    waiting = queue("a")
    for k in range(REMEMBERED + 10):
        waiting.started(str(k))
    served = waiting.books([]).served
    assert len(served) == REMEMBERED
    assert "9" not in served
    assert waiting.books([]).starts == REMEMBERED + 10
