"""The walks of CONTRIBUTING.md: every step is there and, in a drag, taken; the counts are right."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.chapters.session import Session
from vaeviz.chapters.explorer.chapter import CHAPTER

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "vaeviz"
STOP = re.compile(r"^\d+\. `([^`]+)`: ((?:`[^`]+`(?:, |\.))+)", re.M)
Step = tuple[str, str]  # file below vaeviz/, qualified name


def walk(title: str) -> tuple[list[Step], tuple[int, int]]:
    """The steps of a walk, and what its section says of their number and of their files'."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split(f"## {title}\n")[1].split("\n## ")[0]
    stops = STOP.findall(section)
    said = re.search(r"\*\*(\d+) functions in (\d+) files\*\*", section)
    assert said
    assert len(stops) == len(re.findall(r"^\d+\. ", section, re.M))
    steps = [(file, name) for file, names in stops for name in re.findall(r"`([^`]+)`", names)]
    return steps, (int(said[1]), int(said[2]))


def defined(file: str) -> set[str]:
    """The functions and methods of a file, methods with their class."""
    text = (PACKAGE / file).read_text(encoding="utf-8")
    if file.endswith(".py"):
        kinds = (ast.FunctionDef, ast.ClassDef)
        top = [node for node in ast.parse(text).body if isinstance(node, kinds)]
        inner = {
            f"{node.name}.{part.name}"
            for node in top
            for part in node.body
            if isinstance(part, ast.FunctionDef)
        }
        return {node.name for node in top} | inner
    names, owner = set(), ""
    for line in text.splitlines():
        if found := re.match(r"(?:export (?:default )?)?class (\w+)", line):
            owner = found[1]
        elif found := re.match(r"(?:export )?function (\w+)\(", line):
            names.add(found[1])
        elif found := re.match(r"  (\w+)\(.*\{$", line):
            names.add(f"{owner}.{found[1]}")
    return names


@pytest.mark.parametrize(
    ("title", "functions", "files"),
    [("The walk of a drag", 60, 18), ("The walk of Start", 100, 35)],
)
def test_every_step_is_there_and_is_counted(title: str, functions: int, files: int) -> None:
    steps, said = walk(title)
    assert [step for step in steps if step[1] not in defined(step[0])] == []
    assert len(set(steps)) == len(steps)
    assert said == (len(steps), len({file for file, _ in steps}))
    assert said[0] <= functions
    assert said[1] <= files


def test_a_drag_of_beta_takes_every_step_on_the_server() -> None:
    """But for those of `ui`, which run under Streamlit."""
    session, taken = Session(CHAPTER, holds=True), set[Step]()
    session.opens()
    session.says()
    session.settled()

    def noticed(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(PACKAGE):
            taken.add((path.relative_to(PACKAGE).as_posix(), frame.f_code.co_qualname))

    sys.setprofile(noticed)
    try:
        session.says(beta=1.37)
    finally:
        sys.setprofile(None)
    steps, _ = walk("The walk of a drag")
    ours = {step for step in steps if step[0].endswith(".py") and not step[0].startswith("ui/")}
    assert ours - taken == set()
