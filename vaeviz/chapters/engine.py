"""One engine for every page: from what the browser says to the message that answers it.

In this order: the next view (from the browser while it lives, else from the address), actions, what
the chapter prepares, the open tool's frame, the message with the parts that the browser lacks.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from vaeviz.chapters.chapter import AGAIN, Chapter, Context, Frame, Prepared, Tool, Visitor
from vaeviz.chapters.controls import controls, limits, pressed, rules
from vaeviz.chapters.settings import Note, OneOf, declared, defaults, instead, parse, query
from vaeviz.config import UserError
from vaeviz.figures.theme import THEMES
from vaeviz.live import message
from vaeviz.serve import jobs

_LOG = logging.getLogger(__name__)


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
    `address` is the query that opens what the settings alone don't bring back, or "".
    """

    tool: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    answered: tuple[int, Mapping[str, Any]] | None = None
    done: int | None = None
    address: str = ""
    own: dict[str, Any] = field(default_factory=dict)


def said(state: Mapping[str, Any], theme: str) -> Said:
    """The browser's state, which is untrusted; `theme` holds until it names its own."""
    sent = state.get("settings")
    own = state.get("theme")
    held = state.get("held")
    return Said(
        _whole(state.get("seq")) or 0,
        sent if isinstance(sent, dict) else None,
        own if isinstance(own, str) and own in THEMES else theme,
        frozenset(tag for tag in held if isinstance(tag, str))
        if isinstance(held, list)
        else frozenset(),
        _actions(state.get("actions")),
        state,
    )


def answer(
    chapter: Chapter, heard: Said, address: Mapping[str, str], visitor: Visitor, memory: Memory
) -> bytes:
    """The message that answers the browser; `memory` is brought up to date."""
    context = Context(
        THEMES[heard.theme], visitor, memory.own, heard.rest,
        held=heard.held, actions=tuple(heard.actions),
    )  # fmt: skip
    view, notes = _next_view(chapter, heard, address, memory, context)
    tool = _tool(chapter, memory)
    context.rules, context.free = tool.rules, tool.free
    view, notes = _acted(chapter, tool, (view, notes), heard, memory, context)
    with jobs.awaited() as awaited:
        prepared = chapter.prepare(view, context)
        try:
            frame = tool.show(prepared.shown, context)
        except Exception as error:
            frame = _failed(tool, error)
    lasting = list(dict.fromkeys([*notes, *prepared.notes]))
    memory.notes, memory.address = lasting, frame.address or ""
    memory.values |= vars(prepared.kept)

    def packed(frame: Frame) -> bytes:
        pending = bool(prepared.pending or frame.pending or awaited)
        lines = [*(note.text for note in lasting), *prepared.passing, *frame.notes]
        header = _header(chapter, tool, prepared, frame, context)
        return message.pack(
            dict(frame.panels),
            heard.held,
            **header,
            seq=heard.seq,
            settings=_sent(chapter, tool, memory),
            notes=list(dict.fromkeys(filter(None, lines))),
            pending=pending,
            again=AGAIN if pending and frame.again is None else frame.again,
            done=memory.done or 0,
        )

    try:
        return packed(frame)
    except Exception as error:  # some panels are made only now
        return packed(_failed(tool, error))


def _header(
    chapter: Chapter, tool: Tool, prepared: Prepared, frame: Frame, context: Context
) -> dict[str, Any]:
    shown, theme = prepared.shown, context.theme
    said_of = rules(shown, context)
    names = tool.controls if frame.controls is None else frame.controls
    link = _link(chapter, tool, prepared) if frame.link is None else frame.link
    return {
        "tool": tool.name,
        "tabs": [{"name": each.name, "label": each.title} for each in chapter.tools],
        "notice": tool.notice,
        "scenes": [dataclasses.asdict(scene) for scene in tool.scenes(shown, context)],
        "controls": [
            *controls(shown, names, said_of, theme, tool.free if frame.panels else ()),
            *(pressed(button) for button in frame.buttons),
        ],
        "limits": limits(shown, said_of),
        "readouts": list(frame.readouts),
        "columns": frame.columns,
        "rows": frame.rows,
        "link": link,
        "address": link if frame.address is None else frame.address,
        "theme": theme.name,
        "paper": theme.paper,
        **prepared.extra,
        **frame.extra,
    }


