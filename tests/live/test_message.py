"""The page's message: a round trip, no held parts, and finite numbers only."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.figures.theme import Spec
from vaeviz.live import message
from vaeviz.live.message import LONG, Part, pack, unpack
from vaeviz.records import ImageStrip, Table

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
BYTES = st.lists(st.one_of(st.just(0), st.integers(0, 255)), max_size=80).map(
    lambda v: np.array(v, np.uint8)
)
ARRAYS = st.one_of(
    st.lists(FLOATS).map(lambda v: np.array(v, np.float32)),
    st.lists(st.integers(-(2**31), 2**31 - 1)).map(lambda v: np.array(v, np.int32)),
    BYTES,
)


def send(**values: Any) -> dict[str, Any]:
    """The layout of the one figure in a message that carries `values` there."""
    return unpack(pack({"one": Spec([], values)}))["panels"]["one"]["figure"]["layout"]


def strip(images: np.ndarray) -> ImageStrip:
    return ImageStrip("Originals", images, ("x", "x̂"), "Two rows.", "a test")


def index(sent: bytes) -> list[tuple[str, str, int]]:
    """Tag, kind and bytes of the parts that travel."""
    (length,) = struct.unpack_from("<I", sent)
    return [(tag, kind, size) for tag, kind, size in json.loads(sent[4 : 4 + length])["parts"]]


def same(one: Any, other: Any) -> bool:
    """Whether two headers are equal, arrays by their bytes."""
    if isinstance(one, np.ndarray):
        alike = isinstance(other, np.ndarray) and (one.shape, one.dtype) == (
            other.shape,
            other.dtype,
        )
        return alike and one.tobytes() == other.tobytes()
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


# what goes in comes out
# ------------------------------------------------------------------------------------------------


@given(st.lists(ARRAYS, max_size=8))
def test_arrays_of_any_length_and_mix_come_back(arrays: list[np.ndarray]) -> None:
    layout = send(**{f"a{k}": a for k, a in enumerate(arrays)})
    for k, array in enumerate(arrays):
        assert layout[f"a{k}"].dtype == array.dtype
        np.testing.assert_array_equal(layout[f"a{k}"], array)


@given(BYTES, st.integers(0, 300))
def test_bytes_that_are_mostly_0_come_back_and_travel_short(array: np.ndarray, zeros: int) -> None:
    whole = np.concatenate([np.zeros(zeros, np.uint8), array])
    sent = pack({}, x=whole)
    np.testing.assert_array_equal(unpack(sent)["x"], whole)
    ((_, kind, size),) = index(sent)
    dense = np.count_nonzero(whole)
    masked = 4 + -(-len(whole) // 8) + dense
    assert size == (masked if kind == "u0" else len(whole))
    assert kind == ("u0" if 8 * dense < 7 * len(whole) else "u1")


@pytest.mark.parametrize("size", [*range(18), 63, 64, 65])
@pytest.mark.parametrize("fill", [0, 1, 255])
def test_a_mask_of_any_length_has_its_last_bits(size: int, fill: int) -> None:
    array = np.zeros(size, np.uint8)
    array[-1:] = fill
    np.testing.assert_array_equal(unpack(pack({}, x=array))["x"], array)


def test_floats_travel_as_float32_and_whole_numbers_as_int32() -> None:
    layout = send(x=np.array([0.1, 2.5]), k=np.arange(3), every_other=np.arange(10)[::2])
    assert layout["x"].dtype == np.float32
    np.testing.assert_array_equal(layout["x"], np.array([0.1, 2.5], np.float32))
    assert layout["k"].dtype == np.int32
    np.testing.assert_array_equal(layout["every_other"], [0, 2, 4, 6, 8])


@pytest.mark.parametrize("shape", [(2, 3), (1, 6), (6, 1), (2, 3, 1), (0, 3)])
def test_an_array_of_any_shape_and_layout_is_row_by_row(shape: tuple[int, ...]) -> None:
    array = np.asfortranarray(np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape))
    back = send(x=array)["x"]
    assert back.shape == shape
    np.testing.assert_array_equal(back, array)


def test_images_come_back_byte_for_byte_with_their_words() -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 5, 3, 4), dtype=np.uint8)
    header = unpack(pack({"odd": Spec([], {"x": np.zeros(3, np.uint8)}), "recon": strip(images)}))
    panel = header["panels"]["recon"]
    mosaic = panel["images"]
    assert (mosaic["rows"], mosaic["columns"], mosaic["h"], mosaic["w"]) == (2, 5, 3, 4)
    assert mosaic["row_names"] == ["x", "x̂"]
    assert (panel["title"], panel["source"], panel["alt"]) == ("Originals", "a test", "Two rows.")
    np.testing.assert_array_equal(np.stack(mosaic["pixels"]).reshape(images.shape), images)


def test_a_table_travels_as_text_with_its_words() -> None:
    table = Table(
        ("dimension", "τ"), (("1", "0.5"), ("<b>2</b>", "∞")), "Deaths", "a test", "Two die."
    )
    panel = unpack(pack({"deaths": table}))["panels"]["deaths"]
    assert (panel["title"], panel["source"], panel["alt"]) == ("Deaths", "a test", "Two die.")
    assert panel["table"] == {
        "columns": ["dimension", "τ"],
        "rows": [["1", "0.5"], ["<b>2</b>", "∞"]],
    }
    assert set(panel) == {"title", "source", "alt", "table"}


def test_the_levels_of_a_tables_rows_travel_where_there_are_some() -> None:
    table = Table(("", ""), (("a", "b"),), "T", "a test", "One.", levels=("alarm",))
    assert unpack(pack({"t": table}))["panels"]["t"]["table"]["levels"] == ["alarm"]


def test_a_figure_comes_back_whole() -> None:
    data = [
        {"type": "scatter", "name": "a", "x": np.arange(3.0), "y": [1, 2, 3], "text": ["p", "q"]},
        {"type": "bar", "base": [1.0], "error_y": {"array": [0.5], "part": 1}},
    ]
    layout = {"xaxis": {"range": [0, 1]}, "meta": {"title": "T", "alt": "A"}, "base": "a"}
    back = unpack(pack({"one": Spec(data, layout)}))["panels"]["one"]["figure"]
    assert back["layout"] == layout
    np.testing.assert_array_equal(back["data"][0].pop("x"), [0, 1, 2])
    assert back["data"][0] == {"type": "scatter", "name": "a", "y": [1, 2, 3], "text": ["p", "q"]}
    assert back["data"][1] == data[1]


def test_the_header_carries_whatever_else_is_given() -> None:
    header = unpack(pack({}, seq=3, notes=["β & <σ²>"], pending=False))
    assert header == {"seq": 3, "notes": ["β & <σ²>"], "pending": False, "panels": {}}


@pytest.mark.parametrize("name", ["part", "array", "base", "shape", "data", "layout"])
def test_a_setting_of_any_name_is_no_reference(name: str) -> None:
    settings = {name: "a", "other": 1}
    assert unpack(pack({}, settings=settings, controls=[settings])) == {
        "settings": settings,
        "controls": [settings],
        "panels": {},
    }


def test_numpy_scalars_are_numbers() -> None:
    layout = send(a=np.float32(0.5), b=np.int64(7), c=np.bool_(True), d=np.float64(0.25))
    assert layout == {"a": 0.5, "b": 7, "c": True, "d": 0.25}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "wrap",
    [
        float,
        np.float32,
        np.float64,
        lambda v: np.array([0.0, v]),
        lambda v: np.array([v], np.float32),
        lambda v: [v],
        lambda v: Part(lambda: [v]),
    ],
)
def test_what_is_not_finite_is_refused(bad: float, wrap: Any) -> None:
    with pytest.raises(ValueError, match=r"finite|[Oo]ut of range"):
        send(x=wrap(bad))


@pytest.mark.parametrize(
    "value",
    [
        np.array([1e300]),
        np.array([2**40]),
        np.array([-1], np.int8).astype(np.int64) * 2**33,
        np.array([300], np.uint16),
        np.array(["text"]),
        np.array([1j]),
        {1, 2},
        b"raw",
    ],
    ids=repr,
)
def test_what_would_arrive_as_something_else_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        send(x=value)


def test_booleans_travel_as_bytes() -> None:
    np.testing.assert_array_equal(send(x=np.array([True, False]))["x"], [1, 0])


def test_the_length_is_the_indexs_in_bytes_little_endian() -> None:
    sent = pack({}, word="σ²")
    (length,) = struct.unpack("<I", sent[:4])
    about = json.loads(sent[4 : 4 + length])
    assert len(sent) == 4 + length + about["header"]
    assert json.loads(sent[4 + length :]) == {"word": "σ²", "panels": {}}


# what is held does not travel
# ------------------------------------------------------------------------------------------------


def panels(value: float) -> dict[str, Any]:
    """A figure of which `value` is one line, beside one that stays, and images."""
    line = {"type": "scatter", "x": np.arange(50.0), "y": np.full(50, float(value))}
    layout = {"xaxis": {"range": [0, 1]}, "meta": {"title": f"at {value}"}}
    images = np.full((2, 3, 4, 4), 200, np.uint8)
    images[0] = int(value)
    return {"moves": Spec([line], layout), "stays": Spec([line | {"y": [0]}], {}),
            "images": strip(images)}  # fmt: skip


HEADER: dict[str, Any] = {
    "controls": [{"name": "beta", "help": "The weight of the rate"}],
    "scenes": [{"name": "Healthy"}],
}


def test_with_all_held_only_names_travel() -> None:
    held: dict[str, Any] = {}
    first = pack(panels(1), **HEADER)
    whole = unpack(first, held)
    again = pack(panels(1), list(held), **HEADER)
    assert index(again) == []
    assert len(again) < 0.5 * len(first)
    assert same(unpack(again, dict(held)), whole)


def test_an_opened_message_is_packed_again_with_other_fields() -> None:
    held: dict[str, Any] = {}
    first = pack(panels(1), **HEADER, seq=1)
    unpack(first, held)
    assert first.tags == set(held)
    header, changed = message.opened(first)
    assert header["seq"] == 1
    again = changed(seq=2, room={"code": "ä"})
    assert again.tags == first.tags
    assert same(unpack(again), {**unpack(first), "seq": 2, "room": {"code": "ä"}})


def test_what_changes_travels_and_the_rest_does_not() -> None:
    held: dict[str, Any] = {}
    unpack(pack(panels(1), **HEADER), held)
    before = set(held)
    sent = pack(panels(2), list(held), **HEADER)
    assert {tag for tag, *_ in index(sent)}.isdisjoint(before)
    arrays = [kind for _, kind, _ in index(sent) if kind != "json"]
    assert arrays == ["f4", "u1"]  # one line and one row of images; x and the other row are held
    assert same(unpack(sent, held), unpack(pack(panels(2), **HEADER)))


def test_a_long_list_of_a_trace_travels_only_when_it_has_changed() -> None:
    long, short = [None, 0.5] * 10 * LONG, [0.5] * (LONG - 1)
    held: dict[str, Any] = {}
    unpack(pack({"plane": Spec([{"x": long, "y": short, "text": ["a"]}], {})}), held)
    sent = pack({"plane": Spec([{"x": long, "y": short, "text": ["b"]}], {})}, list(held))
    ((_, kind, size),) = index(sent)
    assert kind == "json"
    assert size < len(str(long)) / 4
    (trace,) = unpack(sent, held)["panels"]["plane"]["figure"]["data"]
    assert trace == {"x": long, "y": short, "text": ["b"]}


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.data())
def test_with_any_held_parts_the_message_is_complete(values: list[int], drawn: Any) -> None:
    """The browser keeps any of the parts that it got: each one named is there, or travels."""
    held: dict[str, Any] = {}
    for value in values:
        sent = pack(panels(value), list(held), **HEADER)
        assert same(unpack(sent, held), unpack(pack(panels(value), **HEADER)))
        keeps = drawn.draw(st.lists(st.sampled_from(sorted(held)), unique=True))
        held = {tag: held[tag] for tag in keeps}


def test_equal_parts_travel_once_and_have_one_tag() -> None:
    array = np.arange(100.0)
    sent = pack({}, one=array, other=array.astype(np.float32), more=Part(lambda: {"x": array}))
    assert [kind for _, kind, _ in index(sent)] == ["f4", "json"]
    tags = {tag for k in range(2) for tag, *_ in index(pack({}, **{f"x{k}": array}))}
    assert len(tags) == 1


@pytest.mark.parametrize(
    "other",
    [
        np.arange(6.0),
        np.arange(6).reshape(3, 2),
        np.arange(6),
        np.arange(6).astype(np.uint8),
        np.arange(6) + 1,
        Part(lambda: [0, 1, 2, 3, 4, 5]),
    ],
    ids=range(6),
)
def test_what_differs_in_bytes_type_or_shape_has_another_tag(other: Any) -> None:
    one = np.arange(6).reshape(2, 3)
    ((first, *_),) = index(pack({}, x=one))
    assert first not in {tag for tag, *_ in index(pack({}, x=other))}
    back = unpack(pack({}, x=one, y=other))
    np.testing.assert_array_equal(back["x"], one)
    np.testing.assert_array_equal(back["y"], other.make() if isinstance(other, Part) else other)


def never() -> Any:
    raise AssertionError("it is held: it must not be made")


def test_a_named_part_is_not_made_when_it_is_held() -> None:
    made: list[int] = []

    def make() -> dict[str, Any]:
        made.append(1)
        return {"weights": np.arange(4.0)}

    held: dict[str, Any] = {}
    first = unpack(pack({}, model=Part(make, "model-1")), held)
    assert made == [1]
    assert "model-1" in held
    again = pack({}, list(held), model=Part(never, "model-1"))
    assert index(again) == []
    assert same(unpack(again, held), first)
    unpack(pack({}, list(held), model=Part(make, "model-2")), held)
    assert made == [1, 1]


def test_a_named_part_twice_in_one_message_travels_once() -> None:
    sent = pack({}, one=Part(lambda: [1], "tag"), other=Part(lambda: [1], "tag"))
    assert [tag for tag, *_ in index(sent)] == ["tag"]
    assert unpack(sent) == {"one": [1], "other": [1], "panels": {}}


def test_a_part_may_be_in_a_part_and_in_a_list() -> None:
    inner = Part(lambda: {"x": np.arange(3)}, "inner")
    value = [Part(lambda: {"deep": [inner, inner]}), inner]
    back = unpack(pack({}, value=value))["value"]
    for x in (back[0]["deep"][0], back[0]["deep"][1], back[1]):
        np.testing.assert_array_equal(x["x"], [0, 1, 2])


def test_a_panel_may_be_a_part() -> None:
    def panel(make: Callable[[], Any]) -> dict[str, Any]:
        return {"images": Part(make, "strip-1")}

    whole = panels(1)["images"]
    held: dict[str, Any] = {}
    first = unpack(pack(panel(lambda: whole)), held)
    assert same(first, unpack(pack({"images": whole})))
    assert same(unpack(pack(panel(never), list(held)), held), first)


@given(st.lists(st.text()))
def test_false_claims_of_held_parts_change_no_other_message(claims: list[str]) -> None:
    whole = pack(panels(1), **HEADER)
    tags = {tag for tag, *_ in index(whole)}
    assert pack(panels(1), [c for c in claims if c not in tags], **HEADER) == whole
    assert pack(panels(1), **HEADER) == whole


def test_the_parts_of_the_header_are_parts() -> None:
    names = {name: [name] for name in message.PARTS}
    assert len(index(pack({}, **names))) == len(names)
    assert unpack(pack({}, **names)) == {**names, "panels": {}}
