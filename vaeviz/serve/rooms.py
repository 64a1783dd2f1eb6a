"""Rooms: a lecturer's page that others follow, and the polls put to them. Thread-safe.

All is in memory and bounded, and nothing is stored: a room ends with its lecturer, after hours of
silence, or with the server. A follower is a browser tab, known by a random name; there are no
other names.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from vaeviz.config import UserError

LETTERS = "ACDEFGHJKMNPQRTUVWXY3479"  # none looks like another, on a wall or in a hand
LENGTH = 5
MOST = 32  # rooms
SEATS = 500  # of one room
IDLE = 4 * 3600.0  # seconds without a word from the lecturer until a room is forgotten
FRAMES = 8  # messages for one place that its followers share
ENDED = "The lecturer has ended the room. You go on alone"


class Stage(Enum):
    """How far a poll is: answers come in, the lecturer shows them, the model has answered."""

    OPEN = "open"
    SHOWN = "shown"
    REVEALED = "revealed"


@dataclass(frozen=True)
class Place:
    """What a lecturer shows: the page and its settings. A `version` is
    never used twice. `opens` is what of its link is no setting, such as a run; `own` is what the
    page's browser alone knows, such as the point under its pointer; `step` is of its lecture.
    """

    page: str
    settings: Mapping[str, Any]
    opens: tuple[tuple[str, str], ...] = ()
    own: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    step: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Poll:
    """A prediction that is put to a room. `read` takes an untrusted answer, and gives None for what
    is none; `form` is how the browser draws it, `view` the settings that it was asked at. Once the
    model has answered, `truth` is its line and `verdicts` are those on each answer.
    """

    page: str
    tool: str
    question: Any
    read: Callable[[object], Any]
    form: Mapping[str, Any]
    view: Any
    number: int = 0
    stage: Stage = Stage.OPEN
    answers: Mapping[str, Any] = field(default_factory=dict)  # by seat
    truth: str | None = None
    verdicts: Mapping[str, Any] = field(default_factory=dict)  # by seat


@dataclass
class Room:
    """One room; `frames` are messages that followers at its place share."""

    code: str
    key: str
    used: float
    place: Place | None = None
    poll: Poll | None = None
    seats: set[str] = field(default_factory=set)
    frames: dict[Hashable, Any] = field(default_factory=dict)


@dataclass
class Seat:
    """A tab's place in a room: it drives, follows or explores alone. `shown` is the version of the
    place that it was shown, `opened` the page and what its address opened there. `seq` is the
    message of the browser that was answered last, and `holds` are the parts that it got then;
    `personal` is whether the message had something for this tab alone.
    """

    room: Room
    drives: bool
    follows: bool = True
    shown: int = 0
    opened: tuple[str, tuple[tuple[str, str], ...]] | None = None
    seq: int = -1
    holds: frozenset[str] = frozenset()
    personal: bool = False


class Rooms:
    """All rooms by their codes, and all seats by their tabs.

    `wake(seats)` is called after a change, outside the lock: the tabs have something new to show.
    `present(seats)` are those of them whose browser is there.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.wake: Callable[[Collection[str]], None] = lambda seats: None
        self.present: Callable[[Collection[str]], Collection[str]] = lambda seats: seats
        self._rooms: dict[str, Room] = {}
        self._seats: dict[str, Seat] = {}
        self._ended: deque[str] = deque(maxlen=MOST)  # codes
        self._lock, self._clock, self._count = threading.RLock(), clock, 0

    def seat(self, tab: str) -> Seat | None:
        """The tab's seat; None outside all rooms, and once its room is over."""
        return self._seats.get(tab)

    def open(self, tab: str) -> Seat:
        """A new room, which this tab drives; a room that it drove before is over."""
        with self._lock:
            before = self._seats.get(tab)
            if before is not None and before.drives:
                self.end(tab)
            self._forget()
            if len(self._rooms) >= MOST:
                raise UserError(f"{MOST} rooms are open on this server: end one of them")
            room = Room(self._code(), secrets.token_urlsafe(16), self._clock())
            self._rooms[room.code] = room
            return self._sit(tab, room, drives=True)

    def join(self, tab: str, code: object, key: object = None) -> Seat:
        """A seat in the room of this code; who has its key drives."""
        with self._lock:
            self._forget()
            room = self._rooms.get(tidy(code))
            if room is None and tidy(code) in self._ended:
                raise UserError(ENDED)
            if room is None:
                raise UserError("There is no room of this code: look at it again, or it is over")
            return self._sit(tab, room, drives=_same(key, room.key))

    def leave(self, tab: str) -> None:
        with self._lock:
            seat = self._seats.pop(tab, None)
            if seat is not None:
                seat.room.seats.discard(tab)

    def follow(self, tab: str, follows: bool) -> None:
        """Explore alone, or follow again."""
        seat = self.seat(tab)
        if seat is not None:
            seat.follows, seat.opened = follows, None

    def show(self, tab: str, place: Place) -> None:
        """The lecturer shows this: followers are woken if it differs from what was there."""
        with self._lock:
            room = self._driven(tab)
            if room.place is not None and replace(room.place, version=place.version) == place:
                return
            self._count += 1
            room.place = replace(place, version=self._count)
            room.frames = {}
        self._woken(room)

    def ask(self, tab: str, poll: Poll) -> None:
        """Puts a prediction to the room, in place of the one before."""
        with self._lock:
            room = self._driven(tab)
            self._count += 1
            room.poll = replace(poll, number=self._count)
        self._woken(room)

    def answer(self, tab: str, number: object, answer: object) -> None:
        """A follower's answer, untrusted; the last one counts."""
        with self._lock:
            seat = self.seat(tab)
            poll = seat.room.poll if seat else None
            if seat is None or seat.drives or poll is None or poll.number != number:
                raise UserError("This question is over")
            if poll.stage is not Stage.OPEN:
                raise UserError("The answers are on the wall already")
            taken = poll.read(answer)
            if taken is None:
                raise UserError("This is no answer: choose one, or type a number")
            seat.room.poll = replace(poll, answers={**poll.answers, tab: taken})

    def count(self, tab: str) -> None:
        """Shows the answers to the room; none is taken from now on."""
        with self._lock:
            room = self._driven(tab)
            if room.poll is None:
                raise UserError("Nothing is asked")
            if room.poll.stage is not Stage.OPEN:
                return
            room.poll = replace(room.poll, stage=Stage.SHOWN)
        self._woken(room)

    def reveal(self, tab: str, number: int, truth: str, grade: Callable[[Any], Any]) -> None:
        """What the model did, and each answer's verdict; none is taken from now on."""
        with self._lock:
            room = self._driven(tab)
            poll = room.poll
            if poll is None or poll.number != number:
                return
            verdicts = {who: grade(answer) for who, answer in poll.answers.items()}
            room.poll = replace(poll, stage=Stage.REVEALED, truth=truth, verdicts=verdicts)
        self._woken(room)

    def close(self, tab: str) -> None:
        """Takes the poll away."""
        with self._lock:
            room = self._driven(tab)
            room.poll = None
        self._woken(room)

    def end(self, tab: str) -> None:
        """The room is over: all seats are gone."""
        with self._lock:
            room = self._driven(tab)
            self._ended.append(room.code)
            seats = self._remove(room)
        self.wake(seats)

    def followers(self, room: Room) -> int:
        """How many follow now."""
        with self._lock:
            listed = [tab for tab in room.seats if self._follows(tab)]
        return len(self.present(listed))

    def _driven(self, tab: str) -> Room:
        """The room that this tab drives; who only follows is refused."""
        seat = self.seat(tab)
        if seat is None or not seat.drives:
            raise UserError("Only the lecturer steers the room")
        seat.room.used = self._clock()
        return seat.room

    def touch(self, room: Room) -> None:
        """The lecturer is there."""
        room.used = self._clock()

    def _woken(self, room: Room) -> None:
        with self._lock:
            seats = [tab for tab in room.seats if self._follows(tab)]
        self.wake(seats)

    def _follows(self, tab: str) -> bool:
        seat = self._seats.get(tab)
        return seat is not None and seat.follows and not seat.drives

    def _sit(self, tab: str, room: Room, drives: bool) -> Seat:
        self.leave(tab)
        if len(room.seats) >= SEATS:
            for gone in room.seats - set(self.present(list(room.seats))):
                self.leave(gone)
        if len(room.seats) >= SEATS and not drives:
            raise UserError(f"The room is full: {SEATS} follow")
        room.seats.add(tab)
        seat = self._seats[tab] = Seat(room, drives)
        return seat

    def _forget(self) -> None:
        """Old rooms go."""
        for room in [r for r in self._rooms.values() if self._clock() - r.used > IDLE]:
            self._remove(room)

    def _remove(self, room: Room) -> list[str]:
        seats = list(room.seats)
        self._rooms.pop(room.code, None)
        for tab in seats:
            self.leave(tab)
        return seats

    def _code(self) -> str:
        while True:
            code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            if code not in self._rooms and code not in self._ended:
                return code


def tidy(code: object) -> str:
    """A code as it may be typed, in capitals; "" for what is none."""
    text = code.strip().upper() if isinstance(code, str) and len(code) < 4 * LENGTH else ""
    return text if len(text) == LENGTH and set(text) <= set(LETTERS) else ""


def _same(given: object, key: str) -> bool:
    """In a time that says nothing of the key."""
    sent = given.encode(errors="replace") if isinstance(given, str) else b""
    return hmac.compare_digest(sent, key.encode())


ROOMS = Rooms()  # of all sessions
