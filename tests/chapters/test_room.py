"""Tabs in a room: followers are led by the server, and a poll is graded by the live model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chapters.training import desk
from tests.chapters.untrusted import HOSTILE
from vaeviz.chapters import engine, following, room
from vaeviz.chapters.answers import DOWN, STAYS, UP
from vaeviz.chapters.catalogue import chapter
from vaeviz.chapters.chapter import Visitor
from vaeviz.config import UserError
from vaeviz.live.message import opened, unpack
from vaeviz.serve import live_runs
from vaeviz.serve.rooms import ROOMS


@dataclass
class Tab:
    """A browser tab with its pages; its parts are those that it got last, as in the browser."""

    name: str
    page: str = "explorer"
    memories: dict[str, engine.Memory] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    raw: bytes = b""
    seq: int = 0
    acts: int = 0

    def opens(self, page: str = "explorer", **address: str) -> dict[str, Any]:
        self.page, self.state, self.seq, self.parts = page, {}, 0, {}
        return self.run(**address)

    def says(self, *actions: tuple[str, Any], rest: Any = None, **settings: Any) -> dict[str, Any]:
        self.seq += 1
        sent = [self._numbered(name, value) for name, value in actions]
        told = {**self.header.get("settings", {}), **settings}
        self.state = {"seq": self.seq, "settings": told, "actions": sent, "held": list(self.parts)}
        self.state |= rest or {}
        return self.run()

    def _numbered(self, name: str, value: Any) -> dict[str, Any]:
        self.acts = max(self.acts, self.header.get("done", 0)) + 1
        return {"id": self.acts, "name": name, "value": value}

    def run(self, **address: str) -> dict[str, Any]:
        """Streamlit runs the page: because the browser asked, or because it is woken."""
        memory = self.memories.setdefault(self.page, engine.Memory(shared=self.shared))
        heard = engine.said(self.state, "light")
        visitor = Visitor(self.name)
        self.raw = following.answer(chapter(self.page), heard, address, visitor, memory)
        self.header = unpack(self.raw, self.parts)
        return self.header

    def settled(self, **rest: Any) -> dict[str, Any]:
        for _ in range(200):
            if not self.header["pending"]:
                return self.header
            self.says(rest=rest)
        raise TimeoutError(self.header["notes"])

    @property
    def room(self) -> dict[str, Any]:
        return self.header["room"]


@pytest.fixture
def woken() -> Iterator[list[str]]:
    """The tabs that were woken; the server's rooms as they were, afterwards."""
    tabs: list[str] = []
    before, ROOMS.wake = ROOMS.wake, tabs.extend
    present, ROOMS.present = ROOMS.present, lambda seats: seats
    yield tabs
    ROOMS.wake, ROOMS.present = before, present
    for tab in list(ROOMS._seats):
        ROOMS.leave(tab)
    ROOMS._rooms.clear()


@pytest.fixture
def lecturer(woken: list[str]) -> Tab:
    tab = Tab("lecturer")
    tab.opens(data="digits")
    tab.says()
    tab.settled()
    tab.says(("room-open", None))
    tab.says(("room-show", None))
    return tab


def joins(code: str, name: str = "student", **address: str) -> Tab:
    tab = Tab(name)
    tab.opens(**address)
    tab.says()
    tab.says(("room-join", {"code": code}))
    return tab


def test_a_follower_shows_what_the_lecturer_does(lecturer: Tab, woken: list[str]) -> None:
    student = joins(lecturer.room["code"], data="moons")
    assert student.header["settings"]["data"] == "digits"
    lecturer.says(("room-show", None), beta=3.0, d=4, tool="steps")
    assert woken == ["student"]
    student.run()  # the browser has said nothing
    assert student.header["settings"] == lecturer.header["settings"]
    assert student.header["tool"] == "steps"
    assert student.header["readouts"] == lecturer.header["readouts"]
    assert set(student.header["panels"]) == set(lecturer.header["panels"])
    assert student.room["follows"]


def test_a_follower_s_own_settings_move_nothing(lecturer: Tab) -> None:
    student = joins(lecturer.room["code"])
    before = dict(lecturer.header["settings"])
    student.says(beta=77.0, tool="steps")
    assert student.header["settings"] == before
    for name in ("show", "ask", "count", "reveal", "close", "end"):
        student.says((f"room-{name}", "sharper"), beta=77.0)
        assert "error" in student.room
    lecturer.says()
    assert lecturer.header["settings"] == before
    assert lecturer.room["followers"] == 1
    assert "poll" not in lecturer.room


