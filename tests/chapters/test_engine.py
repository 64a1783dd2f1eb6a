"""The engine, by a chapter of three small tools: settings, actions, notes, jobs, and what happens
when a tool fails.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chapters.session import Session, option
from tests.chapters.untrusted import HOSTILE, ODD, addressed, any_valid, harmless, valid
from vaeviz.chapters import engine
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.chapter import (
    Chapter,
    Context,
    Frame,
    Prepared,
    Rule,
    Scene,
    Tool,
    Visitor,
)
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.header import link
from vaeviz.chapters.settings import Log, Note, OneOf, Whole, declared, defaults, parse, setting
from vaeviz.config import UserError
from vaeviz.figures.theme import Spec
from vaeviz.live.message import Part
from vaeviz.serve import jobs
from vaeviz.serve.jobs import Lane, Store


@dataclass(frozen=True)
class View:
    """What the tools share."""

    x: float = setting(1.0, Log(0.1, 10.0), "x", "x")
    n: int = setting(3, Whole(1, 9), "n", "n")
    kind: str = setting("a", OneOf(("a", "b")), "kind", "kind", aliases=("sort",))


@dataclass(frozen=True)
class SecondView(View):
    """The second tool has a setting of its own."""

    extra: int = setting(0, Whole(0, 5), "extra", "extra")


@dataclass(frozen=True)
class ThirdView(View):
    """So has the third."""

    more: int = setting(7, Whole(0, 99), "more", "more")


@dataclass
class Behaviour:
    """What the tools of a test do."""

    show: Callable[[Any, Context], Frame] | None = None
    act: Callable[[Any, Context, str, Any], tuple[Any, list[Note]]] | None = None
    follow: Callable[[Any, Any], tuple[Any, list[Note]]] = lambda before, now: (now, [])
    prepare: Callable[[Any, Context], Prepared] | None = None
    shown: list[Any] = field(default_factory=list)  # the views, in order
    acts: list[tuple[str, Any]] = field(default_factory=list)


def made(does: Behaviour) -> Chapter:
    """The chapter; `n` may be at most 5 where `kind` is "b", in all tools but the first."""

    def show(view: Any, context: Context) -> Frame:
        does.shown.append(view)
        if does.show is not None:
            return does.show(view, context)
        line = {"type": "scatter", "x": [0.0, 1.0], "y": [view.x, float(view.n)]}
        return Frame({"line": Spec([line], {})}, [("x", f"{view.x:g}", "", "")])

    def act(view: Any, context: Context, name: str, value: Any) -> tuple[Any, list[Note]]:
        does.acts.append((name, value))
        return (view, []) if does.act is None else does.act(view, context, name, value)

    def prepare(view: Any, context: Context) -> Prepared:
        if does.prepare is not None:
            return does.prepare(view, context)
        fitted, notes = repaired(view, context)
        return Prepared(fitted, fitted, notes)

    def small(view: View, context: Context) -> Rule | None:
        return Rule("n", high=5, about=("kind",)) if view.kind == "b" else None

    def scenes(view: View, context: Context) -> list[Scene]:
        return [Scene("Half", "Half of it.", {"x": 0.5})]

    names = ("x", "n", "kind")
    return Chapter(
        "toy", View,
        (
            Tool("first", "First", "See x.", View, show, names, scenes=scenes),
            Tool(
                "second", "Second", "See y.", SecondView, show, (*names, "extra"), (small,),
                act=act,
            ),
            Tool("third", "Third", "See z.", ThirdView, show, (*names, "more"), (small,)),
        ),
        prepare=prepare,
        follow=lambda before, now: does.follow(before, now),
    )  # fmt: skip


@pytest.fixture
def does() -> Behaviour:
    return Behaviour()


@pytest.fixture
def tab(does: Behaviour) -> Session:
    """A browser tab at the second tool."""
    session = Session(made(does))
    session.opens(tool="second")
    return session


# the header
# ------------------------------------------------------------------------------------------------


def test_the_header_has_all_that_the_page_reads(does: Behaviour) -> None:
    header = Session(made(does)).opens()
    assert set(header) == {
        "title", "tool", "tabs", "notice", "scenes", "controls", "limits", "readouts", "columns",
        "rows", "link", "address", "theme", "paper", "seq", "settings", "notes", "pending", "again",
        "done", "panels", "predictions",
    }  # fmt: skip
    assert header["tabs"] == [
        {"name": "first", "label": "First", "notice": "See x."},
        {"name": "second", "label": "Second", "notice": "See y."},
        {"name": "third", "label": "Third", "notice": "See z."},
    ]
    assert (header["tool"], header["notice"]) == ("first", "See x.")
    assert header["scenes"] == [
        {"name": "Half", "notice": "Half of it.", "settings": {"x": 0.5}, "free": []}
    ]
    assert [c["name"] for c in header["controls"]] == ["x", "n", "kind"]
    assert header["settings"] == {
        "x": 1.0, "n": 3, "kind": "a", "extra": 0, "more": 7, "tool": "first"
    }  # fmt: skip
    assert (header["seq"], header["pending"], header["again"], header["done"]) == (
        0,
        False,
        None,
        0,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_browsers_theme_goes_before_the_servers(theme: str, tab: Session) -> None:
    assert tab.again(theme)["theme"] == theme
    assert tab.sends(settings={}, theme="dark")["theme"] == "dark"
    assert tab.again(theme)["theme"] == "dark"
    assert tab.sends(settings={}, theme="pink")["theme"] == "light"


def test_a_chapter_of_one_tool_has_no_setting_of_that_name(does: Behaviour) -> None:
    one = replace(made(does), tools=made(does).tools[:1])
    header = Session(one).opens(tool="second", x="2")
    assert header["settings"] == {"x": 2.0, "n": 3, "kind": "a"}
    assert (header["tool"], header["link"], header["notes"]) == ("first", "?x=2", [])


# settings
# ------------------------------------------------------------------------------------------------


def test_a_move_of_one_setting_leaves_the_others(tab: Session) -> None:
    tab.says(x=2.0)
    tab.says(extra=4)
    header = tab.sends(settings={"n": 5})
    assert header["settings"] == {
        "x": 2.0, "n": 5, "kind": "a", "extra": 4, "more": 7, "tool": "second"
    }  # fmt: skip


def test_each_tool_keeps_its_settings_while_others_are_open(does: Behaviour, tab: Session) -> None:
    tab.says(extra=4, x=2.0)
    tab.says(tool="third")
    assert does.shown[-1] == ThirdView(x=2.0)
    tab.says(more=50, n=8)
    tab.says(tool="second")
    assert does.shown[-1] == SecondView(x=2.0, n=8, extra=4)
    tab.says(tool="third")
    assert does.shown[-1] == ThirdView(x=2.0, n=8, more=50)


def test_a_tool_that_is_not_there_leaves_the_open_one_with_a_note(tab: Session) -> None:
    header = tab.says(tool="nowhere")
    assert (header["tool"], len(header["notes"])) == ("second", 1)
    assert Session(tab.chapter).opens(tool="nowhere")["tool"] == "first"


def test_the_same_message_again_changes_nothing(does: Behaviour, tab: Session) -> None:
    """A message stays the newest one until the browser says another, and each rerun reads it."""
    followed = []

    def follow(before: View, now: View) -> tuple[View, list[Note]]:
        followed.append((before.n, now.n))
        return replace(now, x=9.0), [Note("x follows n.", ("x",))]

    does.follow = follow
    first = tab.says((1, "go", 7), n=40, kind="b")
    for _ in range(3):
        assert json.dumps(tab.again(), default=str) == json.dumps(first, default=str)
    assert followed == [(3, 9)]
    assert does.acts == [("go", 7)]
    assert first["settings"]["x"] == 9.0
    assert len(first["notes"]) == 3  # what follows, and n twice: beyond its range, beyond the rule


def test_what_a_move_brings_along_is_asked_with_both_views(does: Behaviour, tab: Session) -> None:
    pairs = []

    def follow(before: Any, now: Any) -> tuple[Any, list[Note]]:
        pairs.append((before, now))
        return (replace(now, extra=1) if now.kind != before.kind else now), []

    does.follow = follow
    assert tab.says(kind="b")["settings"]["extra"] == 1
    assert tab.says(extra=3)["settings"]["extra"] == 3
    tab.says(tool="third")
    assert pairs == [
        (SecondView(), SecondView(kind="b")),
        (SecondView(kind="b", extra=1), SecondView(kind="b", extra=3)),
        (ThirdView(kind="b"), ThirdView(kind="b")),
    ]


def test_a_rule_of_the_open_tool_repairs_and_limits(does: Behaviour, tab: Session) -> None:
    header = tab.says(n=8, kind="b")
    assert (header["settings"]["n"], does.shown[-1].n) == (5, 5)
    assert option(header, "n")["max"] == 5
    assert header["limits"]["n"] == [1, 5]
    assert len(header["notes"]) == 1
    header = tab.says(tool="first", n=8)
    assert (header["settings"]["n"], option(header, "n")["max"], header["notes"]) == (8, 9, [])


def test_what_is_shown_may_differ_from_what_the_page_goes_on_with(
    does: Behaviour, tab: Session
) -> None:
    """While something is on its way, the browser asks again for the same."""

    def prepare(view: View, context: Context) -> Prepared:
        return Prepared(replace(view, x=1.0), view, passing=["It is coming."], pending=True)

    does.prepare = prepare
    header = tab.says(x=5.0)
    assert (does.shown[-1].x, header["settings"]["x"]) == (1.0, 5.0)
    assert (header["pending"], header["again"]) == (True, 250)
    assert header["notes"] == ["It is coming."]
    assert addressed(header["link"]) == {"tool": "second", "x": "5"}
    does.prepare = None
    header = tab.says()
    assert (does.shown[-1].x, header["pending"], header["notes"]) == (5.0, False, [])


# addresses and links
# ------------------------------------------------------------------------------------------------


def test_the_browser_goes_before_the_address(does: Behaviour) -> None:
    session = Session(made(does))
    session.address = {"x": "9", "tool": "second"}
    header = session.sends(settings={"n": 5, "x": 0.5, "tool": "third"})
    assert (header["tool"], header["settings"]["x"], header["settings"]["n"]) == ("third", 0.5, 5)


def test_without_an_address_the_session_goes_on_where_it_was(tab: Session) -> None:
    tab.says(x=2.0, extra=3, tool="third")
    header = tab.opens()
    assert (header["tool"], header["settings"]["x"], header["settings"]["extra"]) == (
        "third",
        2.0,
        3,
    )


def test_an_address_begins_with_the_defaults(tab: Session) -> None:
    tab.says(x=2.0, extra=3, tool="third")
    header = tab.opens(n="4")
    assert header["settings"] == {
        "x": 1.0, "n": 4, "kind": "a", "extra": 0, "more": 7, "tool": "first"
    }  # fmt: skip


def test_an_older_name_in_an_address_still_works(does: Behaviour) -> None:
    session = Session(made(does))
    header = session.opens(sort="b")
    assert (header["settings"]["kind"], header["link"], header["notes"]) == ("b", "?kind=b", [])


def test_the_first_tool_needs_no_name_in_the_link(tab: Session) -> None:
    assert tab.header["link"] == tab.header["address"] == "?tool=second"
    assert tab.says(extra=2)["link"] == "?tool=second&extra=2"
    assert tab.says(tool="first")["link"] == ""
    assert tab.says(x=2.5)["link"] == "?x=2.5"


CHAPTERS = {"toy": made(Behaviour()), **{name: chapter(name) for name in NAMES}}
TOOLS = {f"{n}/{tool.name}": (c, tool) for n, c in CHAPTERS.items() for tool in c.tools}


@pytest.mark.parametrize("name", TOOLS)
@given(drawn=st.data())
def test_a_link_opens_the_very_same_settings(name: str, drawn: Any) -> None:
    """For any valid settings of any tool: the link as the engine makes it, and reads it."""
    about, tool = TOOLS[name]
    view = drawn.draw(any_valid(tool.view))
    if hasattr(view, "multi_rate"):  # a dedicated model brings its own settings: model/test_answer
        view = replace(view, model=defaults(tool.view)["model"])
    raw = addressed(link(about, tool, Prepared(view, view)))
    memory = engine.Memory(values=engine._defaults(about))
    if len(about.tools) > 1:
        raw = {"tool": about.tools[0].name, **raw}
    notes = engine._take(about, raw, memory)
    about_settings = declared(tool.view)
    again = engine._view(engine._tool(about, memory), memory.values)
    assert notes == []
    assert (memory.tool, type(again)) == (tool.name, tool.view)
    for each, said in about_settings.items():
        if said.linked:
            assert getattr(again, each) == getattr(view, each), each


@given(view=any_valid(SecondView))
def test_a_link_opens_the_same_message(view: SecondView) -> None:
    session = Session(made(Behaviour()))
    session.opens(tool="second")
    before = session.says(**vars(view))
    after = Session(made(Behaviour())).opens(**addressed(before["link"]))
    for name in set(before) - {"seq", "notes"}:
        assert json.dumps(before[name], default=str) == json.dumps(after[name], default=str), name


# notes
# ------------------------------------------------------------------------------------------------


def test_a_note_stays_until_a_setting_that_it_is_about_changes(tab: Session) -> None:
    (note,) = tab.says(n=8, kind="b")["notes"]  # about n and kind
    for changes in ({}, {"x": 2.0}, {"extra": 3}, {"more": 8}):
        assert tab.says(**changes)["notes"] == [note]
    assert tab.says(n=2)["notes"] == []
    assert tab.says(n=8)["notes"] == [note]
    assert tab.says(kind="a")["notes"] == []


def test_a_note_about_nothing_stays_until_anything_changes(does: Behaviour, tab: Session) -> None:
    does.act = lambda view, context, name, value: (view, [Note("Done.")])
    assert tab.says((1, "go", None))["notes"] == ["Done."]
    assert tab.says((1, "go", None))["notes"] == ["Done."]
    assert tab.says((1, "go", None), more=9)["notes"] == []


def test_an_action_takes_away_what_the_last_one_said_and_no_note_about_a_setting(
    does: Behaviour, tab: Session
) -> None:
    does.act = lambda view, context, name, value: (view, [Note(f"{name} is done.")])
    (note,) = tab.says(n=8, kind="b")["notes"]
    assert tab.says((1, "One", None))["notes"] == [note, "One is done."]
    assert tab.says((1, "One", None), (2, "Two", None))["notes"] == [note, "Two is done."]


def test_a_note_goes_with_its_tool(tab: Session) -> None:
    tab.says(n=8, kind="b")
    tab.says(tool="first")
    assert tab.header["notes"] == []
    assert tab.says(tool="second")["notes"] == []


def test_each_note_stands_once_and_none_is_empty(does: Behaviour, tab: Session) -> None:
    does.show = lambda view, context: Frame({}, notes=["One.", "", "Two.", "One."])
    assert tab.says()["notes"] == ["One.", "Two."]


# actions
# ------------------------------------------------------------------------------------------------


def test_each_action_is_done_once_and_in_the_order_of_their_numbers(
    does: Behaviour, tab: Session
) -> None:
    assert tab.says((1, "a", 10))["done"] == 1
    assert tab.says((3, "c", 30), (2, "b", 20), (1, "a", 10))["done"] == 3
    assert tab.says((2, "b", 20), (3, "c", 30))["done"] == 3
    tab.again()
    assert does.acts == [("a", 10), ("b", 20), ("c", 30)]
    assert tab.says((4, "a", None))["done"] == 4
    assert does.acts[3:] == [("a", None)]


def test_an_action_may_change_settings_and_its_tool_sees_them(
    does: Behaviour, tab: Session
) -> None:
    does.act = lambda view, context, name, value: (replace(view, extra=view.extra + value), [])
    header = tab.says((1, "add", 1), (2, "add", 2))
    assert (header["settings"]["extra"], does.shown[-1].extra) == (3, 3)
    tab.again()
    assert tab.header["settings"]["extra"] == 3


def test_an_action_comes_after_the_settings_that_it_came_with(
    does: Behaviour, tab: Session
) -> None:
    seen = []
    does.act = lambda view, context, name, value: (seen.append(view.extra) or view, [])
    tab.says((1, "go", None), extra=5)
    assert seen == [5]


def test_a_session_younger_than_the_page_does_not_do_its_actions_again(does: Behaviour) -> None:
    """The server started anew, or the connection broke: the page says all that it holds."""
    session = Session(made(does))
    header = session.sends(
        seq=9, settings={"tool": "second"}, actions=[{"id": 4, "name": "go", "value": None}]
    )
    assert (header["done"], does.acts) == (4, [])
    session.sends(
        seq=10, settings={"tool": "second"}, actions=[{"id": 5, "name": "go", "value": 1}]
    )
    assert does.acts == [("go", 1)]


def test_a_first_message_with_an_action_has_it_done(does: Behaviour) -> None:
    session = Session(made(does))
    session.sends(seq=1, settings={"tool": "second"}, actions=[{"id": 1, "name": "go"}])
    assert does.acts == [("go", None)]


def test_a_message_has_few_actions_done_and_the_page_sends_the_others_again(
    does: Behaviour, tab: Session
) -> None:
    actions = [(number, "go", number) for number in range(1, 1001)]
    header: dict[str, Any] = {"done": 0}
    for turn in range(1, 4):
        header = tab.says(*actions[header["done"] :])
        assert header["done"] == len(does.acts) == turn * engine.AT_ONCE
        assert (header["pending"], header["again"]) == (True, engine.AGAIN)
    assert [value for _, value in does.acts] == list(range(1, header["done"] + 1))
    header = tab.says(actions[header["done"]])
    assert (header["done"], header["pending"]) == (len(does.acts), False)


def test_of_an_endless_message_only_the_beginning_is_read() -> None:
    class Endless(list[Any]):
        """A list that counts the entries that are read."""

        read = 0

        def __getitem__(self, at: Any) -> Any:
            part = super().__getitem__(at)
            Endless.read += len(part) if isinstance(at, slice) else 1
            return part

        def __iter__(self) -> Any:
            raise AssertionError("read whole")

    nameless = Endless([{"id": number} for number in range(1, 100_000)])
    heard = engine.said({"actions": nameless, "held": Endless(["tag"] * 100_000)}, "light")
    assert (heard.actions, heard.held) == ({}, {"tag"})
    assert Endless.read <= engine.LISTED + engine.HELD


def test_an_action_that_is_refused_says_why_and_the_next_one_is_done(
    does: Behaviour, tab: Session
) -> None:
    def act(view: Any, context: Context, name: str, value: Any) -> tuple[Any, list[Note]]:
        if name == "bad":
            raise UserError("the disk is full")
        return replace(view, extra=value), []

    does.act = act
    header = tab.says((1, "bad", None), (2, "set", 4))
    assert (header["notes"], header["done"]) == (["the disk is full."], 2)
    assert header["settings"]["extra"] == 4
    assert set(header["panels"]) == {"line"}


def test_an_action_of_another_tool_is_not_this_ones(does: Behaviour, tab: Session) -> None:
    header = tab.says((1, "go", None), tool="first")
    assert (header["done"], does.acts) == (1, [])


# what is on its way
# ------------------------------------------------------------------------------------------------


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Jobs of the test's own that wait for it."""
    monkeypatch.setattr(jobs, "STORE", Store())
    waits = threading.Event()
    yield waits
    waits.set()


