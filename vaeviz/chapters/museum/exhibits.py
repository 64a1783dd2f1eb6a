"""The tool Exhibits: a mistake to switch in and out, and what it does to all that is measured."""

from __future__ import annotations

from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.museum import panels, predictions
from vaeviz.chapters.museum.versions import looks, version
from vaeviz.chapters.museum.view import MuseumView
from vaeviz.records.museum import Version
from vaeviz.studies.museum import run

COLUMNS = "1.2fr 1fr"
ROWS = (("snippet checks", "1.15fr"), ("curves pictures", "1fr"))


def show(view: MuseumView, context: Context) -> Frame:
    """The lines at once; checks, curves and pictures as soon as the version is measured."""
    made, theme = version(view.about, view.wrong), context.theme
    if made is None:
        return _waiting(view, context)
    other = version(view.about, not view.wrong)
    return Frame(
        {
            "snippet": panels.snippet(view),
            "checks": panels.checks(made.checks, view.about.check, made.source),
            "curves": panels.curves(made, other, panels.called(view.about, not view.wrong), theme),
            "pictures": panels.picture(made, theme),
        },
        _rows(view, made),
        columns=COLUMNS,
        rows=ROWS,
    )


def _waiting(view: MuseumView, context: Context) -> Frame:
    """What is known at once, and how far the run is."""
    seen = looks(view.about, view.wrong)
    step = seen[-1].step if seen else 0
    return Frame(
        {
            "snippet": panels.snippet(view),
            "checks": panels.waiting(step, run.STEPS),
            "curves": panels.so_far(seen, context.theme),
            "pictures": panels.waiting(step, run.STEPS),
        },
        columns=COLUMNS,
        rows=ROWS,
    )


def _rows(view: MuseumView, made: Version) -> list[Row]:
    red = sum(not check.passed for check in made.checks)
    level = "alarm" if red else ""
    words = "Of the checks beside, with the numbers behind each"
    return [("failing checks", f"{red} of {len(made.checks)}", words, level),
            *((label, value, about, "") for label, value, about in made.numbers)]  # fmt: skip


def scenes(view: MuseumView, context: Context) -> list[Scene]:
    """A mistake that hides, one that crashes nothing, one of an estimator, and a false alarm."""
    return [
        Scene("Silent collapse", "Every picture is one grey mean, and the printed loss is calm.",
              {"exhibit": "pixel-mean", "mistake": "in"}),
        Scene("Mended", "The same seed with a sum instead of a mean: digits.",
              {"exhibit": "pixel-mean", "mistake": "out"}),
        Scene("Loss below 0", "The loss falls on and on: its KL has the wrong sign.",
              {"exhibit": "kl-sign", "mistake": "in"}),
        Scene("Cut gradient", "No check of the loss sees it: the gradient's does.",
              {"exhibit": "no-gradient", "mistake": "in"}),
        Scene("A column", "Each draw counts its own posterior far too much.",
              {"exhibit": "stratified", "mistake": "in"}),
        Scene("False alarm", "One divisor for both terms: nothing but the learning rate changes.",
              {"exhibit": "false-alarm", "mistake": "in"}),
    ]  # fmt: skip


TOOL = Tool(
    "exhibits",
    "Exhibits",
    "Switch a real mistake in and out: its lines, what it does, and the check that finds it.",
    MuseumView,
    show,
    controls=("exhibit", "mistake"),
    scenes=scenes,
    predictions=predictions.EXHIBITS,
)
