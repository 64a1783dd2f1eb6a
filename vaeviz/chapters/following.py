"""A tab with a seat in a room: a follower's page shows what the lecturer's does.

The server leads: whatever a follower's browser says, its settings are the room's while it follows.
Followers at one place who hold the same parts share one message, so that a whole class costs little
more than one of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from vaeviz.chapters import engine, room, shared
from vaeviz.chapters.chapter import Chapter, Visitor
from vaeviz.chapters.engine import AT_ONCE, Memory, Said
from vaeviz.chapters.prediction import Asked
from vaeviz.chapters.settings import Note, parse, text
from vaeviz.config import UserError
from vaeviz.live.message import Packed, opened
from vaeviz.serve.rooms import FRAMES, ROOMS, Place, Seat

OURS = ("room", "key")  # of the address
PERSONAL = ("lecture", "lectures", "refused")  # in a message, what is for one tab alone
OWN = ("point", "dims")  # what a browser says of its pointer
EACH = 20  # ms per follower between two questions of one, while something is on its way
WIDEST = 2**16  # characters of settings that are shown to a room


@dataclass(frozen=True)
class _Frame:
    """A message that followers share, and what their sessions keep of it."""

    header: Mapping[str, Any]
    changed: Callable[..., Packed]
    values: Mapping[str, Any]
    tool: str
    notes: tuple[Note, ...]
    view: Any


def answer(
    chapter: Chapter, heard: Said, address: Mapping[str, str], visitor: Visitor, memory: Memory
) -> bytes:
    """The message that answers the browser, as the engine's, with what its room has to say."""
    address = {name: value for name, value in address.items() if name not in OURS}
    tab, news = visitor.session, _news(heard, memory)
    if not news and ROOMS.seat(tab) is None:
        return engine.answer(chapter, heard, address, visitor, memory)
    lines = _done(partial(room.act, tab), news)
    seat = ROOMS.seat(tab)
    if seat is not None and _led(seat, chapter):
        header, changed = _follow(chapter, heard, address, visitor, memory, seat)
        again = _calmer(seat, header["again"])
    else:
        reveal, more = _revealing(tab, seat, chapter, heard, memory, news)
        sent = engine.answer(chapter, reveal, address, visitor, memory)
        header, changed = opened(sent)
        again = header["again"]
        lines += more
    about: dict[str, Any] = {}
    lines += _done(partial(_drive, tab, chapter, heard, memory, header, about), news)
    if lines:
        about["error"] = " ".join(f"{line}." for line in lines)
    return _signed(tab, about, changed, seq=heard.seq, done=memory.done or 0, again=again)


def woken(chapter: Chapter, heard: Said, visitor: Visitor, memory: Memory) -> Packed | None:
    """The message for a tab whose browser has said nothing since, where another follower's will do;
    quick. None where the page must be run.
    """
    seat = ROOMS.seat(visitor.session)
    place = seat.room.place if seat else None
    if seat is None or place is None or not _led(seat, chapter):
        return None
    if (
        seat.seq != heard.seq
        or _reopens(heard, memory, seat, place)
        or not _alike(heard, memory, seat)
    ):
        return None
    frame = seat.room.frames.get((place.version, heard.theme, seat.holds))
    if frame is None:
        return None
    changed = _taken(chapter, frame, heard, memory, seat, place)[1]
    return _signed(visitor.session, {}, changed, seq=heard.seq, done=memory.done or 0)


def _signed(
    tab: str, about: dict[str, Any], changed: Callable[..., Packed], seq: int, **fields: Any
) -> Packed:
    """The message with what this tab is told of its room."""
    seat = ROOMS.seat(tab)
    if seat is not None:
        about |= room.told(tab, seat)
        if seat.drives:
            ROOMS.touch(seat.room)
    message = changed(room=about, seq=seq, **fields)
    if seat is not None:
        seat.seq, seat.holds = seq, message.tags
    return message


def _news(heard: Said, memory: Memory) -> list[tuple[str, Any]]:
    """The actions of rooms that this session has not done yet: the engine does others, and counts
    them all.
    """
    if memory.done is None and heard.seq > 1:
        return []
    new = sorted(n for n in heard.actions if n > (memory.done or 0))[:AT_ONCE]
    return [heard.actions[n] for n in new if heard.actions[n][0].startswith("room-")]


def _done(act: Callable[[str, Any], None], news: list[tuple[str, Any]]) -> list[str]:
    """Does them, and says why one could not be done."""
    lines = []
    for name, value in news:
        try:
            act(name, value)
        except UserError as error:
            lines.append(str(error))
    return lines


def _calmer(seat: Seat, again: int | None) -> int | None:
    """A class that waits for one thing asks less often, each."""
    return None if again is None else max(again, EACH * len(seat.room.seats))


def _led(seat: Seat, chapter: Chapter) -> bool:
    """Whether the room says what this page shows."""
    place = seat.room.place
    on = place is not None and place.page == chapter.name
    return on and seat.follows and not seat.drives


def _follow(
    chapter: Chapter, heard: Said, address: Mapping[str, str], visitor: Visitor, memory: Memory,
    seat: Seat,
) -> tuple[Mapping[str, Any], Callable[..., Packed]]:  # fmt: skip
    """The room's place for this tab: from another follower's message, or made."""
    place = seat.room.place
    assert place is not None
    heard, opening = _lead(heard, memory, seat, place)
    key = (place.version, heard.theme, heard.held)
    alike = heard.settings is not None and _alike(heard, memory, seat)
    frame = seat.room.frames.get(key) if alike else None
    if frame is not None:
        return _taken(chapter, frame, heard, memory, seat, place)
    sent = engine.answer(chapter, heard, opening or address, visitor, memory)
    if seat.shown != place.version and _differs(memory, place):  # a move had brought others along
        heard, memory.answered = replace(heard, settings=place.settings), None
        sent = engine.answer(chapter, heard, address, visitor, memory)
    seat.shown = place.version
    header, changed = opened(sent)
    seat.personal = any(header.get(name) for name in PERSONAL)
    whole = alike and not seat.personal and not header["pending"] and header["again"] is None
    if whole and not any(memory.own.values()) and len(seat.room.frames) < FRAMES:
        kept = dict(memory.values), memory.tool, tuple(memory.notes), memory.shown
        seat.room.frames[key] = _Frame(header, changed, *kept)
    return header, changed


