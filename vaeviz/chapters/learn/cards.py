"""The tool "Cards": a question or formula in front, the answer behind."""

from __future__ import annotations

from vaeviz.chapters.chapter import Context, Frame, Tool
from vaeviz.chapters.learn import content, files
from vaeviz.chapters.learn.view import LearnView
from vaeviz.live.message import Part
from vaeviz.records import Activity


def show(view: LearnView, context: Context) -> Frame:
    """All cards, which travel once, and the files that were asked for."""
    deck = content.deck()
    made, making = files.files(context)
    inside = {
        **content.course(),
        "deck": Part(lambda: deck),
        "keeps": files.buttons(),
        "making": making,
    }
    panel = Activity(
        "cards", "Say the answer, then turn the card", inside,
        f"{len(deck)} cards on the course.", f"question bank and formulas, {len(deck)} cards",
    )  # fmt: skip
    rows = (("cards", "minmax(0, 1fr)"),)
    return Frame({"cards": panel}, columns="minmax(0, 1fr)", rows=rows, extra={"files": made})


TOOL = Tool(
    "cards",
    "Cards",
    "Say the answer, then turn the card. Keys: Space turns, 1 not yet, 2 known.",
    LearnView,
    show,
    act=files.act,
)