def test_a_job_on_its_way_marks_the_frame_as_pending(
    does: Behaviour, tab: Session, gate: threading.Event
) -> None:
    def show(view: Any, context: Context) -> Frame:
        value = jobs.get("slow", lambda: gate.wait(10), Lane("test"), patience=0.0)
        return Frame({}, [("there", str(value), "", "")])

    does.show = show
    header = tab.says()
    assert (header["pending"], header["again"]) == (True, 250)
    assert header["readouts"] == [["there", "None", "", ""]]
    gate.set()
    jobs.get("slow", lambda: True, Lane("test"), patience=10)
    header = tab.says()
    assert (header["pending"], header["again"]) == (False, None)
    assert header["readouts"] == [["there", "True", "", ""]]


def test_a_frame_may_ask_to_be_asked_again(does: Behaviour, tab: Session) -> None:
    does.show = lambda view, context: Frame({}, again=500)
    assert (tab.says()["pending"], tab.header["again"]) == (False, 500)
    does.show = lambda view, context: Frame({}, again=500, pending=True)
    assert (tab.says()["pending"], tab.header["again"]) == (True, 500)
    does.show = lambda view, context: Frame({}, pending=True)
    assert (tab.says()["pending"], tab.header["again"]) == (True, 250)


def test_a_page_that_begins_anew_counts_its_messages_anew(tab: Session) -> None:
    """Its first message may be the very one that the page before it sent last."""
    tab.says(x=2.0, kind="a")
    assert tab.opens(tool="second")["settings"]["x"] == 1.0
    assert tab.says(x=2.0, kind="a")["settings"]["x"] == 2.0


