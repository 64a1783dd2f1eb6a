"""What the museum asks before the switch is moved."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.answers import Direction, Number
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.museum.versions import version
from vaeviz.chapters.museum.view import MuseumView
from vaeviz.chapters.prediction import Prediction
from vaeviz.records.museum import Version
from vaeviz.studies.museum.run import Run


def trains(view: MuseumView, context: Context) -> bool:
    """Whether the exhibit has a KL: those that train."""
    return isinstance(view.about.study, Run)


def kl(view: MuseumView, context: Context) -> float | None:
    return _last(version(view.about, view.wrong), "KL")


def error(view: MuseumView, context: Context) -> float | None:
    return _last(version(view.about, view.wrong), "error")


def red(view: MuseumView, context: Context) -> float | None:
    made = version(view.about, view.wrong)
    return None if made is None else float(sum(not check.passed for check in made.checks))


def _last(made: Version | None, name: str) -> float | None:
    """Where a curve ends."""
    return None if made is None else float(next(c.y[-1] for c in made.lines if c.name == name))


def switched(view: Any) -> dict[str, Any]:
    return {"mistake": "out" if view.wrong else "in"}


EXHIBITS = (
    Prediction("kl", Direction("the KL", "nats"), kl, switched, when=trains),
    Prediction("error", Direction("the error", "nats"), error, switched, when=trains),
    Prediction("red", Number("failing checks", within=0.0, least=0.0), red, switched),
)  # fmt: skip
