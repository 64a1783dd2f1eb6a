"""A live run: one trainer, or twins in lockstep, with their history and the user's moves.

Everything here is a function of the settings, the data and the moves: paused, killed, resumed or
rewound, the same steps follow to the last bit. `live_worker` has the process, files and clock.
"""

from __future__ import annotations

import numpy as np
import torch

from vaeviz.config import UserError
from vaeviz.data import Dataset
from vaeviz.records import LiveFrame, Move
from vaeviz.runs.folder.control import MOVABLE
from vaeviz.runs.worker.member import Member, Probes, gradients, learner
from vaeviz.runs.worker.twins import Line

GRADIENTS_EVERY = 256  # steps; a power of two, so that the thinned history keeps them


class Session:
    """A live run; `step` counts the updates made."""

    def __init__(self, line: Line, dataset: Dataset) -> None:
        torch.set_num_threads(1)
        self.line, self.moves = line, list[Move]()
        self.members = [Member(line, k, dataset) for k in range(len(line.members))]
        self.probes = Probes(dataset, line.settings)
        self._pending: list[Move] = []

    @property
    def step(self) -> int:
        return self.members[0].trainer.step

    @property
    def steps(self) -> int:
        return self.line.settings.steps

    @property
    def over(self) -> bool:
        return self.step >= self.steps

    @property
    def astray(self) -> bool:
        """Whether a member's J was far above that of coding nothing when last looked at."""
        return any(member.trainer.astray for member in self.members)

    def advance(self) -> None:
        """Makes the due moves, then one update of every member on the same batch."""
        while self._pending and self._pending[0].step <= self.step:
            self._make(self._pending.pop(0))
        for member in self.members:
            member.trainer.advance()
            if member.recorder.due(self.step):
                member.recorder.add(member.row(self._norms(member)))

    def move(self, name: str, value: float) -> Move:
        """Moves a setting from the next step on. UserError for an impossible value."""
        if name not in MOVABLE:
            raise UserError(f"{name} cannot move during a run: change it and start again")
        move = Move(self.step, name, value)
        self._pending = [later for later in self._pending if later.name != name]
        self._make(move)
        return move

    def replay(self, moves: list[Move]) -> None:
        """Moves of an earlier process that this state lacks: made when their step comes."""
        self._pending = [move for move in moves if move not in self.moves]

    @property
    def planned(self) -> list[Move]:
        """The moves made, and those of an earlier process still to be repeated."""
        return [*self.moves, *self._pending]

    def value(self, name: str) -> float:
        """The last moved "beta", "sigma2" or "learning_rate"; beta without its schedule."""
        moved = [move.value for move in self.planned if move.name == name]
        return moved[-1] if moved else getattr(self.line.settings, name)

    def rewind(self) -> None:
        """Goes back to step 0 and the run's first settings."""
        self.moves, self._pending = [], []
        for member in self.members:
            member.rewind()

    def frame(self, pace: float = 0.0, graded: bool = True) -> LiveFrame:
        """The frame at `pace` steps per second; `graded`: with this step's gradient norms."""
        left = (self.steps - self.step) / pace if pace > 0 else 0.0
        learners = tuple(learner(member, self.probes, graded) for member in self.members)
        return LiveFrame(self.step, self.steps, pace, left, learners, tuple(self.moves))

    def _make(self, move: Move) -> None:
        """Moves a setting of all members; one that tells twins apart, of the first only."""
        for k, member in enumerate(self.members):
            if k == 0 or move.name != self.line.differs:
                member.trainer.change(move.name, move.value)
        self.moves.append(move)

    def _norms(self, member: Member) -> tuple[float, float]:
        if self.step % max(GRADIENTS_EVERY, member.recorder.stride):
            return np.nan, np.nan
        return gradients(member, self.probes)
