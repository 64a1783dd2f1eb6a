"""`stored`: train the run that the Training page plays on arrival, and store its frames."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from vaeviz import writable
from vaeviz.chapters.training.stored import FILE, PLAN
from vaeviz.commands.command import Command
from vaeviz.commands.loading import load
from vaeviz.commands.output import Output
from vaeviz.runs.folder import stored_run
from vaeviz.runs.folder.stored_run import StoredRun

if TYPE_CHECKING:
    from vaeviz.runs.worker.session import Session

FRAMES = 40
EVERY = 8  # steps between two rows of the history: a frame's history ends at its step


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=FILE, help=f"the file (default {FILE.name})")


def run(args: argparse.Namespace, output: Output) -> int:
    from vaeviz.runs.worker.session import Session
    from vaeviz.runs.worker.twins import Line

    writable.require(args.out.parent, args.out.name)
    session = Session(Line(*PLAN.settings()), load(PLAN.data, output))
    frames = []
    with output.bar(session.steps, "stored run") as bar:
        for step in advance(session, moments(session.steps)):
            frames.append(session.frame())
            bar.show(step, f"{session.steps:,} steps")
    stored_run.write(args.out, StoredRun(asdict(PLAN), tuple(frames)))
    size = args.out.stat().st_size
    about = {"file": str(args.out), "frames": len(frames), "steps": session.step, "bytes": size}
    output.result(about, f"{args.out}: {len(frames)} frames, {size / 1024:,.0f} KiB")
    return 0


def moments(steps: int, count: int = FRAMES) -> list[int]:
    """The steps of the frames: close together while the model learns fastest, each with a row of
    the history.
    """
    squares = (steps * (k / (count - 1)) ** 2 for k in range(count))
    return sorted({EVERY * round(step / EVERY) for step in squares})


def advance(session: Session, steps: list[int]) -> Iterator[int]:
    """Trains on, and stops at each of the steps."""
    for step in steps:
        while session.step < step:
            session.advance()
        yield step


ABOUT = """
Trains the model that the Training page plays to a visitor without a run of their own, and stores
its frames, the records that a live run shows, in one file of at most 2 MB.
"""
EXAMPLES = """
examples:
  python -m vaeviz stored
  python -m vaeviz stored --out /tmp/again.bin
"""
COMMAND = Command(
    "stored",
    "train the run that the Training page plays on arrival",
    ABOUT,
    EXAMPLES,
    configure,
    run,
)
