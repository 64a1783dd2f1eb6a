"""Artificial live runs for tests of figures and views, with distinctive numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.records import History, Learner, LiveFrame, Move

MOVES = (Move(40, "beta", 4.0), Move(60, "sigma2", 0.02), Move(64, "learning_rate", 3e-4))


def history(
    rows: int = 25, d: int = 4, every: int = 4, start: float = 80.0, **changes: Any
) -> History:
    """D falls, R rises; dimension k has (k + 1) / 10 of the rate; a gradient every second row."""
    step = np.arange(1, rows + 1) * float(every)
    share = np.arange(1, d + 1) / np.arange(1, d + 1).sum()
    rate = 10 * (1 - np.exp(-step / 30))
    gaps = np.where(np.arange(rows) % 2 == 0, 1.0, np.nan)
    made: dict[str, Any] = {
        "step": step,
        "beta": np.ones(rows),
        "sigma2": np.full(rows, 0.1),
        "learning_rate": np.full(rows, 1e-3),
        "distortion": start * np.exp(-step / 20) + 5,
        "rate": rate,
        "active": np.minimum(np.arange(rows), d).astype(float),
        "distortion_gradient": gaps * 40 / step,
        "rate_gradient": gaps * 2 / step,
        "kl": rate[:, None] * share,
    }
    return History(**{**made, **changes})


def learner(label: str = "", d: int = 4, count: int = 60, dim: int = 64, **changes: Any) -> Learner:
    """A model after 100 steps, seen on `count` probes of `dim` elements."""
    rng = np.random.default_rng(ord(label or "A"))
    past = changes.pop("history", None) or history(d=d)
    made: dict[str, Any] = {
        "label": label,
        "variational": True,
        "step": 100,
        "beta": 1.0,
        "sigma2": 0.1,
        "learning_rate": 1e-3,
        "mu": rng.normal(size=(count, d)).astype(np.float32),
        "logvar": rng.normal(-2, 0.5, size=(count, d)).astype(np.float32),
        "kl": np.array([0.02, 2.5, 0.7, 1.25] * d)[:d],
        "distortion": 6.5,
        "rate": 4.47,
        "active": d - 1,
        "recon": rng.uniform(size=(10, dim)).astype(np.float32),
        "samples": rng.uniform(size=(10, dim)).astype(np.float32),
        "history": past,
    }
    return Learner(**{**made, **changes})


def frame(*learners: Learner, moves: tuple[Move, ...] = MOVES, steps: int = 3000) -> LiveFrame:
    """A live run of these learners, 100 steps old."""
    return LiveFrame(100, steps, 250.0, 12.0, learners or (learner(),), moves)


def before(*learners: Learner) -> LiveFrame:
    """The run before its first step: models, and no history."""
    return LiveFrame(0, 3000, 0.0, 0.0, learners or (learner(history=history(0), step=0),), ())
