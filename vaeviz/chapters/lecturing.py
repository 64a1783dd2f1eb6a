"""A lecture in a session: where it is, what the browser asks of it, and what a page shows of it.

Going to a step is opening its address: the engine takes a step's place as it takes an address
(`arrival`). The lecture is the session's, not a page's. Before an audience it has a desk
(serve/lectures.py), which the lecturer's own window moves, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vaeviz.chapters.chapter import Chapter, Frame, Prepared, Tool
from vaeviz.chapters.lecture_check import check
from vaeviz.chapters.reading import coloured
from vaeviz.chapters.settings import text
from vaeviz.config import UserError
from vaeviz.figures.theme import Theme
from vaeviz.learning.condition import State
from vaeviz.learning.lecture import Lecture, Step
from vaeviz.serve import lectures
from vaeviz.serve.lectures import Desk

if TYPE_CHECKING:
    from vaeviz.chapters.engine import Memory

ACTION = "lecture"
ADDRESS = ("lecture", "step", "present")  # what an address says of a lecture
SOON = 400  # ms until a window before an audience asks again


@dataclass
class Guide:
    """The lecture of a session, if any. `arriving` is the step whose place is still to be taken,
    `done` are the steps whose condition has held. `read` is what an address said of it last,
    `refused` why a lecture could not be opened.
    """

    lecture: Lecture | None = None
    step: int = 0
    arriving: bool = False
    done: set[int] = field(default_factory=set)
    desk: Desk | None = None
    read: tuple[str, ...] = ()
    refused: str = ""

    @property
    def now(self) -> Step:
        assert self.lecture is not None, "no lecture is on"
        return self.lecture.steps[self.step]

    @property
    def address(self) -> dict[str, str]:
        """What stands in the address of every page, so that a reload goes on with the lecture."""
        if self.lecture is None:
            return {}
        more = {"present": self.desk.key} if self.desk else {}
        return {"lecture": self.lecture.name, "step": str(self.step + 1), **more}

    def open(self, address: Mapping[str, str]) -> None:
        """A page was opened at this address; one with settings of its own keeps them."""
        read = tuple(address.get(name, "") for name in ADDRESS)
        if "lecture" not in address or read == self.read:
            return
        self.read = read
        name, step, key = read
        try:
            self.begin(name, int(step) - 1 if step.isdecimal() and len(step) < 5 else 0)
        except UserError as error:
            self.refused = str(error)
            return
        if "present" in address and self.lecture is not None:
            desk = lectures.desk(key)
            fits = desk is not None and desk.lecture == self.lecture
            self.desk = desk if fits else lectures.new_desk(self.lecture, self.step)
        self.arriving = not set(address) - {*ADDRESS}

    def begin(self, name: str, step: int = 0) -> None:
        """Raises UserError, one line, for a lecture that can't be opened."""
        self.start(lectures.find(name, check), step)

    def start(self, lecture: Lecture, step: int = 0) -> None:
        if self.lecture is None or self.lecture != lecture:
            self.desk, self.done = None, set()
        self.lecture, self.refused = lecture, ""
        self.go(step)

    def go(self, step: int) -> None:
        """To this step; a frozen window stays until it is freed."""
        if self.lecture is None:
            return
        step = min(max(step, 0), len(self.lecture.steps) - 1)
        if self.desk is not None:
            self.desk.go(step)
            if self.desk.frozen:
                return
        self.step, self.arriving = step, True
        self.done.discard(step)

    def leave(self) -> None:
        self.lecture, self.desk, self.arriving, self.done = None, None, False, set()

    def hear(self, actions: Mapping[int, tuple[str, Any]], done: int | None, anew: bool) -> None:
        """Does what the browser asks, and follows the lecturer's other window. `done` is the newest
        action that is done; those of a page older than this session were done by another.
        """
        if anew or done is not None:
            for number in sorted(actions):
                name, value = actions[number]
                if name == ACTION and number > (done or 0) and isinstance(value, Mapping):
                    self._act(value)
        desk = self.desk
        if desk is not None and not desk.frozen and desk.step != self.step:
            self.step, self.arriving = desk.step, True
            self.done.discard(desk.step)

    def _act(self, asked: Mapping[str, Any]) -> None:
        """One of {"begin": name}, {"file": text}, {"go": step}, {"leave": true},
        {"present": bool}, {"blank": bool} and {"frozen": bool}; anything else is left alone.
        """
        for name, value in asked.items():
            known = _ASKED.get(name)
            if known is not None and type(value) is known[0]:
                try:
                    known[1](self, value)
                except UserError as error:
                    self.refused = f"{error}."

    def _present(self, on: bool) -> None:
        if not on:
            self.desk = None
        elif self.lecture is not None and self.desk is None:
            self.desk = lectures.new_desk(self.lecture, self.step)

    def _screen(self, name: str, on: bool) -> None:
        if self.desk is not None:
            setattr(self.desk, name, on)

    def elsewhere(self, page: str) -> str:
        """The page that the session must go to first, or ""."""
        return self.now.page if self.arriving and self.lecture and self.now.page != page else ""

    def arrival(self, page: str) -> dict[str, str] | None:
        """The address of the step's place, once, if this page is where to go."""
        if self.lecture is None or not self.arriving or self.now.page != page:
            return None
        self.arriving = False
        return {name: text(value) for name, value in self.now.place.items()}

    def again(self, ms: int | None) -> int | None:
        """When the browser asks again: before an audience, soon."""
        return ms if self.desk is None else SOON if ms is None else min(ms, SOON)

    def header(
        self, page: Chapter, tool: Tool, prepared: Prepared, frame: Frame, memory: Memory,
        browser: Mapping[str, Any],
    ) -> dict[str, Any]:  # fmt: skip
        """What a message says of lectures: nothing, unless one is on or the menu is open."""
        menu = {}
        if browser.get("lectures") == "menu":
            menu = {"lectures": _menu(), "refused": self.refused}
        if self.lecture is None:
            return {**menu, **({"refused": self.refused} if self.refused else {})}
        settings = {"page": page.name, "tool": tool.name, **memory.values}
        near = page.name == self.now.page
        if near and self.now.condition and not self.arriving:
            rows = [] if prepared.pending else frame.readouts  # of what is shown meanwhile
            texts = {label: _first(value) for label, value, *_ in rows}
            predicted = frozenset(name for of, name in memory.verdicts if of == tool.name)
            if self.now.condition.holds(State(settings, texts, predicted)):
                self.done.add(self.step)
        near &= self.step in self.done or self.now.tool in ("", settings["tool"])
        return {**menu, "lecture": self._shown(near)}

    def _shown(self, near: bool) -> dict[str, Any]:
        assert self.lecture is not None
        step, desk = self.now, self.desk
        return {
            "name": self.lecture.name,
            "title": self.lecture.title,
            "at": self.step,
            "steps": [each.title for each in self.lecture.steps],
            "left": self.lecture.left(self.step),
            "done": sorted(self.done),
            "near": near,
            "page": step.page,
            "waits": bool(step.done),
            "light": list(step.light) if near else [],
            "needed": list(step.needed),
            "prediction": step.prediction if near else "",
            "move": dict(step.move) if near else {},
            "address": self.address,
            "desk": {"blank": desk.blank, "frozen": desk.frozen, "key": desk.key} if desk else None,
        }


