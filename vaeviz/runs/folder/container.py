"""Named arrays and a few plain values in one sealed file: 32 bytes of SHA-256, then safetensors.

A file that is truncated, corrupt or from another program raises UserError; nothing in it can run.
NumPy only: the page reads what the worker wrote without importing torch.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vaeviz.checkpoints.files import parse_json, read_bytes
from vaeviz.config import UserError

Arrays = dict[str, NDArray[Any]]
SEAL = 32  # bytes of the digest
LARGEST = 256 * 1024 * 1024  # bytes


def seal(arrays: Arrays, about: dict[str, Any]) -> tuple[bytes, bytes]:
    """The file's two parts, digest and content; `about` holds finite JSON values."""
    whole = {
        name: np.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()
    }
    content = save(whole, {"about": json.dumps(about, allow_nan=False)})
    return hashlib.sha256(content).digest(), content


def unseal(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """The arrays and values of a sealed file. Raises a one-line UserError."""
    content = read_bytes(path, LARGEST)
    if hashlib.sha256(content[SEAL:]).digest() != content[:SEAL]:
        raise UserError(f"{path.name} is damaged (its SHA-256 differs): start from an older one")
    try:
        arrays = load(content[SEAL:])
        size = int.from_bytes(content[SEAL : SEAL + 8], "little")
        header = json.loads(content[SEAL + 8 : SEAL + 8 + size])
        return arrays, parse_json(header["__metadata__"]["about"].encode(), path.name)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        cause = str(error).splitlines()[0][:80]
        raise UserError(f"{path.name} is not one of ours ({cause}): remove it") from None
