"""What a message says besides its panels: tabs, scenes, controls, read-outs, link and colours."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vaeviz.chapters.catalogue import PAGES
from vaeviz.chapters.chapter import Chapter, Context, Frame, Prepared, Tool
from vaeviz.chapters.controls import controls, limits, pressed, rules
from vaeviz.chapters.settings import declared, query
from vaeviz.config import UserError

if TYPE_CHECKING:
    from vaeviz.chapters.engine import Memory

_LOG = logging.getLogger(__name__)


def header(
    chapter: Chapter, tool: Tool, prepared: Prepared, frame: Frame, context: Context, memory: Memory
) -> dict[str, Any]:
    """The fields that every page reads, the chapter's and the tool's own among them."""
    shown, theme = prepared.shown, context.theme
    said_of = rules(shown, context)
    names = tool.controls if frame.controls is None else frame.controls
    title, *_ = PAGES.get(chapter.name, (tool.title,))
    address = link(chapter, tool, prepared) if frame.link is None else frame.link
    return {
        "title": title,
        "tool": tool.name,
        "tabs": [
            {"name": each.name, "label": each.title, "notice": each.notice}
            for each in chapter.tools
        ],
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
        "link": address,
        "address": address if frame.address is None else frame.address,
        "theme": theme.name,
        "paper": theme.paper,
        **prepared.extra,
        **frame.extra,
        **memory.guide.header(chapter, tool, prepared, frame, memory, context.browser),
    }


def link(chapter: Chapter, tool: Tool, prepared: Prepared) -> str:
    view = prepared.kept
    own = query(view, chapter.always(view), prepared.usual)
    if tool is chapter.tools[0]:
        return own
    return f"?tool={tool.name}" + own.replace("?", "&", 1)


def sent(chapter: Chapter, tool: Tool, values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of all tools as the browser knows them."""
    about = {name: each for other in chapter.tools for name, each in declared(other.view).items()}
    public = {name: value for name, value in values.items() if not about[name].private}
    return {**public, **({"tool": tool.name} if len(chapter.tools) > 1 else {})}


def failed(tool: Tool, error: Exception) -> Frame:
    """A tool that can't work here says why: in a lecture the page and the other tabs stay."""
    if isinstance(error, UserError):
        return Frame({}, notes=[f"{error}."])
    _LOG.error("The tool %s failed", tool.name, exc_info=error)
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
    return Frame({}, notes=[f"{tool.title} failed ({what}): move a control to try again."])
