"""Which waiting run trains next, and which running one parks for it, as pure functions.

A browser on the server's own machine (the lecturer's) comes first. Then the session with the fewest
runs at a worker, then the one whose last start is oldest, then the order of arrival. A run that has
waited for more than OVERDUE starts of others comes before all but the lecturer's, so that newcomers
cannot starve it.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

OVERDUE = 100  # starts of others since it arrived
SLICE = 60.0  # seconds at a worker after which a live run parks if another waits
ALONE = 10.0  # the same for a run that no page watches
IDLE = 20.0  # seconds of pause after which a run parks if another waits


@dataclass(frozen=True)
class Ticket:
    """A run that a session submitted: `number` by arrival, `came` after that many starts of others.

    `live` runs can be parked; `first` ones are the lecturer's.
    """

    folder: Path
    session: str
    number: int = 0
    came: int = 0
    first: bool = False
    live: bool = True


@dataclass
class Turn:
    """A run at a worker. Seconds of one clock: its start, its pause, and when it was asked to park.

    `again`: it queues again after parking. `watched`: a page shows it.
    """

    ticket: Ticket
    since: float
    paused: float | None = None
    leaving: float | None = None
    again: bool = False
    watched: bool = True


@dataclass(frozen=True)
class Books:
    """Each session's runs at a worker, its last start, and the number of all starts."""

    going: Mapping[str, int]
    served: Mapping[str, int]
    starts: int = 0


def in_order(waiting: Iterable[Ticket], books: Books) -> list[Ticket]:
    """The tickets in the order in which they would start if nothing else happened."""
    waiting = sorted(waiting, key=lambda t: t.number)
    late = [t for t in waiting if not t.first and books.starts - t.came > OVERDUE]
    rest = [t for t in waiting if not t.first and books.starts - t.came <= OVERDUE]
    going, served = Counter(books.going), dict(books.served)
    order = _fair([t for t in waiting if t.first], going, served, books.starts)
    for ticket in late:
        _serve(ticket, going, served, books.starts + len(order))
        order.append(ticket)
    return order + _fair(rest, going, served, books.starts + len(order))


def to_park(
    turns: Sequence[Turn], waiting: Sequence[Ticket], books: Books, free: int, now: float
) -> list[tuple[Turn, bool]]:
    """The turns that must park now, and whether they queue again; `waiting` in order.

    For the lecturer, the newest live run of another session, paused ones first; else only turns
    whose pause or slice is over, and never more than are needed.
    """
    coming = free + sum(t.leaving is not None for t in turns)
    unserved = waiting[coming:]
    able = [t for t in turns if t.ticket.live and t.leaving is None]
    idle = sorted((t for t in able if _pause(t, now) >= IDLE), key=lambda t: -_pause(t, now))
    others = [t for t in able if t not in idle and not t.ticket.first]
    others.sort(key=lambda t: (t.paused is None, -t.since))
    urgent = sum(t.first for t in unserved)
    chosen = [(t, False) for t in idle[: len(unserved)]]
    chosen += [(t, True) for t in others[: max(urgent - len(chosen), 0)]]
    kept = [t for t in able if all(t is not c for c, _ in chosen)]
    return chosen + _sliced(kept, unserved[len(chosen) :], books, now)


def _pause(turn: Turn, now: float) -> float:
    return 0.0 if turn.paused is None else now - turn.paused


def _sliced(
    turns: Sequence[Turn], unserved: Sequence[Ticket], books: Books, now: float
) -> list[tuple[Turn, bool]]:
    """The turns past their slice, longest first, while another run would then be next."""
    finished = sorted(
        (t for t in turns if now - t.since >= (SLICE if t.watched else ALONE)),
        key=lambda t: t.since,
    )
    parked: list[tuple[Turn, bool]] = []
    for turn in finished:
        if len(parked) < len(unserved) and _gives_way(turn.ticket, unserved[len(parked) :], books):
            parked.append((turn, True))
    return parked


def _gives_way(ticket: Ticket, unserved: Sequence[Ticket], books: Books) -> bool:
    """Whether another run is next when `ticket` queues again at the end."""
    back = replace(ticket, number=max(t.number for t in unserved) + 1, came=books.starts)
    going = Counter(books.going)
    going[ticket.session] -= 1
    return in_order([*unserved, back], replace(books, going=going))[0] is not back


def _fair(
    tickets: Iterable[Ticket], going: Counter[str], served: dict[str, int], starts: int
) -> list[Ticket]:
    """In fair order; updates `going` and `served`."""
    lines: dict[str, deque[Ticket]] = defaultdict(deque)
    for ticket in tickets:
        lines[ticket.session].append(ticket)
    heads = [_rank(line, going, served) for line in lines.values()]
    heapq.heapify(heads)
    order: list[Ticket] = []
    while heads:
        session = heapq.heappop(heads)[-1]
        order.append(lines[session].popleft())
        _serve(order[-1], going, served, starts + len(order))
        if lines[session]:
            heapq.heappush(heads, _rank(lines[session], going, served))
    return order


def _rank(
    line: deque[Ticket], going: Counter[str], served: dict[str, int]
) -> tuple[int, int, int, str]:
    head = line[0]
    return going[head.session], served.get(head.session, -1), head.number, head.session


def _serve(ticket: Ticket, going: Counter[str], served: dict[str, int], start: int) -> None:
    going[ticket.session] += 1
    served[ticket.session] = start
