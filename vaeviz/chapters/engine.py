"""One engine for every page: from what the browser says to the message that answers it.

In this order: the next view (from the browser while it lives, else from the address), actions, what
the chapter prepares, the open tool's frame, the message with the parts that the browser lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from vaeviz.chapters import lecturing, prediction, shared
from vaeviz.chapters.answers import Verdict
from vaeviz.chapters.chapter import AGAIN, RESET, Chapter, Context, Frame, Tool, Visitor, usual
from vaeviz.chapters.header import failed, header, sent
from vaeviz.chapters.settings import Note, OneOf, declared, instead, parse
from vaeviz.config import UserError
from vaeviz.figures.theme import THEMES
from vaeviz.live import message
from vaeviz.serve import jobs

AT_ONCE = 8  # actions done for one message; the browser sends the others again
LISTED = 64  # actions of a message that are looked at
HELD = 4096  # tags of a message that are looked at


@dataclass(frozen=True)
class Said:
    """What the browser said last; `settings` is None before it has said anything."""

    seq: int = 0
    settings: Mapping[str, Any] | None = None
    theme: str = "light"
    held: frozenset[str] = frozenset()
    actions: Mapping[int, tuple[str, Any]] = field(default_factory=dict)  # number: (name, value)
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Memory:
    """One session's side of a chapter, from answer to answer.

    `values` are the settings of all tools; `answered` tells the message that was answered last, as
    Streamlit may run a page again with the same one; `done` is the newest action that was done.
    `address` is the query that opens what the settings alone don't bring back, or "". `shared` are
    the settings that all pages of the session have in common (shared.py), and `settled` the
    chapter's values when nothing was pending last, since the page was opened or reset. `shown` is
    the view that was shown last, `asked` a prediction that is not graded yet, `verdicts` the graded
    ones by tool and name. `guide` is the session's lecture.
    """

    tool: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    answered: tuple[int, Mapping[str, Any]] | None = None
    done: int | None = None
    address: str = ""
    own: dict[str, Any] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
    settled: dict[str, Any] | None = None
    shown: Any = None
    asked: prediction.Asked | None = None
    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    guide: lecturing.Guide = field(default_factory=lecturing.Guide)


def said(state: Mapping[str, Any], theme: str) -> Said:
    """The browser's state, which is untrusted; `theme` holds until it names its own."""
    sent = state.get("settings")
    own = state.get("theme")
    held = state.get("held")
    return Said(
        _whole(state.get("seq")) or 0,
        sent if isinstance(sent, dict) else None,
        own if isinstance(own, str) and own in THEMES else theme,
        frozenset(tag for tag in held[:HELD] if isinstance(tag, str))
        if isinstance(held, list)
        else frozenset(),
        _actions(state.get("actions")),
        state,
    )


def answer(
    chapter: Chapter, heard: Said, address: Mapping[str, str], visitor: Visitor, memory: Memory
) -> message.Packed:
    """The message that answers the browser; `memory` is brought up to date."""
    context = Context(
        THEMES[heard.theme], visitor, memory.own, heard.rest,
        held=heard.held, actions=tuple(heard.actions),
    )  # fmt: skip
    view, notes = _next_view(chapter, heard, address, memory, context)
    tool = _tool(chapter, memory)
    view, notes = _acted(chapter, tool, (view, notes), heard, memory, context)
    with jobs.awaited() as awaited:
        prepared = chapter.prepare(view, context)
        try:
            frame = tool.show(prepared.shown, context)
            asked = prediction.questions(tool, prepared, memory, context)
        except Exception as error:
            frame, asked, memory.asked = failed(tool, error), [], None
    lasting = list(dict.fromkeys([*notes, *prepared.notes]))
    memory.notes, memory.address = lasting, frame.address or ""
    memory.values |= vars(prepared.kept)
    if not prepared.pending:
        shared.keep(chapter.tools, memory.settled or memory.values, memory.values, memory.shared)
        memory.settled = dict(memory.values)

    def packed(frame: Frame) -> message.Packed:
        undone = any(number > (memory.done or 0) for number in heard.actions)
        with jobs.awaited() as late:  # what places the scenes
            about = header(chapter, tool, prepared, frame, context, memory) | {"predictions": asked}
        pending = bool(prepared.pending or frame.pending or awaited or late or undone)
        return message.pack(
            dict(frame.panels),
            heard.held,
            **about,
            seq=heard.seq,
            settings=sent(chapter, tool, memory.values),
            notes=_lines(*(note.text for note in lasting), *prepared.passing, *frame.notes),
            pending=pending,
            again=memory.guide.again(AGAIN if pending and frame.again is None else frame.again),
            done=memory.done or 0,
        )

    try:
        return packed(frame)
    except Exception as error:  # some panels are made only now
        return packed(failed(tool, error))


