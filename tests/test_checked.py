"""The one validator: what passes comes back equal, what does not is one line that names it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.checked import UserError, checked
from vaeviz.records.array import Array

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@dataclass(frozen=True)
class Part:
    name: str
    size: int = 1


@dataclass(frozen=True)
class Whole:
    share: float
    kind: Literal["a", "b"] = "a"
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    sizes: tuple[int, ...] = ()
    numbers: dict[str, int | float] | None = None
    plain: bool = False
    more: Any = None


@dataclass(frozen=True, eq=False)
class Table:
    rows: Array


FULL = Whole(0.5, "b", Part("x", 2), (Part("y"), Part("z", 3)), (1, 2), {"n": 5, "m": 0.5}, True, 1)


def test_json_and_back() -> None:
    assert checked(Whole, json.loads(json.dumps(asdict(FULL)))) == FULL
    assert checked(Whole, {"share": 1}) == Whole(1.0)
    found = checked(Whole, {"share": 1, "numbers": {"n": 5, "m": 5.0}})
    assert isinstance(found.share, float)
    assert [type(n) for n in (found.numbers or {}).values()] == [int, float]
    np.testing.assert_array_equal(checked(Table, {"rows": [[1, 2], [3, 4]]}).rows, [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("values", "match"),
    [
        (3, "3 is no set of fields"),
        (None, "no set of fields"),
        ({}, "lacks 'share'"),
        ({"share": "x"}, "field 'share' is .x.: give a float"),
        ({"share": True}, "field 'share' is true: give a float"),
        ({"share": 1, "gamma": 1}, "unknown field 'gamma': remove it, or use one of share, kind"),
        ({"share": 1, "kind": "c"}, "field 'kind' is .c.: give a name: a, b"),
        ({"share": 1, "kind": []}, "give a name: a, b"),
        ({"share": 1, "plain": 1}, "give a bool"),
        ({"share": 1, "sizes": [1, 2.5]}, "give a tuple"),
        ({"share": 1, "sizes": "12"}, "give a tuple"),
        ({"share": 1, "numbers": {"n": "x"}}, "give a dict"),
        ({"share": 1, "part": {}}, "lacks 'name'"),
        ({"share": 1, "parts": [{"name": 3}]}, "field 'name' is 3: give a str"),
        ({"share": 1, "parts": [{"name": "x", "size": True}]}, "give a int"),
    ],
)
def test_what_does_not_fit_is_named_in_one_line(values: Any, match: str) -> None:
    with pytest.raises(UserError, match=match) as caught:
        checked(Whole, values)
    assert "\n" not in str(caught.value)


def test_complete_wants_every_field_of_every_part() -> None:
    whole = json.loads(json.dumps(asdict(FULL)))
    assert checked(Whole, whole, complete=True) == FULL
    del whole["parts"][0]["size"]
    assert checked(Whole, whole).parts[0].size == 1
    with pytest.raises(UserError, match="lacks 'size': add the key"):
        checked(Whole, whole, "key", complete=True)


@pytest.mark.parametrize("rows", [[[1], [1, 2]], [["x"]], {"a": 1}])
def test_an_array_of_anything_else_is_refused(rows: Any) -> None:
    with pytest.raises(UserError, match="field 'rows'"):
        checked(Table, {"rows": rows})


@given(st.dictionaries(st.sampled_from(["share", "part", "parts", "numbers", "kind"]), JSON))
def test_any_json_is_made_or_refused(values: dict[str, Any]) -> None:
    try:
        made = checked(Whole, values)
    except UserError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both ends are fine, each of its kind
    else:
        assert checked(Whole, asdict(made)).kind == made.kind