def _next_view(
    chapter: Chapter, heard: Said, address: Mapping[str, str], memory: Memory, context: Context
) -> tuple[Any, list[Note]]:
    """From the browser while it lives; else from the address, over what the session had before."""
    memory.values = {**_defaults(chapter), **memory.values}
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
    stays = [note for note in memory.notes if _still(note, before, after, own == memory.tool)]
    return view, [*stays, *notes]


def _opened(
    chapter: Chapter, address: Mapping[str, str], memory: Memory, context: Context
) -> tuple[Any, list[Note]]:
    if not address and memory.tool:
        return _view(_tool(chapter, memory), memory.values), memory.notes
    address = chapter.translate(address)
    memory.values = _defaults(chapter)
    first = {"tool": chapter.tools[0].name} if len(chapter.tools) > 1 else {}
    notes = _take(chapter, {**first, **address}, memory)
    view = _view(_tool(chapter, memory), memory.values)
    if chapter.open is None:
        return view, notes
    view, more = chapter.open(address, view, context)
    return view, [*notes, *more]


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
    if memory.done is None:  # a page older than this session had its actions done by another
        memory.done = max(heard.actions, default=0) if heard.seq > 1 else 0
    view, notes = before
    news = sorted(n for n in heard.actions if n > (memory.done or 0))
    notes = [note for note in notes if note.about or not news]  # not what the last action said
    for number in news:
        memory.done = context.action = number
        for act in filter(None, (chapter.act, tool.act)):
            try:
                view, more = act(view, context, *heard.actions[number])
                notes += more
            except UserError as error:
                notes.append(Note(f"{error}."))
    return view, notes


def _failed(tool: Tool, error: Exception) -> Frame:
    """A tool that can't work here says why: in a lecture the page and the other tabs stay."""
    if isinstance(error, UserError):
        return Frame({}, notes=[f"{error}."])
    _LOG.error("The tool %s failed", tool.name, exc_info=error)
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
    return Frame({}, notes=[f"{tool.title} failed ({what}): move a control to try again."])


def _link(chapter: Chapter, tool: Tool, prepared: Prepared) -> str:
    view = prepared.kept
    own = query(view, chapter.always(view), prepared.usual)
    if tool is chapter.tools[0]:
        return own
    return f"?tool={tool.name}" + own.replace("?", "&", 1)


def _still(
    note: Note, before: Mapping[str, Any], after: Mapping[str, Any], same_tool: bool
) -> bool:
    names = note.about or tuple(after)
    return same_tool and all(before.get(name) == after.get(name) for name in names)


def _tool(chapter: Chapter, memory: Memory) -> Tool:
    return next((tool for tool in chapter.tools if tool.name == memory.tool), chapter.tools[0])


def _view(tool: Tool, values: Mapping[str, Any]) -> Any:
    return tool.view(**{name: values[name] for name in declared(tool.view)})


def _sent(chapter: Chapter, tool: Tool, memory: Memory) -> dict[str, Any]:
    """The settings as the browser knows them."""
    about = {name: each for other in chapter.tools for name, each in declared(other.view).items()}
    public = {name: v for name, v in memory.values.items() if not about[name].private}
    return {**public, **({"tool": tool.name} if len(chapter.tools) > 1 else {})}


def _defaults(chapter: Chapter) -> dict[str, Any]:
    return dict(_usual(chapter.tools))


@lru_cache
def _usual(tools: tuple[Tool, ...]) -> dict[str, Any]:
    return {name: value for tool in tools for name, value in defaults(tool.view).items()}


def _actions(sent: object) -> dict[int, tuple[str, Any]]:
    listed = [a for a in sent if isinstance(a, dict)] if isinstance(sent, list) else []
    return {
        number: (a["name"], a.get("value"))
        for a in listed
        if (number := _whole(a.get("id"))) and isinstance(a.get("name"), str)
    }


def _whole(sent: object) -> int | None:
    """A number that a browser can count to."""
    return sent if isinstance(sent, int) and 0 <= sent < 2**53 else None