def test_who_explores_alone_moves_and_returns(lecturer: Tab) -> None:
    student = joins(lecturer.room["code"])
    student.says(("room-alone", None), beta=5.0)
    assert student.header["settings"]["beta"] == 5.0
    assert not student.room["follows"]
    lecturer.says(("room-show", None), beta=0.5)
    assert lecturer.room["followers"] == 0
    student.says(sigma2=0.2)
    assert student.header["settings"]["beta"] == 5.0
    student.says(("room-follow", None))
    assert student.header["settings"] == lecturer.header["settings"]


def test_the_lecturer_s_page_opens_on_another_as_it_stands(lecturer: Tab) -> None:
    student = joins(lecturer.room["code"])
    lecturer.opens("collapse", tool="linear")
    lecturer.says()
    lecturer.settled()
    lecturer.says(("room-show", None), beta=0.25)
    student.run()
    assert student.room["page"] == {"name": "collapse", "path": "collapse"}
    student.opens("collapse", room=lecturer.room["code"])
    student.says()
    student.settled()
    assert student.header["settings"] == lecturer.header["settings"]


def test_followers_watch_the_lecturer_s_run_and_leave_it(
    lecturer: Tab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run, find = desk.create(folder=tmp_path), live_runs.find
    monkeypatch.setattr(live_runs, "find", lambda link: find(link, tmp_path))
    student = joins(lecturer.room["code"])
    lecturer.opens("training")
    lecturer.says()
    lecturer.says(("room-show", None))
    student.opens("training")
    student.says()
    assert "run=" not in student.header["link"]
    lecturer.opens("training", run=run.key)
    lecturer.says()
    lecturer.says(("room-show", None))
    student.run()
    assert lecturer.header["transport"]["owner"]
    assert student.header["link"] == lecturer.header["link"]
    assert "run=" in student.header["link"]
    assert not student.header["transport"]["owner"]
    lecturer.says(("reset", None))
    lecturer.says(("room-show", None))
    student.run()
    assert "run=" not in student.header["link"]


def test_a_refreshed_lecturer_drives_with_the_key_alone(lecturer: Tab) -> None:
    again, other = Tab("refreshed"), Tab("other")
    code, key = lecturer.room["code"], lecturer.room["key"]
    for tab, given_key in ((again, key), (other, key[::-1])):
        tab.opens(room=code, key=given_key)
        tab.says(("room-join", {"code": code, "key": given_key}))
    assert again.room["drives"]
    assert not other.room["drives"]
    again.says(("room-show", None), beta=2.0)
    other.run()
    assert other.header["settings"]["beta"] == 2.0


def test_nobody_but_the_lecturer_is_told_the_key(lecturer: Tab) -> None:
    student = joins(lecturer.room["code"])
    key = lecturer.room["key"].encode()
    assert key in lecturer.raw
    assert key not in student.raw
    lecturer.says(("room-ask", "sharper"), rest={"reading": "open"})
    student.run()
    assert student.room["poll"]["name"] == "sharper"
    assert key not in student.raw


def test_followers_at_one_place_share_a_message(
    lecturer: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    students = [joins(lecturer.room["code"], f"student {n}") for n in range(4)]
    for tab in students:
        tab.run()
    made: list[int] = []
    answer = engine.answer
    monkeypatch.setattr(engine, "answer", lambda *given: made.append(1) or answer(*given))
    for beta in (0.5, 2.0, 8.0):
        lecturer.says(("room-show", None), beta=beta)
        made.clear()
        for tab in students:
            tab.run()
            assert tab.header["settings"] == lecturer.header["settings"]
            assert tab.header["readouts"] == lecturer.header["readouts"]
        assert len(made) == 1
    students[2].says(("room-alone", None))  # a session that took others' messages goes on
    students[2].says(sigma2=0.2)
    moved = {**lecturer.header["settings"], "sigma2": 0.2}
    assert students[2].header["settings"] == moved


def answered(lecturer: Tab, name: str, *answers: Any) -> list[Tab]:
    """The question is put to the room, and each of as many students answers."""
    students = [joins(lecturer.room["code"], f"student {n}") for n in range(len(answers))]
    lecturer.says(rest={"reading": "open"})
    lecturer.says(("room-ask", name), rest={"reading": "open"})
    for tab, answer in zip(students, answers, strict=True):
        number = tab.run()["room"]["poll"]["number"]
        tab.says(("room-answer", {"number": number, "answer": answer}))
        assert tab.room["poll"]["mine"]
    return students


@pytest.mark.parametrize("sigma2", [0.02, 0.2, 1.0])
def test_the_live_model_grades_the_room(lecturer: Tab, sigma2: float) -> None:
    lecturer.says(("room-show", None), sigma2=sigma2)
    before = {row[0]: row[1] for row in lecturer.header["readouts"]}
    students = answered(lecturer, "sharper", UP, DOWN, STAYS)
    lecturer.says()
    assert lecturer.room["poll"]["answers"] == 3
    assert "bars" not in lecturer.room["poll"]
    lecturer.says(("room-count", None))
    assert lecturer.room["poll"]["bars"] == [[UP, 1], [DOWN, 1], [STAYS, 1]]
    lecturer.says(("room-reveal", None))
    lecturer.settled()
    assert lecturer.header["settings"]["sigma2"] == pytest.approx(max(sigma2 / 10, 1e-3))
    poll, after = lecturer.room["poll"], {r[0]: r[1] for r in lecturer.header["readouts"]}
    gain = [float(row["ELBO (nats)"].replace("−", "-")) for row in (before, after)]
    truth = UP if gain[1] > gain[0] else DOWN
    assert poll["truth"].startswith(truth)
    assert poll["right"] == 1
    for tab, answer in zip(students, (UP, DOWN, STAYS), strict=True):
        tab.run()
        assert tab.header["settings"] == lecturer.header["settings"]
        right, line = tab.room["poll"]["verdict"]
        assert right is (answer == truth)
        assert line == poll["truth"]
    late = joins(lecturer.room["code"], "late")
    assert "verdict" not in late.room["poll"]


def test_who_answers_after_the_reveal_is_late(lecturer: Tab) -> None:
    early, late = answered(lecturer, "sharper", UP, DOWN)
    number = late.room["poll"]["number"]
    lecturer.says(("room-reveal", None))
    late.says(("room-answer", {"number": number, "answer": UP}))
    assert "error" in late.room
    lecturer.settled()
    assert lecturer.room["poll"]["bars"] == [[UP, 1], [DOWN, 1], [STAYS, 0]]
    assert early.run()["room"]["poll"]["answers"] == 2


def test_what_was_not_offered_is_no_answer(lecturer: Tab) -> None:
    (student,) = answered(lecturer, "dying", ["z1"])
    number = student.room["poll"]["number"]
    for answer in (["z1", "x" * 9999], "z1", None, 3, ["z99"]):
        student.says(("room-answer", {"number": number, "answer": answer}))
        assert "error" in student.room
    lecturer.says(("room-count", None))
    bars = dict(lecturer.room["poll"]["bars"])
    assert bars.pop("z1") == 1
    assert not any(bars.values())


def test_a_reveal_needs_the_tool_that_was_asked_about(lecturer: Tab) -> None:
    answered(lecturer, "sharper", UP)
    lecturer.says(tool="steps")
    lecturer.says(("room-reveal", None))
    assert "error" in lecturer.room
    assert "truth" not in lecturer.room["poll"]
    lecturer.says(tool="explore")
    lecturer.says(("room-reveal", None))
    lecturer.settled()
    assert "truth" in lecturer.room["poll"]


def revealed(lecturer: Tab) -> Tab:
    """A student before a poll that is revealed."""
    (student,) = answered(lecturer, "sharper", UP)
    lecturer.says(("room-reveal", None))
    lecturer.settled()
    lecturer.says(("room-show", None))
    student.says()
    assert student.room["poll"]["stage"] == "revealed"
    return student


def test_a_revealed_poll_goes_with_the_tool_and_not_with_a_slider(lecturer: Tab) -> None:
    student = revealed(lecturer)
    lecturer.says(("room-show", None), beta=2.0)
    student.says()
    assert "poll" in student.room
    lecturer.says(("room-show", None), tool="steps")
    student.says()
    assert "poll" not in student.room
    assert "poll" not in lecturer.room


def test_followers_see_the_step_of_a_lecture_and_a_revealed_poll_goes_with_it(
    lecturer: Tab,
) -> None:
    lecturer.says(("lecture", {"begin": "newcomers"}))
    lecturer.says(("lecture", {"go": 3}))
    lecturer.settled()
    lecturer.says(("room-show", None))
    student = revealed(lecturer)
    step = student.room["step"]
    assert (step["title"], step["light"]) == ("Two costs pull against each other", ["recon", "kl"])
    assert "Drag β" in step["task"]
    assert student.header["settings"]["d"] == 8
    assert "lecture" not in student.header
    lecturer.says(("lecture", {"go": 4}))
    lecturer.settled()
    lecturer.says(("room-show", None))
    student.says()
    assert student.room["step"]["at"] == 4
    assert student.header["settings"]["d"] == 16
    assert "poll" not in student.room
    lecturer.says(("lecture", {"leave": True}))
    lecturer.says(("room-show", None))
    student.says()
    assert student.room["step"] is None


def test_after_the_room_the_page_goes_on(lecturer: Tab, woken: list[str]) -> None:
    student = joins(lecturer.room["code"])
    lecturer.says(("room-end", None))
    assert woken[-2:].count("student") == 1
    student.run()
    assert "room" not in student.header
    student.says(("room-join", {"code": "HJK34"}))
    assert set(student.room) == {"error"}
    student.says(beta=5.0)
    assert student.header["settings"]["beta"] == 5.0


@pytest.mark.parametrize(
    ("form", "answers", "shown"),
    [
        ({"kind": "one", "options": ["a", "b"]}, ["b", "b"], {"bars": [["a", 0], ["b", 2]]}),
        (
            {"kind": "many", "options": ["z1", "z2"]},
            [frozenset({"z1"}), frozenset()],
            {"bars": [["z1", 1], ["z2", 0], ["none", 1]]},
        ),
        ({"kind": "number"}, [3.0, 1.5, 3.0], {"bars": [["1.5", 1], ["3", 2]]}),
        ({"kind": "number"}, [], {"bars": []}),
        (
            {"kind": "place", "ends": [10.0, 20.0]},
            [(0.2, 0.2), (0.4, 1.9), (99.0, -5.0)],
            {"spots": [[0.5, 1.0, 2], [9.5, 1.0, 1]]},
        ),
    ],
)
def test_answers_are_counted(form: Any, answers: list[Any], shown: Any) -> None:
    assert room.histogram(form, answers) == shown


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200))
def test_every_number_is_in_one_range(answers: list[float]) -> None:
    bars = room.histogram({"kind": "number"}, answers)["bars"]
    assert sum(count for _, count in bars) == len(answers)
    assert len(bars) <= room.BINS


