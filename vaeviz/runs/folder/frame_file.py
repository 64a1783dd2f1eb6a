"""A frame of a live run as one sealed file: the worker writes it, the page reads it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from vaeviz.checked import UserError, checked
from vaeviz.checkpoints.files import write_atomic
from vaeviz.records import History, Learner, LiveFrame, Move
from vaeviz.runs.folder.container import Arrays, seal, unseal

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
