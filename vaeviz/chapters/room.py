"""What a browser says to its room, and what it is told of it: its place, and the poll.

Its actions are "room-NAME". A message of a tab with a seat has `room`: {code, drives, follows,
page: {name, path}, version, own: what the lecturer's browser alone knows, step: of the lecture that
the lecturer gives, {title, task, light: panels} or null, poll}, for the lecturer also key and
followers; or {error: why it has no seat}. A poll is {number, page, tool, name, stage, kind and its
fields, moves, mine: whether this tab has answered}, with answers: their number for the lecturer,
and once it is shown bars: [[label, answers]] or spots: [[x, y, answers]]; at last truth: the
model's line, right: how many, and verdict: [right, line] of this tab's own answer.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import segno

from vaeviz.chapters.answers import number
from vaeviz.chapters.catalogue import NAMES
from vaeviz.chapters.engine import Memory
from vaeviz.chapters.lecturing import Guide
from vaeviz.chapters.prediction import Prediction
from vaeviz.config import UserError
from vaeviz.serve.rooms import ROOMS, Place, Poll, Seat, Stage

BINS = 8  # bars of numbers
CELLS = 10  # of each axis of a plane
LONGEST = 400  # characters of the link in a QR code
_COLOURED = re.compile(r"\\(?:distortion|rate|posterior|prior)\{([^}]*)\}")


def act(tab: str, name: str, value: object) -> None:
    """One action that concerns the seat or the poll; others are passed over. Raises UserError."""
    given = value if isinstance(value, Mapping) else {}
    if name in ACTS:
        ACTS[name](tab, given)


ACTS: dict[str, Callable[[str, Mapping[str, Any]], Any]] = {
    "room-open": lambda tab, given: ROOMS.open(tab),
    "room-join": lambda tab, given: ROOMS.join(tab, given.get("code"), given.get("key")),
    "room-leave": lambda tab, given: ROOMS.leave(tab),
    "room-alone": lambda tab, given: ROOMS.follow(tab, follows=False),
    "room-follow": lambda tab, given: ROOMS.follow(tab, follows=True),
    "room-answer": lambda tab, given: ROOMS.answer(tab, given.get("number"), given.get("answer")),
    "room-count": lambda tab, given: ROOMS.count(tab),
    "room-close": lambda tab, given: ROOMS.close(tab),
    "room-end": lambda tab, given: ROOMS.end(tab),
}


def step(guide: Guide, header: Mapping[str, Any]) -> dict[str, Any] | None:
    """The step of the lecturer's lecture, while its page is shown: what to do in plain words, and
    the panels to light. A question of a step is put by a poll.
    """
    shown = header.get("lecture")
    if guide.lecture is None or not shown or not shown["near"]:
        return None
    now = guide.now
    task = "" if now.prediction else _COLOURED.sub(r"\1", now.do).replace("*", "").strip()
    return {"at": guide.step, "title": now.title, "task": task, "light": shown["light"]}


def moves_on(tab: str, place: Place) -> None:
    """A poll that is revealed goes once the lecturer opens another page, tool or step."""
    seat = ROOMS.seat(tab)
    if seat is None or not seat.drives or seat.room.place is None or seat.room.poll is None:
        return
    if seat.room.poll.stage is Stage.REVEALED and _where(seat.room.place) != _where(place):
        ROOMS.close(tab)


def _where(place: Place) -> tuple[Any, ...]:
    return place.page, place.settings.get("tool"), place.step and place.step["at"]


def asked(name: object, page: str, tools: Iterable[Any], header: Any, memory: Memory) -> Poll:
    """The poll of this question of the open tool, as the browser was offered it. Raises
    UserError.
    """
    offered = next((each for each in header["predictions"] if each["name"] == name), {})
    tool = next(each for each in tools if each.name == header["tool"])
    question = next((each for each in tool.predictions if each.name == name), None)
    if question is None or "kind" not in offered or memory.shown is None:
        raise UserError("This cannot be asked here now")
    form = {**offered, "page": page, "tool": tool.name}
    return Poll(page, tool.name, question, partial(_read, question, form), form, memory.shown)


def _read(question: Prediction, form: Mapping[str, Any], answer: object) -> Any:
    """An untrusted answer; of options, only what was offered."""
    taken, options = question.kind.read(answer), form.get("options")
    if taken is None or options is None:
        return taken
    return taken if ({taken} if isinstance(taken, str) else taken) <= set(options) else None


def told(tab: str, seat: Seat) -> dict[str, Any]:
    """What the message says of the room; only the lecturer's has the key."""
    room = seat.room
    about: dict[str, Any] = {"code": room.code, "drives": seat.drives, "follows": seat.follows}
    if seat.drives:
        about |= {"key": room.key, "followers": ROOMS.followers(room)}
    if room.place is not None:
        path = "" if room.place.page == NAMES[0] else room.place.page
        about |= {
            "page": {"name": room.place.page, "path": path},
            "version": room.place.version,
            "own": room.place.own,
            "step": room.place.step,
        }
    return about | ({"poll": _poll(tab, seat, room.poll)} if room.poll else {})


