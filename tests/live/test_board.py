"""The board's message: what goes in comes out, images byte for byte, and nothing that is not a
number.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.figures.theme import Spec
from vaeviz.live import board
from vaeviz.records import ImageStrip, Table

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
TYPES = {"f4": np.float32, "i4": np.int32, "u1": np.uint8}


def read(tail: bytes, described: dict[str, Any]) -> np.ndarray:
    """An array as payload.js reads it: copied from its offset, whatever that offset's alignment."""
    kind = TYPES[described["type"]]
    size = described["count"] * np.dtype(kind).itemsize
    part = tail[described["at"] : described["at"] + size]
    assert len(part) == size
    return np.frombuffer(part, kind)


def send(**values: Any) -> tuple[dict[str, Any], bytes]:
    """The layout of the one figure in a message that carries `values` there."""
    header, tail = board.unpack(board.pack({"one": Spec([], values)}))
    return header["panels"]["one"]["figure"]["layout"], tail


def strip(images: np.ndarray) -> ImageStrip:
    return ImageStrip("Originals", images, ("x", "x̂"), "Two rows.", "a test")


@given(
    st.lists(
        st.one_of(
            st.lists(FLOATS).map(lambda v: np.array(v, np.float32)),
            st.lists(st.integers(-(2**31), 2**31 - 1)).map(lambda v: np.array(v, np.int32)),
            st.lists(st.integers(0, 255)).map(lambda v: np.array(v, np.uint8)),
        ),
        max_size=8,
    )
)
def test_arrays_of_any_length_and_mix_come_back(arrays: list[np.ndarray]) -> None:
    layout, tail = send(**{f"a{k}": a for k, a in enumerate(arrays)})
    for k, array in enumerate(arrays):
        np.testing.assert_array_equal(read(tail, layout[f"a{k}"]), array)
    assert len(tail) == sum(a.nbytes for a in arrays)


def test_floats_travel_as_float32_and_whole_numbers_as_int32() -> None:
    layout, tail = send(x=np.array([0.1, 2.5]), k=np.arange(3), every_other=np.arange(10)[::2])
    assert layout["x"]["type"] == "f4"
    np.testing.assert_array_equal(read(tail, layout["x"]), np.array([0.1, 2.5], np.float32))
    assert layout["k"]["type"] == "i4"
    np.testing.assert_array_equal(read(tail, layout["every_other"]), [0, 2, 4, 6, 8])


def test_a_2d_array_in_any_layout_is_row_by_row() -> None:
    array = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    layout, tail = send(x=array)
    np.testing.assert_array_equal(read(tail, layout["x"]), array.ravel())
    assert layout["x"]["shape"] == [2, 3]


def test_images_come_back_byte_for_byte_with_their_words() -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 5, 3, 4), dtype=np.uint8)
    header, tail = board.unpack(
        board.pack({"odd": Spec([], {"x": np.zeros(3, np.uint8)}), "recon": strip(images)})
    )
    panel = header["panels"]["recon"]
    mosaic = panel["images"]
    assert (mosaic["rows"], mosaic["columns"], mosaic["h"], mosaic["w"]) == (2, 5, 3, 4)
    assert mosaic["row_names"] == ["x", "x̂"]
    assert (panel["title"], panel["source"], panel["alt"]) == ("Originals", "a test", "Two rows.")
    np.testing.assert_array_equal(read(tail, mosaic["pixels"]).reshape(images.shape), images)


def test_a_table_travels_as_text_with_its_words() -> None:
    table = Table(
        ("dimension", "τ"), (("1", "0.5"), ("<b>2</b>", "∞")), "Deaths", "a test", "Two die."
    )
    header, tail = board.unpack(board.pack({"deaths": table}))
    panel = header["panels"]["deaths"]
    assert (panel["title"], panel["source"], panel["alt"]) == ("Deaths", "a test", "Two die.")
    assert panel["table"] == {
        "columns": ["dimension", "τ"],
        "rows": [["1", "0.5"], ["<b>2</b>", "∞"]],
    }
    assert (set(panel), tail) == ({"title", "source", "alt", "table"}, b"")


def test_the_header_carries_whatever_else_is_given() -> None:
    header, tail = board.unpack(board.pack({}, seq=3, notes=["β & <σ²>"], pending=False))
    assert header == {"seq": 3, "notes": ["β & <σ²>"], "pending": False, "panels": {}}
    assert tail == b""


def test_numpy_scalars_are_numbers() -> None:
    layout, _ = send(a=np.float32(0.5), b=np.int64(7), c=np.bool_(True), d=np.float64(0.25))
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


def test_a_mask_travels_as_bytes() -> None:
    layout, tail = send(x=np.array([True, False]))
    np.testing.assert_array_equal(read(tail, layout["x"]), [1, 0])


def test_the_length_is_the_headers_in_bytes_little_endian() -> None:
    message = board.pack({}, word="σ²")
    (length,) = struct.unpack("<I", message[:4])
    assert length == len(message) - 4


def test_the_browsers_side_knows_the_same_types() -> None:
    text = (Path(board.__file__).parent / "payload.js").read_text(encoding="utf-8")
    for name, kind in (("f4", "Float32Array"), ("i4", "Int32Array"), ("u1", "Uint8Array")):
        assert f"{name}: {kind}" in text