def _lead(heard: Said, memory: Memory, seat: Seat, place: Place) -> tuple[Said, Mapping[str, str]]:
    """What the browser would say if it showed the room's place, and the address of a page that
    begins anew there.
    """
    if heard.seq == seat.seq:  # the browser has said nothing since: it holds what it got
        heard = replace(heard, held=seat.holds)
    own = {**heard.rest, **place.own}
    fresh = _reopens(heard, memory, seat, place)
    seat.opened = place.page, place.opens
    if not fresh:
        return replace(heard, settings=place.settings, rest=own), {}
    if heard.settings is not None:
        memory.own.clear()
    texts = {name: text(value) for name, value in place.settings.items()}
    return replace(heard, settings=None, rest=own), {**texts, **dict(place.opens)}


def _reopens(heard: Said, memory: Memory, seat: Seat, place: Place) -> bool:
    """Whether the page begins anew: it is new, or what its address opens is another."""
    if heard.settings is None:
        return True
    if seat.opened is None:
        return bool(place.opens) or any(memory.own.values())
    before = seat.opened[1] if seat.opened[0] == place.page else ()
    return before != place.opens


def _alike(heard: Said, memory: Memory, seat: Seat) -> bool:
    """Whether the message has nothing for this tab alone."""
    if seat.personal or any(heard.rest.get(name) for name in PERSONAL):
        return False
    undone = any(n > (memory.done or 0) for n in heard.actions)
    reads = heard.rest.get("reading") == "open"
    return not undone and not reads and memory.done is not None and not any(memory.own.values())


def _taken(
    chapter: Chapter, frame: _Frame, heard: Said, memory: Memory, seat: Seat, place: Place
) -> tuple[Mapping[str, Any], Callable[..., Packed]]:
    """Another follower's message: this session's memory is as if it had made it."""
    before = dict(memory.values)
    memory.values = {**before, **frame.values}
    memory.tool, memory.notes, memory.shown = frame.tool, list(frame.notes), frame.view
    memory.asked, memory.settled = None, dict(memory.values)
    memory.answered = heard.seq, place.settings
    shared.keep(chapter.tools, before, memory.values, memory.shared)
    seat.shown = place.version
    return frame.header, frame.changed


def _differs(memory: Memory, place: Place) -> bool:
    return any(memory.values.get(n, value) != value for n, value in place.settings.items())


def _revealing(
    tab: str, seat: Seat | None, chapter: Chapter, heard: Said, memory: Memory,
    news: list[tuple[str, Any]],
) -> tuple[Said, list[str]]:  # fmt: skip
    """What the lecturer's browser says, with the poll's move where it is to be revealed: the model
    is measured before and after it.
    """
    if not any(name == "room-reveal" for name, _ in news):
        return heard, []
    poll = seat.room.poll if seat is not None and seat.drives else None
    if poll is None:
        return heard, ["Only the lecturer reveals, once something is asked"]
    if (poll.page, poll.tool) != (chapter.name, memory.tool):
        return heard, ["Open the tool again that the question is about"]
    question, moves = poll.question, poll.form["moves"]
    ROOMS.count(tab)  # what comes in later has seen it
    measured = partial(room.graded, tab, poll)
    memory.asked = Asked(poll.tool, question, None, poll.view, moves, measured=measured)
    move = question.move(poll.view)
    if not move:  # the end of a run answers
        return heard, []
    moved = {**(heard.settings or {}), **vars(parse(move, poll.view)[0])}
    return replace(heard, settings=moved), []


def _drive(
    tab: str, chapter: Chapter, heard: Said, memory: Memory, header: Mapping[str, Any],
    about: dict[str, Any], name: str, value: Any,
) -> None:  # fmt: skip
    """What the lecturer's actions need the frame for."""
    if name in ("room-show", "room-ask", "room-reveal"):
        place = _place(chapter, heard, memory, header)
        if name == "room-show":
            room.moves_on(tab, place)
        ROOMS.show(tab, place)
    if name == "room-ask":
        ROOMS.ask(tab, room.asked(value, chapter.name, chapter.tools, header, memory))
    if name == "room-qr":
        about["qr"] = room.qr(value)


def _place(chapter: Chapter, heard: Said, memory: Memory, header: Mapping[str, Any]) -> Place:
    """What the lecturer's page shows now. Raises UserError where it is too much to pass on."""
    tabs = {"tool": memory.tool} if len(chapter.tools) > 1 else {}
    settings = {**memory.values, **tabs}
    if sum(len(str(value)) for value in settings.values()) > WIDEST:
        raise UserError("What is pasted here is too long for the room")
    link = parse_qsl(str(header["link"])[1:])
    opens = tuple((name, value) for name, value in link if name not in settings)
    own = {name: heard.rest[name] for name in OWN if _plain(heard.rest.get(name))}
    return Place(chapter.name, settings, opens, own, step=room.step(memory.guide, header))


def _plain(value: object) -> bool:
    """A short list of numbers, as a point is."""
    return (
        isinstance(value, list)
        and len(value) <= 512
        and all(isinstance(each, int | float) and math.isfinite(each) for each in value)
    )
