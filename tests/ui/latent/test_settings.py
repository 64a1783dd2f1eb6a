"""The page's settings, from strangers: what comes out is valid, fits the model, and goes through the URL."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.checkpoints.manifest import NAME
from vaeviz.ui import settings as explorer
from vaeviz.ui.kinds import Name, Numbers, OneOf, Whole
from vaeviz.ui.latent.scenes import SCENES
from vaeviz.ui.latent.settings import DIMENSIONS, View, fit, parse
from vaeviz.ui.model_view import MODEL
from vaeviz.ui.settings import MULTI_RATE

FIELDS = {f.name: f.metadata["kind"] for f in dataclasses.fields(View)}
ROOT = Path(__file__).parents[3]
NUMBERS = Numbers(4, 20.0)
DEEP: list[Any] = []
for _ in range(5000):
    DEEP = [DEEP]
ODD = [
    "<script>alert(1)</script>", "1e999", "-inf", "nan", "0x10", "１２", "1_0", " 5 ", "", "\ud800", "\x00",
    "[x](javascript:1)", "`rm`", "$x$", "\u202eabc", "a" * 10_000, "1," * 10_000, ",", 10**400, -(10**400),
    10**5000, 1e308, -0.0, True, [1, 2], {"a": 1}, ["<b>"], (), 2 + 3j, object, DEEP,
]  # fmt: skip
HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(),
    st.lists(st.integers()), st.dictionaries(st.text(), st.integers()),
    st.lists(st.floats(), max_size=40).map(lambda numbers: ",".join(map(str, numbers))),
)  # fmt: skip


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Any valid value of a kind."""
    if isinstance(kind, OneOf):
        return st.sampled_from(kind.names)
    if isinstance(kind, Name):
        return st.from_regex(NAME, fullmatch=True)
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, Numbers):
        numbers = st.lists(st.floats(-kind.reach, kind.reach), max_size=min(kind.most, 20))
        return numbers.map(lambda values: kind.repair(",".join(map(str, values))))
    return st.floats(kind.low, kind.high).map(kind.repair)


def views() -> st.SearchStrategy[View]:
    """Any valid views."""
    return st.builds(View, **{name: of(kind) for name, kind in FIELDS.items()})


def valid(view: View) -> None:
    for name, kind in FIELDS.items():
        value = getattr(view, name)
        if isinstance(kind, OneOf):
            assert value in kind.names
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
    return dict(parse_qsl(query[1:], strict_parsing=bool(query)))


# from strangers --------------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from([*FIELDS, "unknown", "__class__"]), HOSTILE))
def test_whatever_arrives_the_view_is_valid_and_the_notes_harmless(raw: dict[str, Any]) -> None:
    view, notes = parse(raw)
    valid(view)
    harmless(notes)
    assert len(notes) <= len(raw)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_are_put_back(odd: Any) -> None:
    view, notes = parse(dict.fromkeys(FIELDS, odd))
    valid(view)
    harmless(notes)


@given(views())
def test_a_view_goes_through_the_url_and_comes_back(view: View) -> None:
    assert parse(asked(view.query())) == (view, [])


@given(views())
def test_a_view_goes_through_the_board_and_comes_back(view: View) -> None:
    assert parse(dataclasses.asdict(view)) == (view, [])


def test_the_defaults_are_valid_and_need_no_query() -> None:
    valid(View())
    assert View().query() == ""
    assert parse({}) == (View(), [])


def test_a_dedicated_model_is_named_with_all_that_it_would_set() -> None:
    assert set(asked(View(model="mine").query())) == {"model", "data", "decoder", "beta", "sigma2"}
    assert set(asked(View(tool="draw").query())) == {"tool"}


def test_what_is_no_value_leaves_what_was_there() -> None:
    before = View(beta=7.0, point="1,2", tool="draw")
    view, notes = parse({"beta": "x", "point": "1,x", "tool": None}, before)
    assert view == before
    assert len(notes) == 3


# the model's part ------------------------------------------------------------------------------------------


@given(views())
def test_the_models_part_can_be_taken_out_and_put_in(view: View) -> None:
    part = view.model_settings
    assert isinstance(part, explorer.Settings)
    assert {name: getattr(part, name) for name in MODEL} == {name: getattr(view, name) for name in MODEL}
    assert view.at(part) == view
    other = explorer.Settings(data="moons", beta=3.0, d=5)
    moved = view.at(other)
    assert moved.model_settings == other
    assert moved.at(part) == view


# what a model allows ---------------------------------------------------------------------------------------

SIZES = (st.integers(1, 40), st.integers(1, 10_000), st.integers(1, 12))


@given(views(), *SIZES)
def test_what_fits_is_within_the_models_limits(view: View, latent: int, examples: int, classes: int) -> None:
    fitted = fit(view, latent, examples, classes)
    valid(fitted)
    assert 0 <= min(fitted.a, fitted.b) <= max(fitted.a, fitted.b) < examples
    assert max(fitted.plus, fitted.minus) < classes
    for name in (fitted.i, fitted.j):
        assert name == "auto" or 1 <= int(name) <= latent
    assert fit(fitted, latent, examples, classes) == fitted


