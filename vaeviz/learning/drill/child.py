"""Judges one submission: `python -P -m vaeviz.learning.drill.child FILE EPOCHS MEMORY SECONDS`.

Its parent is `process`. Messages leave on the pipe that was standard output, one JSON object per
line; what the student's code prints goes nowhere.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from vaeviz.learning.drill.notebook import place
from vaeviz.learning.drill.results import Message, one_line

IMPORT = "The import of the code"
REFUSALS = 8  # that are reported
NAME = "submission"


class Channel:
    """The pipe to the parent, out of the way of what prints."""

    def __init__(self) -> None:
        self.pipe = os.dup(1)  # not inherited by processes
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        self.refusals = 0

    def send(self, message: Message) -> None:
        line = message.line()
        while line:
            line = line[os.write(self.pipe, line) :]

    def refused(self, what: str) -> None:
        self.refusals += 1
        if self.refusals <= REFUSALS:
            self.send(Message(refused=one_line(what)))


def main(arguments: list[str]) -> None:
    """Judge the submission; every outcome is a message."""
    path, epochs, memory, seconds = (
        Path(arguments[0]),
        int(arguments[1]),
        int(arguments[2]),
        float(arguments[3]),
    )
    channel, source = Channel(), path.read_text(encoding="utf-8")
    try:
        _run(channel, path, source, epochs, memory, seconds)
    except BaseException as error:  # such as sys.exit() in the student's code
        channel.send(Message(stopped=explained(error, path, source)))
    channel.send(Message(done=True))


def _run(
    channel: Channel, path: Path, source: str, epochs: int, memory: int, seconds: float
) -> None:
    ast.parse(source, str(path))  # a syntax error needs no torch
    from vaeviz.learning.drill import guard
    from vaeviz.learning.drill.judge import judge, missing

    _warm_up()
    limits = guard.fence(path.parent, memory, seconds, channel.refused)
    channel.send(Message(stage=IMPORT, limits=limits))
    code = imported(path)
    lacking = missing(code)
    if lacking:
        channel.send(Message(missing=lacking))
        return

    def begin(title: str) -> None:
        channel.send(Message(stage=title))

    for result in judge(code, epochs, lambda error: explained(error, path, source), begin):
        channel.send(Message(result=result))


def _warm_up() -> None:
    """Have torch import and load all that a training step needs, before the fence is up."""
    import torch

    torch.set_num_threads(1)
    layer = torch.nn.Linear(2, 2)
    optimizer = torch.optim.Adam(layer.parameters())
    torch.nn.functional.mse_loss(layer(torch.randn(2, 2)), torch.zeros(2, 2)).backward()
    optimizer.step()


def imported(path: Path) -> ModuleType:
    """The student's code, run as a module. Raises what it raises."""
    spec: Any = importlib.util.spec_from_file_location(NAME, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module  # dataclasses of the student's look there
    spec.loader.exec_module(module)
    return module


def explained(error: BaseException, path: Path, source: str) -> str:
    """An exception in one line, with its place in the student's code."""
    if isinstance(error, SyntaxError):
        return one_line(f"{place(source, error.lineno or 1)}: syntax error: {error.msg}")
    steps = traceback.walk_tb(error.__traceback__)
    frames = [(f.f_code, line) for f, line in steps if f.f_code.co_filename == str(path)]
    where = f"{place(source, frames[-1][1])}: " if frames else ""
    if isinstance(error, NotImplementedError):
        name = frames[-1][0].co_qualname if frames else "a function"
        return one_line(f"{where}{name} is still to be written")
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return one_line(f"{where}the code needs more memory than the limit")
    if isinstance(error, SystemExit):
        return one_line(f"{where}the code ends the process: take exit() out")
    return one_line(f"{where}{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
    os._exit(0)  # no thread and no exit handler of the student's code
