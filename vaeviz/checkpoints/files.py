"""Atomic writes of files, and strict reading of small, flat, plain JSON."""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path
from typing import Any

from vaeviz.config import UserError

LARGEST_JSON = 256 * 1024  # bytes
ATTEMPTS = 10  # of replacing a file
LARGEST_INT = 2**53  # larger JSON numbers are not exact everywhere


def write_atomic(path: Path, *parts: bytes, durable: bool = True) -> None:
    """Write `parts` beside `path`, flush to the disk, and replace `path` in one move.

    Interrupted at any moment, `path` holds its old content or the new one, never a part. Without
    `durable` a power cut may lose it: for files that are written several times per second.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.writelines(parts)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        _put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _put_in_place(temporary: Path, path: Path) -> None:
    """os.replace, repeated: on Windows it fails while a reader has `path` open."""
    for _ in range(ATTEMPTS - 1):
        try:
            return os.replace(temporary, path)
        except PermissionError:
            time.sleep(0.02)
    return os.replace(temporary, path)


def write_json(path: Path, values: dict[str, Any], durable: bool = True) -> None:
    """Readable JSON, written atomically. Raises ValueError for NaN and infinity."""
    write_atomic(
        path, (json.dumps(values, indent=2, allow_nan=False) + "\n").encode(), durable=durable
    )


def read_bytes(path: Path, limit: int) -> bytes:
    """The content of an ordinary file of at most `limit` bytes. Raises UserError."""
    if not path.is_file():
        raise UserError(f"{path} is not there: check the name, or list all with 'checkpoints'")
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise UserError(
            f"{path.name} cannot be read ({error.strerror}): change its permissions"
        ) from error
    if len(content) > limit:
        raise UserError(
            f"{path.name} is larger than {limit:,} bytes: it is not one of ours, remove it"
        )
    return content


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file of at most LARGEST_JSON bytes. Raises UserError."""
    return parse_json(read_bytes(path, LARGEST_JSON), path.name)


def parse_json(content: bytes, name: str) -> dict[str, Any]:
    """One JSON object of finite numbers without repeated keys; error messages call it `name`."""
    try:
        values = json.loads(
            content.decode("utf-8"),
            parse_int=_int,
            parse_float=_float,
            parse_constant=_float,
            object_pairs_hook=_unique,
        )
    except RecursionError:
        raise UserError(f"{name} is nested too deeply: it is not one of ours, remove it") from None
    except ValueError as error:
        cause = str(error).splitlines()[0][:80]
        raise UserError(
            f"{name} is not plain JSON ({cause}): restore it or make it again"
        ) from None
    if not isinstance(values, dict):
        raise UserError(f"{name} holds no JSON object: restore it or make it again")
    return values


def _int(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_INT:
        raise ValueError(f"number {text[:20]} is too large")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"number {text[:20]} is not finite")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key is given twice")
    return values
