"""Packs what the board shows into one message: u32 header length, JSON header, raw image bytes.

Raw bytes travel fastest: Streamlit neither parses nor re-encodes them. payload.js reads them.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

from vaeviz.figures.theme import Spec
from vaeviz.records import ImageStrip, Table

Panel = Spec | ImageStrip | Table


def pack(panels: dict[str, Panel], **header: Any) -> bytes:
    """One message with `panels` by name and whatever else the board's header needs (JSON
    values).
    """
    tail = _Tail()
    described = {name: _described(panel) for name, panel in panels.items()}
    text = json.dumps({**header, "panels": described}, default=tail.refer, allow_nan=False).encode()
    return b"".join([struct.pack("<I", len(text)), text, *tail.blobs])


_KINDS = {"f": "f4", "i": "i4", "u": "u1", "b": "u1"}  # NumPy's kinds, and what payload.js reads


class _Tail:
    """The bytes after the header; an array in the header becomes its type, offset and length
    there.
    """

    def __init__(self) -> None:
        self.blobs: list[bytes] = []
        self.size = 0

    def refer(self, value: Any) -> Any:
        """What json.dumps asks about: an array goes to the tail (as float32 if it is a float)."""
        if isinstance(value, np.generic):
            return value.item()
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{type(value).__name__} does not belong in a message to the board")
        kind = _KINDS.get(value.dtype.kind)
        if kind is None:
            raise TypeError(f"an array of {value.dtype} does not belong in a message to the board")
        with np.errstate(over="ignore"):
            sent = np.ascontiguousarray(value, kind)
        if not (np.isfinite(sent).all() if kind == "f4" else np.array_equal(sent, value)):
            raise ValueError("a panel holds a number that is not finite, or too large to send")
        self.blobs.append(sent.tobytes())
        self.size += len(self.blobs[-1])
        described = {"type": kind, "at": self.size - len(self.blobs[-1]), "count": value.size}
        return described if value.ndim == 1 else {**described, "shape": value.shape}


def unpack(message: bytes) -> tuple[dict[str, Any], bytes]:
    """The header and the image bytes of a message: the inverse, for tests and tools."""
    (length,) = struct.unpack_from("<I", message)
    return json.loads(message[4 : 4 + length]), message[4 + length :]


def _described(panel: Panel) -> dict[str, Any]:
    if isinstance(panel, Spec):
        return {"figure": {"data": panel.data, "layout": panel.layout}}
    about = {"title": panel.title, "source": panel.source, "alt": panel.finding}
    if isinstance(panel, Table):
        links = {"links": panel.links} if panel.links else {}
        return {**about, "table": {"columns": panel.columns, "rows": panel.rows, **links}}
    return {**about, "images": {**_mosaic(panel), "pixels": panel.images}}


def _mosaic(panel: ImageStrip) -> dict[str, Any]:
    rows, columns, h, w = panel.images.shape
    return {"rows": rows, "columns": columns, "h": h, "w": w, "row_names": list(panel.row_names)}