# what a tool may use
# ------------------------------------------------------------------------------------------------


def test_a_tool_sees_who_looks_what_the_page_says_and_what_it_kept(
    does: Behaviour, tab: Session
) -> None:
    seen: list[Any] = []

    def show(view: Any, context: Context) -> Frame:
        context.memory["count"] = context.memory.get("count", 0) + 1
        seen.append((context.visitor, context.browser.get("point"), context.memory["count"]))
        return Frame({})

    does.show = show
    tab.sends(settings={}, point=[1, 2])
    tab.sends(settings={}, point=[3])
    assert seen == [(tab.visitor, [1, 2], 1), (tab.visitor, [3], 2)]
    other = Session(tab.chapter, Visitor("other"))
    other.opens(tool="second")
    assert seen[-1] == (Visitor("other"), None, 1)


def test_without_a_data_set_there_is_no_probe(tab: Session) -> None:
    context = Context(engine.THEMES["light"])
    for name in ("probe", "model"):
        with pytest.raises(AssertionError, match="not about"):
            getattr(context, name)


# what goes wrong
# ------------------------------------------------------------------------------------------------


def refuse(view: Any, context: Context) -> Frame:
    raise UserError("this data set has no labels")


def break_down(view: Any, context: Context) -> Frame:
    raise ZeroDivisionError("division\nby zero")


