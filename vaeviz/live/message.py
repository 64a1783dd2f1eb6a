"""Packs a page's frame into one message, without the parts that the browser already has.

A message is u32 index length, JSON index, then the bodies of its parts. A part is a large piece of
the header (an array, a trace, a layout, the controls) named by a digest of its content, so that
equal parts are one. The browser says which parts it has. Objects with "$" in their keys are
references, so no setting or panel may have such a name. payload.js reads the message.
"""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any

import numpy as np

from vaeviz.figures.theme import Spec
from vaeviz.figures.twin import Twin
from vaeviz.records import Activity, ImageStrip, Table

PARTS = ("controls", "scenes", "tabs", "limits", "readouts", "rows")  # of the header, if there
LONG = 24  # entries of a list that is a separate part
_KINDS = {"f": "f4", "i": "i4", "u": "u1", "b": "u1"}  # NumPy's kinds, and those of payload.js


@dataclass(frozen=True, eq=False)
class Part:
    """A separate piece of a message; with a given `tag` it is made only when needed.

    `make` gives the value (JSON and arrays). A tag names one content for ever.
    """

    make: Callable[[], Any]
    tag: str = ""


Panel = Spec | ImageStrip | Table | Activity | Part  # a part may make others


@dataclass(eq=False)
class _Parcel:
    """The bodies of the parts that the browser lacks, and all tags."""

    held: Collection[str]
    index: list[tuple[str, str, int]] = field(default_factory=list)  # tag, kind, bytes
    bodies: list[bytes] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.encode = json.JSONEncoder(
            default=self.refer, allow_nan=False, ensure_ascii=False, check_circular=False
        ).encode

    def add(self, tag: str, kind: str, body: bytes) -> str:
        if tag not in self.tags and tag not in self.held:
            self.index.append((tag, kind, len(body)))
            self.bodies.append(body)
        self.tags.add(tag)
        return tag

    def refer(self, value: Any) -> Any:
        """The `default` of json.dumps: arrays and parts become references."""
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, np.ndarray):
            kind, body = _sendable(value)
            shape = {"shape": value.shape} if value.ndim != 1 else {}
            tag = _digest(body, f"{kind}{value.shape}".encode())
            return {"$array": self.add(tag, kind, body), **shape}
        if isinstance(value, Part):
            known = value.tag and value.tag in self.held
            body = b"" if known else self.encode(value.make()).encode()
            return {"$part": self.add(value.tag or _digest(body), "json", body)}
        raise TypeError(f"{type(value).__name__} does not belong in a message to the browser")


class Packed(bytes):
    """A message; `tags` are those of its parts, which a browser that reads it holds."""

    tags: frozenset[str] = frozenset()


def pack(panels: dict[str, Panel], held: Collection[str] = (), **header: Any) -> Packed:
    """One message with `panels` by name and the rest of the header (JSON values, arrays, parts).

    `held` are the tags of the parts that the browser holds.
    """
    parcel = _Parcel(frozenset(held))
    content = {
        **{name: _shared(value) if name in PARTS else value for name, value in header.items()},
        "panels": {name: _panel(panel) for name, panel in panels.items()},
    }
    text = parcel.encode(content).encode()
    index = json.dumps({"header": len(text), "parts": parcel.index}).encode()
    return _packed([struct.pack("<I", len(index)), index, text, *parcel.bodies], parcel.tags)


def _packed(pieces: list[bytes], tags: Collection[str]) -> Packed:
    message = Packed(b"".join(pieces))
    message.tags = frozenset(tags)
    return message


def unpack(message: bytes, held: dict[str, Any] | None = None) -> dict[str, Any]:
    """The header with every part and array in place: the inverse, for tests and tools.

    `held` are the parts of earlier messages by tag; this message adds its own.
    """
    (length,) = struct.unpack_from("<I", message)
    index = json.loads(message[4 : 4 + length])
    parts = {} if held is None else held
    at = 4 + length + index["header"]
    header = message[4 + length : at]
    for tag, kind, size in index["parts"]:
        body = message[at : at + size]
        parts[tag] = _read(kind, body)
        at += size

    def resolve(value: dict[str, Any]) -> Any:
        if "$part" in value:
            return json.loads(parts[value["$part"]], object_hook=resolve)
        if "$array" in value:
            return parts[value["$array"]].reshape(value.get("shape", -1))
        return (
            _joined(value["$base"], value["data"], value["layout"]) if "$base" in value else value
        )

    return json.loads(header, object_hook=resolve)


