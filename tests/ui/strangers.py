"""What strangers send where settings are asked for, any valid settings, and what all of them must
be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from hypothesis import strategies as st

from vaeviz.checkpoints.manifest import NAME
from vaeviz.ui.kinds import Kind, Name, Numbers, OneOf, Text, Whole, kinds

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
    if isinstance(kind, Text):
        return st.just("")  # it is gone once it is read, and stands in no URL
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, Numbers):
        numbers = st.lists(st.floats(-kind.reach, kind.reach), max_size=min(kind.most, 20))
        return numbers.map(lambda values: kind.repair(",".join(map(str, values))))
    return st.floats(kind.low, kind.high).map(kind.repair)


def any_valid(settings: type[Any]) -> st.SearchStrategy[Any]:
    """Any valid settings of a class."""
    return st.builds(settings, **{name: of(kind) for name, kind in kinds(settings).items()})


def valid(settings: Any) -> None:
    for name, kind in kinds(settings).items():
        value = getattr(settings, name)
        if isinstance(kind, OneOf):
            assert value in kind.names
        elif isinstance(kind, Text):
            assert len(value) <= kind.longest
        elif isinstance(kind, Name):
            assert NAME.fullmatch(value)
        elif isinstance(kind, Numbers):
            numbers = [float(part) for part in value.split(",")] if value else []
            assert len(numbers) <= kind.most
            assert all(abs(number) <= kind.reach for number in numbers)
        else:
            assert kind.low <= value <= kind.high
            assert type(value) is (int if isinstance(kind, Whole) else float)


def harmless(notes: list[str]) -> None:
    for note in notes:
        assert not re.search(r"[<>&`$\[\]\n\x00]", note)
        assert note.isprintable()
        assert len(note) < 160


def asked(query: str) -> Mapping[str, str]:
    """What a link's query asks for."""
    assert query == "" or query.startswith("?")
    return dict(parse_qsl(query[1:], strict_parsing=bool(query)))
