"""Shared by the tests of live runs: a tiny run, its session, bitwise comparisons."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import torch

from vaeviz import data
from vaeviz.config import RunSettings
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.twins import Line

TINY = RunSettings(data="three-gaussians", widths=(8,), latent=2, batch=32, steps=400, sigma2=0.05)


def line(twin: dict[str, Any] | None = None, **changes: Any) -> Line:
    settings = dataclasses.replace(TINY, **changes)
    return Line(settings, dataclasses.replace(settings, **twin) if twin else None)


def session(which: Line | None = None, steps: int = 0) -> Session:
    """A fresh session after `steps` updates."""
    made = Session(which or line(), data.load(TINY.data))
    advance(made, steps)
    return made


def advance(session: Session, steps: int) -> None:
    for _ in range(steps):
        session.advance()


def same_weights(a: Session, b: Session, members: tuple[int, int] | None = None) -> bool:
    """Whether all weights (of one member each, if given) are equal to the last bit."""
    pairs = [members] if members else [(k, k) for k in range(len(a.members))]
    return all(
        torch.equal(x, y)
        for i, j in pairs
        for x, y in zip(
            a.members[i].model.state_dict().values(),
            b.members[j].model.state_dict().values(),
            strict=True,
        )
    )


def same_history(a: Session, b: Session) -> bool:
    return a.step == b.step and all(
        np.array_equal(x.recorder.rows, y.recorder.rows, equal_nan=True)
        for x, y in zip(a.members, b.members, strict=True)
    )