_ASKED: dict[str, tuple[type, Callable[[Guide, Any], None]]] = {
    "begin": (str, lambda guide, name: guide.begin(name)),
    "file": (str, lambda guide, text: guide.start(lectures.upload(text, check))),
    "go": (int, lambda guide, step: guide.go(step)),
    "leave": (bool, lambda guide, _: guide.leave()),
    "present": (bool, Guide._present),
    "blank": (bool, lambda guide, on: guide._screen("blank", on)),
    "frozen": (bool, lambda guide, on: guide._screen("frozen", on)),
}


def markdown(lecture: Lecture, theme: Theme) -> str:
    """The words of all steps for Streamlit, marked as the readings are (reading.py)."""
    parts = []
    for number, step in enumerate(lecture.steps):
        for part, said in (("words", step.words), ("do", step.do), ("after", step.after)):
            if said.strip():
                parts.append(f"`@{number}/{part}`\n\n{coloured(said, theme)}\n")
    return "\n".join(parts)


def _menu() -> list[dict[str, Any]]:
    return [
        {"name": name, "title": name, "fault": found}
        if isinstance(found, str)
        else {
            "name": name,
            "title": found.title,
            "about": found.about,
            "minutes": found.minutes,
            "steps": len(found.steps),
        }
        for name, found in lectures.listed(check)
    ]


def _first(value: str | list[str]) -> str:
    """Twins have two."""
    return value if isinstance(value, str) else value[0] if value else ""
