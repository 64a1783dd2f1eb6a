"""Snapshots of a live run: everything that decides the steps to come, in two sealed files in turn.

A process killed at any moment leaves a whole snapshot; a damaged one is skipped for the older.
Beside them, `moves.json` has the user's moves since the run began; it is newer than both.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from vaeviz.checked import checked
from vaeviz.checkpoints.files import read_json, write_atomic, write_json
from vaeviz.config import UserError
from vaeviz.records import Move
from vaeviz.runs.folder.frame_file import Arrays, seal, unseal
from vaeviz.runs.worker.member import Member
from vaeviz.runs.worker.session import Session

NAMES = ("snapshot-0.bin", "snapshot-1.bin")
MOVES = "moves.json"


@dataclass(frozen=True)
class Attempt:
    """A run since its last rewind or start: the rewinds and single steps before, the moves."""

    rewinds: int = 0
    singles: int = 0
    moves: tuple[Move, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Attempt:
        """As last written; a new one where there is none."""
        path = folder / MOVES
        return checked(cls, read_json(path)) if path.is_file() else cls()

    def write(self, folder: Path) -> None:
        """Raises OSError."""
        write_json(folder / MOVES, asdict(self))


class Snapshots:
    """The two newest states of a run, written in turn; `rewinds` numbers the attempt.

    `taken` are the single steps of the last restored state; None where it did not count them.
    """

    def __init__(self, folder: Path, rewinds: int = 0) -> None:
        self.folder, self.rewinds = folder, rewinds
        self.taken: int | None = None
        self._next = 0

    def save(self, session: Session, taken: int = 0, durable: bool = True) -> None:
        """Writes the session's state over the older file. Raises OSError when the disk is full.

        Unless `durable`, a power cut may spoil it: its seal then fails, and the older one is used.
        """
        write_atomic(
            self.folder / NAMES[self._next], *pack(session, self.rewinds, taken), durable=durable
        )
        self._next = 1 - self._next

    def newest(self, session: Session) -> bool:
        """Restores the newest good snapshot; False if this attempt has none."""
        return self._restore(session, latest=True)

    def oldest(self, session: Session) -> bool:
        """Restores the older one, for a divergence that the newest may already contain."""
        return self._restore(session, latest=False)

    def clear(self) -> None:
        for name in NAMES:
            (self.folder / name).unlink(missing_ok=True)
        self._next = 0

    def good(self) -> list[tuple[int, tuple[Arrays, dict[str, Any]]]]:
        """The whole snapshots of this attempt, each with its place in NAMES."""
        good = []
        for k, name in enumerate(NAMES):
            with contextlib.suppress(UserError):
                arrays, about = unseal(self.folder / name)
                if about["rewinds"] == self.rewinds:
                    good.append((k, (arrays, about)))
        return good

    def _restore(self, session: Session, latest: bool) -> bool:
        snapshots = [(about["step"], k, arrays, about) for k, (arrays, about) in self.good()]
        if not snapshots:
            return False
        _, k, arrays, about = sorted(snapshots, key=lambda f: f[0], reverse=latest)[0]
        unpack(session, arrays, about)
        self.taken = about.get("taken")
        self._next = 1 - k
        return True


def pack(session: Session, rewinds: int = 0, taken: int = 0) -> tuple[bytes, bytes]:
    """The session's state as the parts of a sealed file."""
    arrays: Arrays = {}
    for k, member in enumerate(session.members):
        arrays |= {f"{k}.{name}": array for name, array in _arrays(member).items()}
    members = [
        {"position": m.trainer.position, "stride": m.recorder.stride} for m in session.members
    ]
    moves = [vars(move) for move in session.moves]
    about = {
        "step": session.step,
        "rewinds": rewinds,
        "taken": taken,
        "members": members,
        "moves": moves,
    }
    return seal(arrays, about)


def unpack(session: Session, arrays: Arrays, about: dict[str, Any]) -> None:
    """The inverse of `pack`, into a session of the same settings and data."""
    session.moves = [checked(Move, move) for move in about["moves"]]
    for k, (member, numbers) in enumerate(zip(session.members, about["members"], strict=True)):
        tensors = {
            n.removeprefix(f"{k}."): torch.tensor(a)
            for n, a in arrays.items()
            if n.startswith(f"{k}.")
        }
        moves = [move for move in session.moves if k == 0 or move.name != session.line.differs]
        member.restore(
            _state(member, tensors, about["step"], numbers["position"]),
            tensors["rows"].numpy(),
            numbers["stride"],
            moves,
        )


def _arrays(member: Member) -> Arrays:
    state = member.trainer.state()
    tensors = {f"model.{name}": tensor for name, tensor in state["model"].items()}
    for index, moments in state["optimizer"]["state"].items():
        tensors |= {f"optimizer.{index}.{name}": tensor for name, tensor in moments.items()}
    tensors |= {"order": state["order"], "generator": state["generator"]}
    return {
        **{name: t.detach().numpy() for name, t in tensors.items()},
        "rows": member.recorder.rows,
    }


def _state(
    member: Member, tensors: dict[str, torch.Tensor], step: int, position: int
) -> dict[str, Any]:
    """The argument of Trainer.restore, from the arrays of a snapshot."""
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, index, moment = name.split(".")
            moments.setdefault(int(index), {})[moment] = tensor
    groups = member.start["optimizer"]["param_groups"]
    return {
        "step": step,
        "position": position,
        "order": tensors["order"],
        "generator": tensors["generator"],
        "model": {
            n.removeprefix("model."): t for n, t in tensors.items() if n.startswith("model.")
        },
        "optimizer": {"state": moments, "param_groups": groups},
    }