def late(view: Any, context: Context) -> Frame:
    return Frame({"line": Part(lambda: break_down(view, context), f"late-{view.x}")})


def not_a_number(view: Any, context: Context) -> Frame:
    return Frame({"line": Spec([{"x": np.array([np.nan])}], {})})


@pytest.mark.parametrize(
    ("show", "words", "logged"),
    [
        (refuse, "this data set has no labels.", False),
        (break_down, "Second failed (ZeroDivisionError: division by zero)", True),
        (late, "Second failed (ZeroDivisionError: division by zero)", True),
        (not_a_number, "Second failed (ValueError: a panel holds a number", True),
    ],
)
def test_a_tool_that_fails_says_so_and_the_page_and_the_other_tabs_stay(
    show: Callable[[Any, Context], Frame],
    words: str,
    logged: bool,
    does: Behaviour,
    tab: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    does.show = show
    with caplog.at_level(logging.CRITICAL, logger="vaeviz.chapters.header"):
        header = tab.says(x=2.0)
    (note,) = header["notes"]
    assert note.startswith(words)
    assert "\n" not in note
    assert header["panels"] == {}
    assert [each["name"] for each in header["tabs"]] == ["first", "second", "third"]
    assert [c["name"] for c in header["controls"]] == ["x", "n", "kind", "extra"]
    assert (header["settings"]["x"], header["tool"]) == (2.0, "second")
    does.show = None
    header = tab.says(x=3.0)
    assert (header["notes"], set(header["panels"])) == ([], {"line"})
    assert logged or not caplog.records


def test_what_a_tool_says_of_a_failure_is_logged(
    does: Behaviour, tab: Session, caplog: pytest.LogCaptureFixture
) -> None:
    does.show = break_down
    tab.says()
    assert "The tool second failed" in caplog.text


# untrusted input
# ------------------------------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.sampled_from(
            ["x", "n", "kind", "extra", "more", "tool", "sort", "__class__", "unknown"]
        ),
        HOSTILE,
    )
)
def test_whatever_settings_the_browser_sends_they_become_valid(raw: dict[str, Any]) -> None:
    does = Behaviour()
    session = Session(made(does))
    session.opens(tool="second")
    header = session.sends(settings=raw)
    for view in does.shown:
        valid(view)
    harmless(header["notes"])
    assert set(header["settings"]) == {"x", "n", "kind", "extra", "more", "tool"}


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_anywhere_in_a_message_do_no_harm(odd: Any) -> None:
    does = Behaviour()
    session = Session(made(does))
    session.opens(tool="second")
    names = ("x", "n", "kind", "extra", "more", "tool")
    for state in (
        {"settings": dict.fromkeys(names, odd)},
        {"settings": odd},
        {"seq": odd, "settings": {}},
        {"settings": {}, "theme": odd},
        {"settings": {}, "held": odd},
        {"settings": {}, "held": [odd, odd]},
        {"settings": {}, "actions": odd},
        {"settings": {}, "actions": [odd, {"id": odd, "name": odd, "value": odd}]},
        {"settings": {}, "actions": [{"id": 1, "name": odd, "value": odd}]},
        {"settings": {}, "unknown": odd},
    ):
        header = session.sends(**state)
        assert set(header["panels"]) == {"line"}
        harmless(header["notes"])
        valid(does.shown[-1])


