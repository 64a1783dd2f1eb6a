"""The runs that wait for a worker, and the counts that their order depends on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from vaeviz.runs.queue.fair_order import Books, Ticket, Turn, in_order

REMEMBERED = 1000  # sessions


class Waiting:
    """Not thread-safe: the registry locks it."""

    def __init__(self) -> None:
        self._tickets: dict[Path, Ticket] = {}
        self._served: dict[str, int] = {}  # each session's last start, the newest last
        self._starts = self._arrivals = 0
        self._ordered: tuple[Books, list[Ticket]] | None = None

    def __contains__(self, folder: Path) -> bool:
        return folder in self._tickets

    def __len__(self) -> int:
        return len(self._tickets)

    def tickets(self) -> list[Ticket]:
        return list(self._tickets.values())

    def add(self, ticket: Ticket) -> None:
        """Adds it at the end, whatever its previous number."""
        self._arrivals += 1
        self._tickets[ticket.folder] = replace(ticket, number=self._arrivals, came=self._starts)
        self._ordered = None

    def drop(self, folder: Path) -> bool:
        """Removes it; returns whether it was there."""
        self._ordered = None
        return self._tickets.pop(folder, None) is not None

    def started(self, session: str) -> None:
        """Counts the start of a session's run."""
        self._starts += 1
        self._served.pop(session, None)
        self._served[session] = self._starts
        while len(self._served) > REMEMBERED:
            del self._served[next(iter(self._served))]

    def order(self, turns: Iterable[Turn]) -> list[Ticket]:
        """All that wait, in order, while `turns` have a worker."""
        books = self.books(turns)
        if self._ordered is None or self._ordered[0] != books:
            self._ordered = books, in_order(self._tickets.values(), books)
        return self._ordered[1]

    def books(self, turns: Iterable[Turn]) -> Books:
        going: dict[str, int] = {}
        for turn in turns:
            if turn.leaving is None:
                going[turn.ticket.session] = going.get(turn.ticket.session, 0) + 1
        return Books(going, dict(self._served), self._starts)
