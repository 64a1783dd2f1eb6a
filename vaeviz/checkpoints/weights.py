"""A checkpoint's safetensors file, checked before any library opens it.

Layout (github.com/huggingface/safetensors): 8 bytes, the little-endian size n of the header; n
bytes of JSON, a name to {dtype, shape, data_offsets} for each tensor; then the tensors' bytes
without gaps. Nothing in it can run. A pickle can, so none is ever opened: it is recognised by its
first bytes and refused.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

from vaeviz.checkpoints.files import parse_json, read_bytes
from vaeviz.checkpoints.manifest import Manifest
from vaeviz.config import UserError

LARGEST = 64 * 1024 * 1024  # bytes of a weights file
LARGEST_HEADER = 256 * 1024
SIZES = {"F32": 4, "F16": 2}
STORED = {"float32": "F32", "float16": "F16"}

Shapes = dict[str, tuple[int, ...]]


def read(path: Path, manifest: Manifest) -> tuple[bytes, Shapes]:
    """The checked bytes of a weights file and its tensors' shapes. Raises a one-line UserError."""
    content = read_bytes(path, LARGEST)
    _refuse_foreign(content, path.name)
    if len(content) != manifest.bytes:
        state = "truncated" if len(content) < manifest.bytes else "too long"
        sizes = f"{len(content):,} bytes, its manifest says {manifest.bytes:,}"
        raise UserError(f"{path.name} is {state} ({sizes}): copy it again")
    if hashlib.sha256(content).hexdigest() != manifest.sha256:
        raise UserError(
            f"{path.name} is damaged (its SHA-256 differs from the manifest's): copy it again"
        )
    return content, header(content, path.name, STORED[manifest.dtype])


def header(content: bytes, name: str, dtype: str) -> Shapes:
    """The shape of each tensor; all must be of `dtype` and together fill the file."""
    size = int.from_bytes(content[:8], "little")
    if len(content) < 8 or size > min(LARGEST_HEADER, len(content) - 8):
        raise UserError(
            f"{name} is not a safetensors file (its header does not fit): make it again"
        )
    entries = parse_json(content[8 : 8 + size], f"the header of {name}")
    about = entries.pop("__metadata__", {})
    if not (isinstance(about, dict) and all(type(value) is str for value in about.values())):
        raise UserError(f"{name} has metadata that are no text; make the file again")
    places = sorted(_place(name, key, entry, dtype) for key, entry in entries.items())
    end = 0
    for start, stop, key in places:
        if start != end:
            raise UserError(
                f"{name}: tensor {key[:60]!r} is at the wrong place; make the file again"
            )
        end = stop
    if end != len(content) - 8 - size:
        raise UserError(f"{name}: the tensors do not fill the file; make it again")
    return {key: tuple(entry["shape"]) for key, entry in entries.items()}


def _refuse_foreign(content: bytes, name: str) -> None:
    """Recognises pickles, and torch.save's archives of them, by their first bytes."""
    pickled = content[:1] == b"\x80" and content[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
    archived = content[:4] == b"PK\x03\x04"
    if (pickled or archived) and content[8:9] != b"{":
        raise UserError(
            f"{name} is a pickle, which can run any code: never opened; use a safetensors file"
        )


def _place(name: str, key: str, entry: Any, dtype: str) -> tuple[int, int, str]:
    """(start, end, key) of a tensor's data, after checking its entry."""
    bad = UserError(f"{name}: tensor {key[:60]!r} has a bad entry; make the file again")
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise bad
    if entry["dtype"] != dtype:
        found = " ".join(str(entry["dtype"]).split())[:10]
        raise UserError(f"{name}: tensor {key[:60]!r} is {found}, the manifest says {dtype}")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not (_counts(shape) and len(shape) <= 8 and _counts(offsets) and len(offsets) == 2):
        raise bad
    if offsets[1] - offsets[0] != math.prod(shape) * SIZES[dtype]:
        raise bad
    return offsets[0], offsets[1], key


def _counts(values: Any) -> bool:
    return isinstance(values, list) and all(type(v) is int and 0 <= v <= LARGEST for v in values)