@given(
    st.dictionaries(
        st.sampled_from(["seq", "settings", "theme", "held", "actions", "hidden", "point"]),
        st.one_of(HOSTILE, st.lists(HOSTILE), st.lists(st.dictionaries(st.text(), HOSTILE))),
    )
)
def test_whatever_the_browser_says_it_is_answered(state: Mapping[str, Any]) -> None:
    session = Session(made(Behaviour()))
    session.opens(tool="second")
    session.state = dict(state)
    header = session.again()
    assert set(header["panels"]) == {"line"}
    assert header["theme"] in ("light", "dark")


@pytest.mark.parametrize("name", CHAPTERS)
@given(st.data())
def test_whatever_the_address_is_all_views_of_a_chapter_are_valid(name: str, drawn: Any) -> None:
    about = CHAPTERS[name]
    names = {n for tool in about.tools for n in declared(tool.view)} | {"tool", "unknown"}
    raw = drawn.draw(st.dictionaries(st.sampled_from(sorted(names)), st.text()))
    memory = engine.Memory(values=engine._defaults(about))
    notes = engine._take(about, raw, memory)
    harmless(notes)
    for tool in about.tools:
        valid(engine._view(tool, memory.values))


# the parts that the browser holds
# ------------------------------------------------------------------------------------------------


