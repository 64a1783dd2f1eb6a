"""The fair order: what it promises, for any queue."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from vaeviz.runs.queue.fair_order import (
    IDLE,
    OVERDUE,
    SLICE,
    Books,
    Ticket,
    Turn,
    in_order,
    to_park,
)

NOBODY = Books({}, {})
sessions = st.sampled_from("abcdef")
queues = st.lists(st.tuples(sessions, st.booleans()), max_size=30).map(
    lambda result: [ticket(s, k, first=f) for k, (s, f) in enumerate(result)]
)
books = st.builds(
    Books,
    st.dictionaries(sessions, st.integers(0, 3)),
    st.dictionaries(sessions, st.integers(0, 50)),
    st.integers(50, 150),
)


def ticket(
    session: str, number: int = 0, came: int = 0, first: bool = False, live: bool = True
) -> Ticket:
    return Ticket(Path(f"{session}{number}"), session, number, came, first, live)


def turn(
    t: Ticket, since: float = 0.0, paused: float | None = None, leaving: float | None = None
) -> Turn:
    return Turn(t, since, paused, leaving)


def names(tickets: list[Ticket]) -> list[str]:
    return [t.folder.name for t in tickets]


def parked(
    turns: list[Turn], waiting: list[Ticket], now: float, free: int = 0
) -> list[tuple[str, bool]]:
    going = Counter(t.ticket.session for t in turns if t.leaving is None)
    result = to_park(turns, waiting, Books(going, {}), free, now)
    return [(t.ticket.folder.name, again) for t, again in result]


# the order
# ------------------------------------------------------------------------------------------------


@given(queues, books)
def test_everyone_has_one_place_and_the_lecturer_the_first(
    waiting: list[Ticket], known: Books
) -> None:
    result = in_order(waiting, known)
    assert sorted(result, key=lambda t: t.number) == waiting
    firsts = [t.first for t in result]
    assert firsts == sorted(firsts, reverse=True)


@given(queues, books)
def test_the_runs_of_a_session_keep_their_order(waiting: list[Ticket], known: Books) -> None:
    result = in_order(waiting[::-1], known)  # in whatever order they are given
    assert result == in_order(waiting, known)
    for session, first in {(t.session, t.first) for t in waiting}:
        own = [t.number for t in result if (t.session, t.first) == (session, first)]
        assert own == sorted(own)


@given(queues, books)
def test_the_order_is_one_choice_after_the_other(waiting: list[Ticket], known: Books) -> None:
    left = [replace(t, came=known.starts) for t in waiting]
    whole, one_by_one = in_order(left, known), []
    while left:
        chosen = in_order(left, known)[0]
        left.remove(chosen)
        one_by_one.append(chosen)
        going = {**known.going, chosen.session: known.going.get(chosen.session, 0) + 1}
        known = Books(going, {**known.served, chosen.session: known.starts + 1}, known.starts + 1)
    assert one_by_one == whole


def test_the_fewest_at_work_then_the_longest_unserved_then_first_come() -> None:
    a, b, c, d = (ticket(s, k) for k, s in enumerate("abcd"))
    assert names(in_order([a, b], Books({"a": 1}, {"b": 9}, 9))) == ["b1", "a0"]
    assert names(in_order([a, b], Books({}, {"a": 2, "b": 1}, 2))) == ["b1", "a0"]
    assert names(in_order([a, b], Books({}, {"a": 2}, 2))) == [
        "b1",
        "a0",
    ]  # never served: longest ago
    assert names(in_order([d, c, b, a], NOBODY)) == ["a0", "b1", "c2", "d3"]


@given(st.integers(1, 50), st.integers(0, 3), st.booleans())
def test_fifty_of_one_session_delay_another_s_first_by_one_at_most(
    many: int, going: int, known: bool
) -> None:
    waiting = [ticket("greedy", k) for k in range(many)] + [ticket("late", many)]
    served = {"greedy": 7} if known else {}
    result = names(in_order(waiting, Books({"greedy": going}, served, 7)))
    assert result.index(f"late{many}") <= 1
    if going or known:
        assert result.index(f"late{many}") == 0


def test_many_sessions_take_turns() -> None:
    waiting = [ticket(s, 10 * k + i) for k, s in enumerate("abc") for i in range(3)]
    result = in_order(waiting, NOBODY)
    assert [t.session for t in result] == list("abcabcabc")


@given(st.integers(1, 4), st.integers(1, 3))
def test_newcomers_cannot_starve_a_waiting_run(workers: int, each: int) -> None:
    """An endless stream of new sessions; the run of one that was served before gets its turn."""
    old, known, waiting = ticket("old", 0), Books({}, {"old": 1}, 1), [ticket("old", 0, came=1)]
    number = 0
    for _ in range(OVERDUE + 2):
        for _ in range(each):
            number += 1
            waiting.append(ticket(f"new{number}-", number, came=known.starts))
        for chosen in in_order(waiting, known)[: min(workers, each)]:
            waiting.remove(chosen)
            served = {**known.served, chosen.session: known.starts + 1}
            known = Books({}, served, known.starts + 1)
            if chosen.folder == old.folder:
                assert (
                    known.starts > OVERDUE
                )  # not sooner: newcomers' first runs go before another's second
                return
    raise AssertionError("it starved")


def test_the_lecturer_goes_before_those_overdue() -> None:
    known = Books({}, {}, OVERDUE + 5)
    waiting = [
        ticket("a", 1, came=0),
        ticket("b", 2, came=4),
        ticket("c", 3, came=5),
        ticket("d", 4, 500, True),
    ]
    known = replace(known, served={"a": 90, "b": 80})
    assert names(in_order(waiting, known)) == ["d4", "a1", "b2", "c3"]


# parking for others
# ------------------------------------------------------------------------------------------------

sometimes = st.none() | st.floats(0, 100)
turns_ = st.lists(
    st.builds(
        lambda s, n, f, live, since, paused, leaving: turn(
            ticket(s, n, 0, f, live), since, paused, leaving
        ),
        sessions,
        st.integers(0, 99),
        st.booleans(),
        st.booleans(),
        st.floats(0, 100),
        sometimes,
        sometimes,
    ),
    max_size=5,
    unique_by=lambda t: t.ticket.folder,
)


@given(turns_, queues, st.integers(0, 3))
def test_no_more_runs_park_than_are_needed_and_only_live_ones(
    turns: list[Turn], waiting: list[Ticket], free: int
) -> None:
    ordered = in_order(waiting, NOBODY)
    result = to_park(turns, ordered, NOBODY, free, now=100.0)
    leaving = sum(t.leaving is not None for t in turns)
    assert len(result) <= max(len(waiting) - free - leaving, 0)
    assert len({t.ticket.folder for t, _ in result}) == len(result)
    for t, again in result:
        assert t.ticket.live
        assert t.leaving is None
        idle = t.paused is not None and 100.0 - t.paused >= IDLE
        assert again != idle  # only runs parked for their pause do not queue again
        if t.ticket.first and not idle:
            assert any(w.first for w in ordered)  # the lecturer gives way to the lecturer only


@given(turns_)
def test_without_waiting_runs_none_is_parked(turns: list[Turn]) -> None:
    assert to_park(turns, [], NOBODY, 0, now=1e6) == []


def test_a_slice_ends_when_another_waits() -> None:
    a, waiting = ticket("a", 1), [ticket("b", 2)]
    assert parked([turn(a)], waiting, SLICE - 0.1) == []
    assert parked([turn(a)], waiting, SLICE) == [("a1", True)]
    assert parked([turn(a)], waiting, SLICE, free=1) == []
    assert parked([turn(a)], [ticket("a", 2)], SLICE) == [("a1", True)]  # one's own next run, too
    assert parked([turn(replace(a, live=False))], waiting, SLICE) == []


def test_the_longest_at_a_worker_parks_first() -> None:
    turns = [
        turn(ticket("a", 1), since=2),
        turn(ticket("b", 2), since=1),
        turn(ticket("c", 3), since=3),
    ]
    assert parked(turns, [ticket("d", 4)], 100) == [("b2", True)]
    assert parked(turns, [ticket("d", 4), ticket("e", 5)], 100) == [("b2", True), ("a1", True)]


def test_a_slice_does_not_end_for_one_that_would_not_be_next() -> None:
    """a and b have one each; b's second is no reason to stop a, but one to stop b's first."""
    turns = [turn(ticket("a", 1), since=0), turn(ticket("b", 2), since=1)]
    assert parked(turns, [ticket("b", 3)], 100) == [("b2", True)]


def test_a_long_pause_ends_when_another_waits_and_is_not_queued_again() -> None:
    paused = turn(ticket("a", 1), paused=10.0)
    assert parked([paused], [ticket("b", 2)], 10.0 + IDLE - 0.1) == []
    assert parked([paused], [ticket("b", 2)], 10.0 + IDLE) == [("a1", False)]
    assert parked([paused], [], 10.0 + IDLE) == []
    busy = turn(ticket("c", 3), since=-1000.0)
    assert parked([busy, paused], [ticket("b", 2)], 10.0 + IDLE) == [("a1", False)]


def test_a_paused_run_parks_for_the_lecturer_before_a_training_one() -> None:
    turns = [turn(ticket("a", 1), paused=0.0), turn(ticket("b", 2), since=30.0)]
    waiting = [ticket("me", 3, first=True), ticket("c", 4)]
    assert parked(turns, waiting, 50.0) == [("a1", False)]


def test_the_longest_pause_ends_first() -> None:
    pauses = [turn(ticket("a", 1), paused=10.0), turn(ticket("b", 2), paused=5.0)]
    assert parked(pauses, [ticket("c", 3)], 50.0) == [("b2", False)]


def test_the_lecturer_takes_the_newest_live_run_of_someone_else_at_once() -> None:
    me = [ticket("me", 9, first=True)]
    turns = [
        turn(ticket("a", 1), since=1),
        turn(ticket("b", 2), since=3),
        turn(ticket("c", 3, live=False), since=4),
    ]
    assert parked(turns, me, 5.0) == [("b2", True)]
    assert parked(turns, me, 5.0, free=1) == []
    assert (
        parked([*turns, turn(ticket("d", 4), leaving=4.9)], me, 5.0) == []
    )  # one is on its way already
    turns[0].paused = 4.0
    assert parked(turns, me, 5.0) == [("a1", True)]  # rather one that does nothing now
    assert parked([turn(ticket("me", 1, first=True))], me, 5.0) == []
    assert parked([turn(ticket("c", 3, live=False))], me, 5.0) == []


def test_the_lecturer_s_run_is_sliced_only_for_the_lecturer() -> None:
    mine = turn(ticket("me", 1, first=True))
    assert parked([mine], [ticket("a", 2)], 1000.0) == []
    assert parked([mine], [ticket("me", 2, first=True), ticket("a", 2)], 1000.0) == [("me1", True)]
