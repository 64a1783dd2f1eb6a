"""Untrusted input in place of settings, any valid settings, and the checks of both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from hypothesis import strategies as st

from vaeviz.chapters.settings import (
    Kind,
    Name,
    Note,
    Numbers,
    OneOf,
    Text,
    Whole,
    Word,
    declared,
    defaults,
)
from vaeviz.checkpoints.manifest import NAME

DEEP: list[Any] = []
for _ in range(5000):
    DEEP = [DEEP]
ODD = [
    "<script>alert(1)</script>",
    "1e999",
    "-inf",
    "nan",
    "0x10",
    "１２",
    "1_0",
    " 5 ",
    "",
    "\ud800",
    "\x00",
    "[x](javascript:1)",
    "`rm`",
    "$x$",
    "&lt;b&gt;",
    "\u202eabc",
    "../../etc",
    "a" * 10_000,
    "1," * 10_000,
    ",",
    10**400,
    -(10**400),
    10**5000,
    1e308,
    -0.0,
    True,
    [1, 2],
    {"a": 1},
    ["<b>"],
    (),
    2 + 3j,
    object,
    DEEP,
]
HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.integers()),
    st.lists(st.floats(), max_size=40).map(lambda numbers: ",".join(map(str, numbers))),
)


def of(kind: Kind) -> st.SearchStrategy[Any]:
    """Any valid value of a kind; a word's meaning belongs to the settings around it."""
    if isinstance(kind, OneOf):
        return st.sampled_from(kind.names)
    if isinstance(kind, Name):
        return st.from_regex(NAME, fullmatch=True)
    if isinstance(kind, Word | Text):
        return st.just("")  # a text is gone once it is read, and stands in no URL
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, Numbers):
        numbers = st.lists(st.floats(-kind.reach, kind.reach), max_size=min(kind.most, 20))
        return numbers.map(lambda values: kind.repair(",".join(map(str, values))))
    return st.floats(kind.low, kind.high).map(kind.repair)


def any_valid(view: type[Any]) -> st.SearchStrategy[Any]:
    """Any valid view of a class."""
    return st.builds(view, **{name: of(about.kind) for name, about in declared(view).items()})


def valid(view: Any) -> None:
    usual = defaults(view)
    for name, about in declared(view).items():
        kind, value = about.kind, getattr(view, name)
        if isinstance(kind, OneOf):
            assert value in kind.names
        elif isinstance(kind, Text | Word):
            assert len(value) <= kind.longest
        elif isinstance(kind, Name):
            assert NAME.fullmatch(value)
        elif isinstance(kind, Numbers):
            numbers = [float(part) for part in value.split(",")] if value else []
            assert len(numbers) <= kind.most
            assert all(abs(number) <= kind.reach for number in numbers)
        else:
            assert value == usual[name] or kind.low <= value <= kind.high
            assert type(value) is (int if isinstance(kind, Whole) else float)


def harmless(notes: Iterable[Note | str]) -> None:
    for note in notes:
        text = note if isinstance(note, str) else note.text
        assert not re.search(r"[<>&`$\[\]\n\x00]", text)
        assert text.isprintable()
        assert len(text) < 160


def addressed(query: str) -> Mapping[str, str]:
    """The settings in a link's query."""
    assert query == "" or query.startswith("?")
    return dict(parse_qsl(query[1:], strict_parsing=bool(query)))
