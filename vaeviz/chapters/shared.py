"""What a visitor sets on one page holds on all: data set, likelihood, β, σ², d and seed.

A session has one value for each, under the name that a setting declares as `shared`. Nothing is
there until the visitor leaves a page's defaults: until then each page opens at its own. A page that
can't show a value repairs it, with a note, and leaves the session's as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from vaeviz.chapters.chapter import Tool
from vaeviz.chapters.settings import declared

Values = dict[str, Any]


@lru_cache
def names(tools: tuple[Tool, ...]) -> Mapping[str, str]:
    """The session's name of each setting that a chapter shares, by the chapter's own name."""
    return {
        name: about.shared
        for tool in tools
        for name, about in declared(tool.view).items()
        if about.shared
    }


def brought(tools: tuple[Tool, ...], session: Values) -> Values:
    """The session's values by the chapter's names, as far as there are any."""
    return {own: session[name] for own, name in names(tools).items() if name in session}


def keep(tools: tuple[Tool, ...], before: Values, now: Values, session: Values) -> None:
    """Takes into the session what has changed on the page, and at the first change all of it."""
    mine = names(tools)
    changed = {name: now[own] for own, name in mine.items() if now[own] != before[own]}
    if changed:
        first = {name: now[own] for own, name in mine.items() if name not in session}
        session.update({**first, **changed})
