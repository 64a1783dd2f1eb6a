"""Packs what the board shows into one message: u32 header length, JSON header, raw image bytes.

Raw bytes travel fastest: Streamlit neither parses nor re-encodes them. payload.js reads them.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import plotly.graph_objects as go

from vaeviz.records import ImageStrip

Panel = go.Figure | ImageStrip


def pack(panels: dict[str, Panel], **header: Any) -> bytes:
    """One message with `panels` by name and whatever else the board's header needs (JSON values)."""
    blobs: list[bytes] = []
    size = 0
    described: dict[str, Any] = {}
    for name, panel in panels.items():
        if isinstance(panel, ImageStrip):
            described[name] = {**_strip(panel), "images": {**_mosaic(panel), "offset": size}}
            blobs.append(np.ascontiguousarray(panel.images).tobytes())
            size += len(blobs[-1])
        else:
            described[name] = {"figure": panel.to_plotly_json()}
    text = json.dumps({**header, "panels": described}, default=_plain, allow_nan=False).encode()
    return b"".join([struct.pack("<I", len(text)), text, *blobs])


def unpack(message: bytes) -> tuple[dict[str, Any], bytes]:
    """The header and the image bytes of a message: the inverse, for tests and tools."""
    (length,) = struct.unpack_from("<I", message)
    return json.loads(message[4 : 4 + length]), message[4 + length :]


def _strip(panel: ImageStrip) -> dict[str, str]:
    return {"title": panel.title, "source": panel.source, "alt": panel.finding}


def _mosaic(panel: ImageStrip) -> dict[str, Any]:
    rows, columns, h, w = panel.images.shape
    return {"rows": rows, "columns": columns, "h": h, "w": w, "row_names": list(panel.row_names)}


def _plain(value: Any) -> Any:
    """NumPy values as JSON; small arrays that Plotly left alone become lists."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} does not belong in a message to the board")
