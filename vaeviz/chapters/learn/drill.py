"""The tool "Drill": the timed drill's stages with a clock, what good work looks like, and the stub.

Nothing that a student writes is run here: `python -m vaeviz drill check` does that on their own
machine, in a process of its own.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache, partial
from typing import Any

from vaeviz.chapters.chapter import Context, Frame, Tool
from vaeviz.chapters.learn.view import LearnView
from vaeviz.learning.drill import notebook, plan
from vaeviz.live.message import Part
from vaeviz.records import Activity
from vaeviz.serve import jobs


def show(view: LearnView, context: Context) -> Frame:
    """The plan, which travels once, and the stub's files once they are written."""
    files = jobs.get(("the drill's stub",), notebook.stub)
    content = {
        "plan": Part(_plan),
        "files": Part(partial(_listed, files)) if files else [],
    }
    minutes = sum(stage.minutes for stage in plan.STAGES)
    finding = f"{len(plan.STAGES)} stages, {minutes} minutes together."
    title = "From paper to code, against the clock"
    panel = Activity("drill", title, content, finding, plan.PAPER)
    return Frame({"drill": panel}, columns="minmax(0, 1fr)", rows=(("drill", "minmax(0, 1fr)"),))


@lru_cache
def _plan() -> dict[str, Any]:
    return {
        "stages": [asdict(stage) for stage in plan.STAGES],
        "rubric": [asdict(point) for point in plan.EXPLANATION],
        "command": f"python -m vaeviz drill check {notebook.NAME}.ipynb",
    }


def _listed(files: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "text": text} for name, text in files.items()]


TOOL = Tool(
    "drill",
    "Timed drill",
    "Read, explain, implement, check: a VAE from paper to code in 40 minutes.",
    LearnView,
    show,
)