def test_over_a_whole_session_what_is_held_does_not_travel_again(
    does: Behaviour, tab: Session
) -> None:
    made_parts: list[float] = []

    def show(view: Any, context: Context) -> Frame:
        def make() -> dict[str, Any]:
            made_parts.append(view.x)
            return {"weights": np.full(1000, view.x)}

        return Frame({}, extra={"model": Part(make, f"model-{view.x:g}")})

    does.show = show
    tab.holds = True
    tab.says()
    whole = tab.size
    tab.says(n=4)
    assert tab.size < whole - 4000 + 500
    tab.says(x=2.0)
    np.testing.assert_array_equal(tab.header["model"]["weights"], np.full(1000, 2.0))
    tab.says(x=1.0)
    np.testing.assert_array_equal(tab.header["model"]["weights"], np.ones(1000))
    assert made_parts == [1.0, 2.0]


def test_a_repair_in_the_toy_is_what_parse_says() -> None:
    """The toy: untrusted input gets what a single view would give."""
    raw = {"x": "1e9", "n": "none", "sort": "b"}
    view, notes = parse(raw, View())
    header = Session(made(Behaviour())).opens(**raw)
    assert {name: header["settings"][name] for name in vars(view)} == vars(view)
    assert header["notes"] == [note.text for note in notes]