def _next_view(
    chapter: Chapter, heard: Said, address: Mapping[str, str], memory: Memory, context: Context
) -> tuple[Any, list[Note]]:
    """From the browser while it lives; else from the address, over what the session had before."""
    memory.values = {**_defaults(chapter), **memory.values}
    memory.guide.hear(heard.actions, memory.done, anew=heard.seq <= 1)
    if (place := memory.guide.arrival(chapter.name)) is not None:
        return _arrived(chapter, heard, place, memory, context)
    if heard.settings is None:
        memory.answered = None  # the page begins anew, and counts its messages from 1
        return _opened(chapter, address, memory, context)
    if not memory.tool:  # a page older than this session: its address, then what it says
        opened, memory.notes = _opened(chapter, address, memory, context)
        memory.values |= vars(opened)
    if memory.answered == (heard.seq, heard.settings):
        return _view(_tool(chapter, memory), memory.values), memory.notes
    memory.answered = heard.seq, heard.settings
    before, own = dict(memory.values), memory.tool
    notes = _take(chapter, heard.settings, memory)
    tool = _tool(chapter, memory)
    view = _view(tool, memory.values)
    for follow in filter(None, (chapter.follow, tool.follow)):
        view, more = follow(_view(tool, before), view)
        notes += more
    after = {**memory.values, **vars(view)}
    shared.keep(chapter.tools, before, after, memory.shared)
    stays = [note for note in memory.notes if own == memory.tool and note.stays(before, after)]
    return view, [*stays, *notes]


def _opened(
    chapter: Chapter, address: Mapping[str, str], memory: Memory, context: Context
) -> tuple[Any, list[Note]]:
    """From the address; without one, from the session, over what the page showed last."""
    memory.settled = None
    if not address and memory.tool:
        return _come_back(chapter, memory, context)
    usual = _defaults(chapter)
    brought = {} if address else shared.brought(chapter.tools, memory.shared)
    address = chapter.translate(address)
    memory.values = dict(usual)
    first = {"tool": chapter.tools[0].name} if len(chapter.tools) > 1 else {}
    notes = _take(chapter, {**first, **brought, **address}, memory)
    view = _view(_tool(chapter, memory), memory.values)
    if chapter.open is not None:
        view, more = chapter.open(address, view, context)
        notes += more
    if address:
        shared.keep(chapter.tools, usual, {**memory.values, **vars(view)}, memory.shared)
    return view, notes


def _arrived(
    chapter: Chapter, heard: Said, place: Mapping[str, str], memory: Memory, context: Context
) -> tuple[Any, list[Note]]:
    """A lecture's step: its address, after a reset; one without settings keeps what is there."""
    memory.answered = None if heard.settings is None else (heard.seq, heard.settings)
    memory.verdicts = {}
    if memory.tool and not place.keys() - {"tool"}:
        notes = _take(chapter, place, memory)
        return _view(_tool(chapter, memory), memory.values), notes
    if chapter.act is not None:
        chapter.act(_view(_tool(chapter, memory), memory.values), context, RESET, None)
    return _opened(chapter, place, memory, context)


