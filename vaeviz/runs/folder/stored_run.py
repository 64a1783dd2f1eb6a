"""A finished run as one small sealed file: its plan, and the frames that a page plays.

The frames are those of a live run (`frame_file`) with one learner. Their arrays are halved to 16
bits, which a picture and a map of codes do not show; the history is kept once, in full precision,
as every frame's is the beginning of the last one's. NumPy only, and nothing in the file can run.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vaeviz.checked import UserError
from vaeviz.checkpoints.files import write_atomic
from vaeviz.records import History, Learner, LiveFrame
from vaeviz.runs.folder.frame_file import seal, unseal

ORIGIN = "stored run"
_HISTORY = [f.name for f in dataclasses.fields(History)]
_ARRAYS = [f.name for f in dataclasses.fields(Learner) if f.type == "Array"]
_PLAIN = [
    f.name
    for f in dataclasses.fields(Learner)
    if f.name not in (*_ARRAYS, "history", "label", "origin")
]


@dataclass(frozen=True, eq=False)
class StoredRun:
    """The page's plan that the run began with, and its frames, the last at its end."""

    plan: dict[str, Any]
    frames: tuple[LiveFrame, ...]


def write(path: Path, run: StoredRun) -> None:
    """Raises OSError; ValueError for twins, and for a number that is not finite."""
    learners = [learner for frame in run.frames for learner in frame.learners]
    if len(learners) != len(run.frames):
        raise ValueError("a stored run has one model")
    stacked = {
        name: np.stack([getattr(learner, name) for learner in learners]).astype(np.float16)
        for name in _ARRAYS
    }
    past = {f"past.{name}": getattr(learners[-1].history, name) for name in _HISTORY}
    plain = [{name: getattr(learner, name) for name in _PLAIN} for learner in learners]
    about = {"plan": run.plan, "steps": run.frames[-1].steps, "learners": plain}
    write_atomic(path, *seal({**stacked, **past}, about))


def read(path: Path) -> StoredRun:
    """Raises a one-line UserError where there is no whole one."""
    arrays, about = unseal(path)
    try:
        past = History(**{name: arrays[f"past.{name}"] for name in _HISTORY})
        frames = tuple(
            _frame(arrays, past, k, plain, about["steps"])
            for k, plain in enumerate(about["learners"])
        )
        return StoredRun(dict(about["plan"]), frames)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UserError(
            f"{path.name} is of another version ({error}): make it again with 'stored'"
        ) from None


def _frame(
    arrays: dict[str, Any], past: History, k: int, plain: dict[str, Any], steps: int
) -> LiveFrame:
    values = {name: arrays[name][k].astype(np.float32) for name in _ARRAYS}
    begun = past.step <= plain["step"]
    history = History(**{name: getattr(past, name)[begun] for name in _HISTORY})
    learner = Learner(label="", origin=ORIGIN, history=history, **plain, **values)
    return LiveFrame(learner.step, steps, 0.0, 0.0, (learner,), ())
