"""Rooms: codes and keys, who may steer, answers from many threads, and bounds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from vaeviz.config import UserError
from vaeviz.serve import rooms
from vaeviz.serve.rooms import LETTERS, Place, Poll, Rooms, Stage, tidy


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def made() -> Rooms:
    return Rooms(Clock())


def poll(**changed: Any) -> Poll:
    about = {"read": lambda answer: answer if isinstance(answer, int) else None, "form": {}}
    return Poll("explorer", "explore", None, view=None, **{**about, **changed})


def opened(made: Rooms, tab: str = "lecturer") -> str:
    return made.open(tab).room.code


def test_a_room_s_code_is_short_and_its_key_is_long(made: Rooms) -> None:
    codes = {opened(made, f"tab {n}") for n in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 5 and set(code) <= set(LETTERS) for code in codes)
    assert not set("0O1IL5S8B2Z") & set(LETTERS)
    seat = made.seat("tab 0")
    assert seat is not None
    assert len(seat.room.key) >= 20


def test_only_the_key_drives(made: Rooms) -> None:
    code = opened(made)
    seat = made.seat("lecturer")
    assert seat is not None
    for key in (None, "", seat.room.key[:-1], 7, [], "\ud800", seat.room.key.upper()):
        assert not made.join("student", code, key).drives
    assert made.join("again", f" {code.lower()} ", seat.room.key).drives


@pytest.mark.parametrize("code", [None, "", "ABCDE", "A" * 5, 7, ["A"], "A" * 9999, "aaaaa\n\n"])
def test_a_code_of_no_room_is_refused(made: Rooms, code: object) -> None:
    with pytest.raises(UserError):
        made.join("student", code)
    assert made.seat("student") is None


def test_a_typed_code_is_read_as_it_was_meant() -> None:
    assert tidy(" hjk34\n") == "HJK34"
    assert [tidy(bad) for bad in ("HJK3", "HJK30", "HJK345", None, 3)] == [""] * 5


@pytest.mark.parametrize(
    "steer",
    [
        lambda made, tab: made.show(tab, Place("explorer", {})),
        lambda made, tab: made.ask(tab, poll()),
        lambda made, tab: made.count(tab),
        lambda made, tab: made.reveal(tab, made.seat(tab).room.poll.number, "it rises", bool),
        lambda made, tab: made.close(tab),
        lambda made, tab: made.end(tab),
    ],
)
def test_a_follower_cannot_steer(made: Rooms, steer: Any) -> None:
    code = opened(made)
    made.show("lecturer", Place("collapse", {"beta": 2.0}))
    made.ask("lecturer", poll())
    room = made.join("student", code).room
    before = room.place, room.poll
    with pytest.raises(UserError):
        steer(made, "student")
    assert (room.place, room.poll) == before
    assert made.seat("lecturer") is not None


def test_what_is_shown_wakes_those_who_follow_once(made: Rooms) -> None:
    code, woken = opened(made), list[list[str]]()
    for tab in ("a", "b", "c"):
        made.join(tab, code)
    made.follow("b", follows=False)
    made.wake = lambda tabs: woken.append(sorted(tabs))
    for beta in (1.0, 1.0, 2.0):
        made.show("lecturer", Place("explorer", {"beta": beta}))
    assert woken == [["a", "c"]] * 2
    made.leave("a")
    made.follow("b", follows=True)
    made.ask("lecturer", poll())
    assert woken[-1] == ["b", "c"]
    made.end("lecturer")
    assert woken[-1] == ["b", "c", "lecturer"]
    assert made.seat("b") is None
    with pytest.raises(UserError):
        made.join("late", code)


def test_no_answer_of_many_threads_is_lost(made: Rooms) -> None:
    code = opened(made)
    made.ask("lecturer", poll())
    room = made.join("tab 0", code).room
    number = room.poll.number if room.poll else 0

    def answer(n: int) -> None:
        made.join(f"tab {n}", code)
        for value in range(3):  # the last one counts
            made.answer(f"tab {n}", number, value)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(answer, range(200)))
    assert room.poll is not None
    assert dict(room.poll.answers) == {f"tab {n}": 2 for n in range(200)}


def test_an_answer_counts_while_the_question_is_open(made: Rooms) -> None:
    code = opened(made)
    made.ask("lecturer", poll())
    room = made.join("student", code).room
    assert room.poll is not None
    first = room.poll.number
    for number, answer in ((first, "no number"), (first + 1, 3), (None, 3)):
        with pytest.raises(UserError):
            made.answer("student", number, answer)
    with pytest.raises(UserError):
        made.answer("lecturer", first, 3)
    made.answer("student", first, 3)
    made.count("lecturer")
    with pytest.raises(UserError):
        made.answer("student", first, 4)
    made.reveal("lecturer", first + 1, "of another poll", str)
    assert room.poll.stage is Stage.SHOWN
    made.reveal("lecturer", first, "it rises", str)
    made.count("lecturer")  # it is no way back
    assert (room.poll.stage, room.poll.truth) == (Stage.REVEALED, "it rises")
    assert room.poll.verdicts == {"student": "3"}
    made.close("lecturer")
    assert room.poll is None


def test_who_returns_to_a_room_that_was_ended_is_told_so(made: Rooms) -> None:
    code = opened(made)
    made.join("student", code)
    made.end("lecturer")
    with pytest.raises(UserError) as told:
        made.join("student", code.lower())
    assert str(told.value) == rooms.ENDED
    with pytest.raises(UserError) as told:
        made.join("student", "ACDEF" if code != "ACDEF" else "CDEFA")
    assert str(told.value) != rooms.ENDED


def test_rooms_and_seats_are_bounded_and_old_ones_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rooms, "MOST", 3)
    monkeypatch.setattr(rooms, "SEATS", 4)
    clock = Clock()
    made = Rooms(clock)
    codes = [opened(made, f"lecturer {n}") for n in range(3)]
    with pytest.raises(UserError):
        opened(made, "one more")
    assert opened(made, "lecturer 0") != codes[0]  # its own room makes way
    for n in range(3):
        made.join(f"student {n}", codes[1])
    with pytest.raises(UserError):
        made.join("full", codes[1])
    made.present = lambda tabs: [tab for tab in tabs if tab != "student 0"]  # it has gone
    made.join("full", codes[1])
    assert made.seat("student 0") is None
    clock.now = rooms.IDLE + 1
    opened(made, "next day")
    with pytest.raises(UserError):
        made.join("late", codes[2])
    assert made.seat("full") is None
    assert len(made._rooms) == 1
    assert set(made._seats) == {"next day"}