def _poll(tab: str, seat: Seat, poll: Poll) -> dict[str, Any]:
    about = {**poll.form, "number": poll.number, "stage": poll.stage.value}
    about["mine"] = tab in poll.answers
    if seat.drives or poll.stage is not Stage.OPEN:
        about["answers"] = len(poll.answers)
    if poll.stage is not Stage.OPEN:
        about |= histogram(poll.form, list(poll.answers.values()))
    if poll.truth is not None:
        about["right"] = sum(verdict.right for verdict in poll.verdicts.values())
        about["truth"] = poll.truth
    if tab in poll.verdicts:
        about["verdict"] = [poll.verdicts[tab].right, poll.verdicts[tab].line]
    return about


def graded(tab: str, poll: Poll, before: Any, after: Any) -> None:
    """What the model did with the move of a poll is revealed to the room."""
    kind = poll.question.kind
    ROOMS.reveal(
        tab, poll.number, kind.truth(before, after), lambda said: kind.grade(said, before, after)
    )


def histogram(form: Mapping[str, Any], answers: list[Any]) -> dict[str, Any]:
    """How many gave each answer: a count per option, per range of numbers, or per place."""
    if form["kind"] == "one":
        counts = Counter(answers)
        return {"bars": [[option, counts[option]] for option in form["options"]]}
    if form["kind"] == "many":
        counts = Counter(name for answer in answers for name in answer)
        none = sum(not answer for answer in answers)
        return {"bars": [*([option, counts[option]] for option in form["options"]), ["none", none]]}
    if form["kind"] == "place":
        return {"spots": _spots(form["ends"], answers)}
    return {"bars": _ranges(answers)}


def _spots(ends: list[float], answers: list[tuple[float, float]]) -> list[list[float]]:
    """Places on the plane, each in the middle of its cell."""

    def cell(value: float, end: float) -> int:
        return min(CELLS - 1, max(0, math.floor(CELLS * value / end)))

    counts = Counter((cell(x, ends[0]), cell(y, ends[1])) for x, y in answers)
    return [
        [(i + 0.5) * ends[0] / CELLS, (j + 0.5) * ends[1] / CELLS, count]
        for (i, j), count in sorted(counts.items())
    ]


def _ranges(answers: list[float]) -> list[list[Any]]:
    """Numbers in a few ranges of equal width; a few different ones, each by itself."""
    counts = Counter(answers)
    if len(counts) <= BINS:
        return [[number(value), counts[value]] for value in sorted(counts)]
    low, high = min(answers), max(answers)
    edges = [low + (high - low) * (k / BINS) for k in range(BINS + 1)]
    bins = Counter(min(BINS - 1, int(BINS * ((v - low) / (high - low)))) for v in answers)
    return [[f"{number(edges[k])} to {number(edges[k + 1])}", bins[k]] for k in range(BINS)]


def qr(value: object) -> str:
    """A link of the app as a QR code, in SVG. Raises UserError."""
    link = value if isinstance(value, str) else ""
    if not link.startswith(("http://", "https://")) or len(link) > LONGEST:
        raise UserError("This is no link of this page")
    out = io.BytesIO()
    code = segno.make(link, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, omitsize=True, border=2, nl=False, light="white")
    return out.getvalue().decode()