def _joined(base: dict[str, Any], data: list[Any], layout: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `_figure`."""
    traces = [{**fixed, **moved} for fixed, moved in zip(base["data"], data, strict=True)]
    return {"data": traces, "layout": {**base["layout"], **layout}}


def _sendable(value: np.ndarray) -> tuple[str, bytes]:
    """The array for the browser, floats in single precision; ValueError for an impossible one.

    Bytes that are mostly 0, such as images, become a mask of the others, and these.
    """
    kind = _KINDS.get(value.dtype.kind)
    if kind is None:
        raise TypeError(f"an array of {value.dtype} does not belong in a message to the browser")
    with np.errstate(over="ignore"):
        sent = np.ascontiguousarray(value, kind)
    if not (np.isfinite(sent).all() if kind == "f4" else np.array_equal(sent, value)):
        raise ValueError("a panel holds a number that is not finite, or too large to send")
    if kind == "u1" and 8 * np.count_nonzero(sent) < 7 * sent.size:
        return "u0", struct.pack("<I", sent.size) + np.packbits(sent != 0).tobytes() + sent[
            sent != 0
        ].tobytes()
    return kind, sent.tobytes()


def _read(kind: str, body: bytes) -> Any:
    """A part's stored body: JSON text, or an array."""
    if kind == "json":
        return body.decode()
    if kind != "u0":
        return np.frombuffer(body, kind)
    (size,) = struct.unpack_from("<I", body)
    mask = np.unpackbits(np.frombuffer(body, "u1", -(-size // 8), 4), count=size).astype(bool)
    full = np.zeros(size, "u1")
    full[mask] = np.frombuffer(body, "u1", offset=4 + -(-size // 8))
    return full


def _digest(body: bytes, kind: bytes = b"") -> str:
    return b64encode(blake2b(body, digest_size=6, key=kind[:64]).digest(), b"-_").decode()


def _shared(value: Any) -> Part:
    return Part(lambda: value)


def _figure(spec: Spec) -> dict[str, Any]:
    """Separates what moves during a drag from its fixed base: lists and arrays of the traces, and
    the layout's texts.
    """
    moving = [_moving(trace) for trace in spec.data]
    words = {"meta": spec.layout["meta"]} if "meta" in spec.layout else {}
    base = {
        "data": [_without(trace, moved) for trace, moved in zip(spec.data, moving, strict=True)],
        "layout": _without(spec.layout, words),
    }
    return {"$base": _shared(base), "data": moving, "layout": words}


def _moving(trace: dict[str, Any]) -> dict[str, Any]:
    """Lists and arrays; a long list, like an array, is sent only after a change."""
    kinds = list | tuple | np.ndarray
    moving = {name: value for name, value in trace.items() if isinstance(value, kinds)}
    long = {n: v for n, v in moving.items() if isinstance(v, list | tuple) and len(v) >= LONG}
    return moving | {name: _shared(value) for name, value in long.items()}


def _without(whole: dict[str, Any], omitted: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in omitted}


def _panel(panel: Panel) -> Part:
    """An unchanged panel is one part, which the browser need not paint again."""
    return Part(partial(_described, panel), panel.tag if isinstance(panel, Part) else "")


def _described(panel: Panel) -> dict[str, Any]:
    if isinstance(panel, Part):
        return _described(panel.make())
    if isinstance(panel, Twin):
        twin = {"name": panel.name, "given": _shared(panel.given)}
        return {"figure": _figure(panel), "twin": twin}
    if isinstance(panel, Spec):
        return {"figure": _figure(panel)}
    about = {"title": panel.title, "source": panel.source, "alt": panel.finding}
    if isinstance(panel, Activity):
        return {**about, panel.kind: panel.content}
    if isinstance(panel, Table):
        rest = {"links": panel.links, "levels": panel.levels}
        table = {"columns": panel.columns, "rows": panel.rows}
        return {**about, "table": table | {name: each for name, each in rest.items() if each}}
    return {**about, "images": _mosaic(panel)}


def _mosaic(panel: ImageStrip) -> dict[str, Any]:
    rows, columns, h, w = panel.images.shape
    sizes = {"rows": rows, "columns": columns, "h": h, "w": w, "row_names": list(panel.row_names)}
    return {**sizes, "pixels": [row.reshape(-1) for row in panel.images]}


def opened(message: Packed) -> tuple[dict[str, Any], Callable[..., Packed]]:
    """The header of a packed message, references and all, and what packs it again with some of its
    fields changed: browsers that hold the same parts can share one message.
    """
    (length,) = struct.unpack_from("<I", message)
    index = json.loads(message[4 : 4 + length])
    start = 4 + length
    end = start + index["header"]
    header: dict[str, Any] = json.loads(message[start:end])
    bodies = message[end:]

    def changed(**fields: Any) -> Packed:
        text = json.dumps({**header, **fields}, allow_nan=False, ensure_ascii=False).encode()
        new = json.dumps({**index, "header": len(text)}).encode()
        return _packed([struct.pack("<I", len(new)), new, text, bodies], message.tags)

    return header, changed