@given(views(), *SIZES)
def test_what_fits_already_is_left_alone(view: View, latent: int, examples: int, classes: int) -> None:
    fitted = fit(view, latent, examples, classes)
    touched = {"a", "b", "plus", "minus", "i", "j", "point"}
    assert all(getattr(fitted, name) == getattr(view, name) for name in FIELDS.keys() - touched)
    for name, most in (("a", examples), ("b", examples), ("plus", classes), ("minus", classes)):
        assert getattr(view, name) >= most or getattr(fitted, name) == getattr(view, name)
    for name in ("i", "j"):
        given_ = getattr(view, name)
        assert getattr(fitted, name) == given_ or int(given_) > latent
    assert fitted.point in (view.point, "")


@pytest.mark.parametrize(("latent", "fits"), [(1, False), (2, True), (3, False)])
def test_a_point_of_another_size_is_no_point_of_this_model(latent: int, fits: bool) -> None:
    assert fit(View(point="1,-2.5"), latent, 10, 10).point == ("1,-2.5" if fits else "")


def test_every_dimension_of_a_model_can_be_named() -> None:
    assert fit(View(i="3", j="2"), 2, 10, 10) == View(i="auto", j="2")
    assert fit(View(i="16", j="1"), 16, 10, 10) == View(i="16", j="1")
    assert DIMENSIONS[:3] == ("auto", "1", "2")


@pytest.mark.parametrize("latent", [17, 32, 100, 512])
def test_a_trained_model_of_any_size_keeps_it_in_its_link(latent: int) -> None:
    view = View(model="mine", d=latent, i=str(latent), point=",".join(["-1.234e-05"] * latent))
    assert parse(asked(view.query())) == (view, [])


def test_the_range_of_the_traversals_reaches_as_far_as_the_boards_field() -> None:
    field = re.search(
        r'"extent", \{ min: ([\d.]+), max: ([\d.]+)', (ROOT / "vaeviz/live/traversals.js").read_text()
    )
    assert field
    kind = FIELDS["extent"]
    assert [float(limit) for limit in field.groups()] == [kind.low, kind.high]


# a few numbers ---------------------------------------------------------------------------------------------


@given(st.lists(st.floats(allow_nan=False), max_size=4))
def test_numbers_come_back_within_reach_and_to_four_digits(values: list[float]) -> None:
    text = NUMBERS.repair(",".join(map(repr, values)))
    assert text is not None
    numbers = [float(part) for part in text.split(",")] if text else []
    assert len(numbers) == len(values)
    for number, value in zip(numbers, values, strict=True):
        assert number == pytest.approx(min(max(value, -20), 20), rel=6e-4)
    assert NUMBERS.repair(text) == text


@given(HOSTILE)
def test_numbers_are_numbers_or_nothing(value: Any) -> None:
    text = NUMBERS.repair(value)
    assert text is None or NUMBERS.repair(text) == text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("", ""), ("1", "1"), ("1,2,3,4", "1,2,3,4"), ("1.23456", "1.235"), ("25,-inf", "20,-20"),
     (" 1 ,2", "1,2"), ("1e-9", "1e-09")],
)  # fmt: skip
def test_what_becomes_of_numbers(raw: str, kept: str) -> None:
    assert NUMBERS.repair(raw) == kept


@pytest.mark.parametrize("raw", ["1,2,3,4,5", "1,,2", ",", "x", "1,nan", "1;2", None, 1.0, [1.0], b"1", True])
def test_what_is_no_numbers(raw: Any) -> None:
    assert NUMBERS.repair(raw) is None


def test_a_text_too_long_is_not_cut_into_other_numbers() -> None:
    assert NUMBERS.repair("1" + "0" * 998 + "5,3") is None
    assert NUMBERS.repair("1,2" + " " * 10_000) is None


# what is ready to be chosen --------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene["name"])
def test_a_scene_is_a_valid_view_and_leaves_the_hand_where_it_is(scene: dict[str, Any]) -> None:
    view, notes = parse(scene["settings"])
    assert notes == []
    assert view.model == MULTI_RATE
    assert set(MODEL) <= set(scene["settings"])
    assert not {"a", "b", "point"} & set(scene["settings"])
    assert 20 < len(scene["notice"]) < 110


def test_scenes_differ_by_name_and_by_view() -> None:
    assert len({scene["name"] for scene in SCENES}) == len(SCENES) >= 4
    assert len({parse(scene["settings"])[0] for scene in SCENES}) == len(SCENES)


def test_the_board_begins_with_the_same_defaults() -> None:
    """latent.js declares what the browser sees to by itself: names and values as here."""
    source = (ROOT / "vaeviz" / "live" / "latent.js").read_text(encoding="utf-8")
    found = re.search(r"^const OWN = \{(.*?)\};", source, re.DOTALL | re.MULTILINE)
    assert found is not None
    own = dict(re.findall(r'(\w+): "?([\w.-]+)"?', found[1]))
    defaults = {name: str(getattr(View(), name)).removesuffix(".0") for name in FIELDS}
    assert own == {name: text for name, text in defaults.items() if name not in {*MODEL, "point"}}
