"""The tool "Quiz": questions one at a time, with reasons; the browser runs it and keeps score."""

from __future__ import annotations

from vaeviz.chapters.chapter import Context, Frame, Scene, Tool
from vaeviz.chapters.learn import content
from vaeviz.chapters.learn.view import LearnView, length_rule
from vaeviz.learning.concepts import LISTS
from vaeviz.live.message import Part
from vaeviz.records import Activity

NOTICE = "Answer, then read why. Keys: numbers choose where answers have them, Enter goes on."


def show(view: LearnView, context: Context) -> Frame:
    """The whole bank, which travels once; a draw is small."""
    asked = content.questions()
    inside = {
        **content.course(),
        "bank": Part(lambda: asked),
        "drawn": Part(lambda: content.drawn(view.draw)),
    }
    source = f"question bank, {len(asked)} questions · numbers computed by vaeviz, draw {view.draw}"
    panel = Activity(
        "quiz", "One question at a time, with the reasons", inside,
        f"A quiz from {len(asked)} questions on the course.", source,
    )  # fmt: skip
    return Frame({"quiz": panel}, columns="minmax(0, 1fr)", rows=(("quiz", "minmax(0, 1fr)"),))


def scenes(view: LearnView, context: Context) -> list[Scene]:
    free = ("draw", "length", "sections")
    ready = [
        Scene(title, f"{length} questions. {NOTICE}", {"quiz": tag}, free)
        for tag, (title, length) in LISTS.items()
    ]
    own = Scene("Sections", "Choose what to be asked about.", {"quiz": "sections"}, free)
    missed = "What you missed comes back until you know it."
    again = Scene("Missed", missed, {"quiz": "missed"}, free)
    return [*ready, own, again]


TOOL = Tool(
    "quiz",
    "Quiz",
    NOTICE,
    LearnView,
    show,
    controls=("quiz", "length", "draw"),
    rules=(length_rule,),
    scenes=scenes,
)
