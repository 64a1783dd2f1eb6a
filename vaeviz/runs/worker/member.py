"""One of a run's models with its trainer and its history."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from vaeviz import families
from vaeviz.data import Dataset
from vaeviz.models.vae import VAE
from vaeviz.records import Array, Move
from vaeviz.runs.folder.control import MOVABLE
from vaeviz.runs.worker.recorder import STRIDE, Recorder
from vaeviz.runs.worker.twins import Line
from vaeviz.training.loop import Trainer


class Member:
    """A model with its trainer, its history and its first state."""

    def __init__(self, line: Line, index: int, dataset: Dataset) -> None:
        self.settings = line.members[index]
        self.label = "" if line.twin is None else "AB"[index]
        self.model: VAE = families.of(self.settings).build(self.settings, dataset.shape)  # type: ignore[assignment]
        self.trainer = Trainer(self.model, dataset.train, self.settings)
        self.recorder = Recorder(self.settings.latent)
        self.start = copy.deepcopy(self.trainer.state())

    def rewind(self) -> None:
        """Restores the initial weights, batches and noise."""
        self.restore(
            copy.deepcopy(self.start), np.empty((0, self.recorder.rows.shape[1])), STRIDE, []
        )

    def restore(self, state: dict[str, Any], rows: Array, stride: int, moves: list[Move]) -> None:
        """Restores a trainer's state, the rows of its history, and the moves made so far."""
        self.trainer.restore(state)
        self.recorder.rows, self.recorder.stride = rows, stride
        for name in MOVABLE:
            self.trainer.change(name, getattr(self.settings, name))
        for move in moves:
            self.trainer.change(move.name, move.value)

    def row(self, norms: tuple[float, float] = (np.nan, np.nan)) -> Array:
        """The last step as a row of the history, (9 + d,). Raises Diverged."""
        r = self.trainer.record()
        values = [
            r.step,
            r.beta,
            r.sigma2,
            self.trainer.settings.learning_rate,
            r.distortion,
            r.rate,
        ]
        return np.concatenate([[*values, self.trainer.active(), *norms], r.kl])
