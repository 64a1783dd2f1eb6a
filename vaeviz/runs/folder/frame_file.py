"""Sealed files of a run's folder: the worker writes them, the page reads them, neither waits.

A sealed file holds named arrays and a few plain values: 32 bytes of SHA-256, then safetensors. One
that is truncated, corrupt or from another program raises UserError; nothing in it can run. A frame
of a live run is one, a snapshot another (`worker.snapshots`). NumPy only: the page needs no torch.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vaeviz.checked import UserError, checked
from vaeviz.checkpoints.files import parse_json, read_bytes, write_atomic
from vaeviz.records import History, Learner, LiveFrame, Move

Arrays = dict[str, NDArray[Any]]
SEAL = 32  # bytes of the digest
LARGEST = 256 * 1024 * 1024  # bytes
FRAME = "frame.bin"
_ARRAYS = [f.name for f in dataclasses.fields(Learner) if f.type == "Array"]
_HISTORY = [f.name for f in dataclasses.fields(History)]
_PLAIN = [f.name for f in dataclasses.fields(Learner) if f.name not in (*_ARRAYS, "history")]


def write(folder: Path, frame: LiveFrame) -> None:
    """Raises OSError; ValueError for a number that is not finite."""
    arrays: Arrays = {}
    for k, learner in enumerate(frame.learners):
        arrays |= {
            f"{k}.{name}": np.asarray(getattr(learner, name), np.float32) for name in _ARRAYS
        }
        arrays |= {f"{k}.past.{name}": getattr(learner.history, name) for name in _HISTORY}
    learners = [{name: getattr(learner, name) for name in _PLAIN} for learner in frame.learners]
    about = {
        "step": frame.step,
        "steps": frame.steps,
        "pace": frame.pace,
        "left": frame.seconds_left,
    }
    moves = [vars(move) for move in frame.moves]
    parts = seal(arrays, {**about, "learners": learners, "moves": moves})
    write_atomic(folder / FRAME, *parts, durable=False)


def read(folder: Path) -> LiveFrame:
    """The newest frame. Raises a one-line UserError where there is no whole one."""
    arrays, about = unseal(folder / FRAME)
    try:
        learners = tuple(_learner(arrays, k, plain) for k, plain in enumerate(about["learners"]))
        moves = tuple(checked(Move, move) for move in about["moves"])
        return LiveFrame(
            about["step"], about["steps"], about["pace"], about["left"], learners, moves
        )
    except (KeyError, TypeError, UserError) as error:
        raise UserError(f"{FRAME} is of another version ({error}): start the run again") from None


def stamp(folder: Path) -> tuple[int, int]:
    """Changes with every frame; (0, 0) before the first."""
    try:
        about = (folder / FRAME).stat()
    except OSError:
        return 0, 0
    return about.st_mtime_ns, about.st_ino


def _learner(arrays: Arrays, k: int, plain: dict[str, Any]) -> Learner:
    fields: dict[str, Any] = {**plain, **{name: arrays[f"{k}.{name}"] for name in _ARRAYS}}
    return Learner(
        **fields, history=History(**{name: arrays[f"{k}.past.{name}"] for name in _HISTORY})
    )


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