def test_a_link_becomes_a_qr_code() -> None:
    drawn = room.qr("http://10.0.0.7:8501/?room=HJK34")
    assert drawn.startswith("<svg xmlns=")
    assert "<path" in drawn
    for bad in ("javascript:alert(1)", "x", None, 3, "http://" + "x" * 999):
        with pytest.raises(UserError):
            room.qr(bad)


@given(
    st.sampled_from(["open", "join", "answer", "show", "ask", "reveal", "qr", "follow", "none"]),
    HOSTILE,
)
def test_whatever_is_said_to_a_room_is_answered(name: str, value: Any) -> None:
    ROOMS.leave("hostile")
    tab = Tab("hostile")
    tab.opens()
    tab.says((f"room-{name}", value), rest={"point": value, "reading": value})
    assert tab.header["panels"] or tab.header["pending"]
    json.dumps(tab.header.get("room"))
    ROOMS._rooms.clear()
    ROOMS.leave("hostile")


def test_what_is_for_one_tab_alone_is_shared_with_nobody(
    lecturer: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = (joins(lecturer.room["code"], name) for name in ("own", "other"))
    answer = engine.answer

    def personal(page: Any, heard: Any, address: Any, who: Visitor, memory: Any) -> Any:
        sent = answer(page, heard, address, who, memory)
        return opened(sent)[1](lecture="a step") if who.session == "own" else sent

    monkeypatch.setattr(engine, "answer", personal)
    for beta in (0.5, 2.0, 8.0):
        lecturer.says(("room-show", None), beta=beta)
        assert own.run()["lecture"] == "a step"
        assert "lecture" not in other.run()
        assert other.header["settings"]["beta"] == beta