def _come_back(chapter: Chapter, memory: Memory, context: Context) -> tuple[Any, list[Note]]:
    """The page as it was left, with what was set elsewhere meanwhile."""
    brought = shared.brought(chapter.tools, memory.shared)
    before = _view(_tool(chapter, memory), memory.values)
    differs = any(getattr(before, name, value) != value for name, value in brought.items())
    why = chapter.bound(context) if differs else ""
    if why:
        return before, [*memory.notes, Note(why, tuple(brought))]
    usual = _defaults(chapter)
    news = {**{name: usual[name] for name in shared.names(chapter.tools)}, **brought}
    notes = _take(chapter, news, memory)
    view = _view(_tool(chapter, memory), memory.values)
    if chapter.follow is not None:
        view, more = chapter.follow(before, view)
        notes += more
    after = vars(view)
    stays = [note for note in memory.notes if note.stays(vars(before), after)]
    return view, [*stays, *notes]


def _reset(chapter: Chapter, memory: Memory) -> tuple[Any, list[Note]]:
    """The page's defaults, on this and on all other pages; the open tool stays."""
    tabs = {"tool": memory.values["tool"]} if "tool" in memory.values else {}
    memory.values = {**_defaults(chapter), **tabs}
    memory.settled = None
    memory.shared.clear()
    return _view(_tool(chapter, memory), memory.values), []


def _take(chapter: Chapter, raw: Mapping[str, Any], memory: Memory) -> list[Note]:
    """Untrusted values into the memory, of every tool; a note per repaired one."""
    notes = []
    names = [tool.name for tool in chapter.tools]
    if "tool" in raw and len(names) > 1:
        asked = OneOf(tuple(names)).repair(raw["tool"])
        if asked is None:
            notes.append(Note(instead("tool", raw["tool"], names[0]), ("tool",)))
        memory.tool = asked or memory.tool or names[0]
    memory.tool = memory.tool or names[0]
    news = {name: value for name, value in raw.items() if memory.values.get(name) != value}
    for tool in chapter.tools if news else ():
        view, more = parse(news, _view(tool, memory.values))
        memory.values |= vars(view)
        notes += more
    return list(dict.fromkeys(notes))


def _acted(
    chapter: Chapter, tool: Tool, before: tuple[Any, list[Note]], heard: Said, memory: Memory,
    context: Context,
) -> tuple[Any, list[Note]]:  # fmt: skip
    """The view after the actions that this session has not done yet, and the notes."""
    context.rules, context.free = tool.rules, tool.free
    if memory.done is None:  # a page older than this session had its actions done by another
        memory.done = max(heard.actions, default=0) if heard.seq > 1 else 0
    view, notes = before
    news = sorted(n for n in heard.actions if n > memory.done)[:AT_ONCE]
    notes = [note for note in notes if note.about or not news]  # not what the last action said
    for number in news:
        memory.done = context.action = number
        if heard.actions[number][0] == RESET:
            view, notes = _reset(chapter, memory)
        for act in filter(None, (chapter.act, tool.act, partial(prediction.ask, tool, memory))):
            try:
                view, more = act(view, context, *heard.actions[number])
                notes += more
            except UserError as error:
                notes.append(Note(f"{error}."))
    return view, notes


def _tool(chapter: Chapter, memory: Memory) -> Tool:
    return next((tool for tool in chapter.tools if tool.name == memory.tool), chapter.tools[0])


def _view(tool: Tool, values: Mapping[str, Any]) -> Any:
    return tool.view(**{name: values[name] for name in declared(tool.view)})


def _defaults(chapter: Chapter) -> dict[str, Any]:
    return dict(usual(chapter.tools))


def _lines(*lines: str) -> list[str]:
    """Each once."""
    return list(dict.fromkeys(filter(None, lines)))


def _actions(sent: object) -> dict[int, tuple[str, Any]]:
    listed = [a for a in sent[:LISTED] if isinstance(a, dict)] if isinstance(sent, list) else []
    return {
        number: (a["name"], a.get("value"))
        for a in listed
        if (number := _whole(a.get("id"))) and isinstance(a.get("name"), str)
    }


def _whole(sent: object) -> int | None:
    """A number that a browser can count to."""
    return sent if isinstance(sent, int) and 0 <= sent < 2**53 else None
