"""The panels of an exhibit: its lines, its checks, its curves and its pictures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vaeviz.chapters import reading
from vaeviz.chapters.museum.view import TITLES, MuseumView
from vaeviz.figures.bars_over import bars_over
from vaeviz.figures.theme import Theme
from vaeviz.figures.two_versions import two_versions
from vaeviz.live.message import Panel
from vaeviz.records import Table
from vaeviz.records.checks import Check
from vaeviz.records.museum import Bars, Comparison, Version
from vaeviz.studies.museum import Exhibit, run

MARKS = {True: ("✓ passes", "good"), False: ("✗ fails", "alarm")}
MISTAKE, ALARM = ("mended", "mistake"), ("summed", "divided")  # what versions are called
ROOT = Path(reading.__file__).parents[1]


def snippet(view: MuseumView) -> Table:
    """What is wrong in words, the right lines, the wrong ones, and how to notice it."""
    about = view.about
    rows: list[tuple[str, str]] = [("what", about.mistake)]
    levels = [""]
    for name, functions, level in (
        ("right", about.right, "good"),
        ("wrong" if about.check else "right, too", about.wrong, "alarm" if about.check else "good"),
    ):
        lines = [line for function in functions for line in source(function)]
        rows += [(name if k == 0 else "", line) for k, line in enumerate(lines)]
        levels += [level] * len(lines)
    rows.append(("notice", about.notice))
    levels.append("")
    if about.seen:
        rows.append(("seen in", f"GitHub: {', '.join(label for label, _ in about.seen)}"))
        levels.append("")
    title = f"{TITLES[view.exhibit]} ({called(about, view.wrong)})"
    finding = f"{about.mistake} {about.notice}"
    return Table(("", ""), tuple(rows), title, _origin(about), finding, levels=tuple(levels))


def called(about: Exhibit, wrong: bool) -> str:
    """A version's name in titles and legends."""
    return (MISTAKE if about.check else ALARM)[wrong]


def source(function: Callable[..., Any]) -> list[str]:
    """The lines of a function as they stand in its file, without its types, which are long."""
    path = Path(inspect.getfile(function)).relative_to(ROOT)
    first, *rest = reading.code(path.as_posix(), function.__name__).splitlines()
    names = ", ".join(inspect.signature(function).parameters)
    return [f"def {function.__name__}({names}):", *rest] if first.startswith("def ") else rest


def _origin(about: Exhibit) -> str:
    path = Path(inspect.getfile(about.wrong[0])).relative_to(ROOT.parent)
    return f"the functions that run here: {path.as_posix()}, types left out"


def checks(made: Sequence[Check], named: str, source: str) -> Table:
    """All checks, with the numbers behind them; the one that finds the mistake first."""
    first = sorted(made, key=lambda check: check.name != named)
    rows = tuple((c.claim, MARKS[c.passed][0], c.measured, c.limit) for c in first)
    red = [check.claim for check in made if not check.passed]
    count = f"{len(red)} of {len(made)} checks" if len(made) > 1 else "The check"
    fails = "fail" if len(red) > 1 else "fails"
    title = f"{count} {fails}" if red else f"All {len(made)} checks pass"
    title = title if red or len(made) > 1 else "The check passes"
    finding = f"{title}: {'; '.join(red)}." if red else f"{title}."
    levels = tuple(MARKS[check.passed][1] for check in first)
    return Table(("check", "", "measured", "limit"), rows, title, source, finding, levels=levels)


def waiting(step: int, steps: int) -> Table:
    """Instead of the checks, while the model trains."""
    title = f"Training: step {step} of {steps}" if step else "Being computed: a moment"
    rows = (("step", f"{step} of {steps}"),) if step else (("", "on its way"),)
    return Table(("", ""), rows, title, "", f"{title}.")


def curves(shown: Version, other: Version | None, beside: str, theme: Theme) -> Panel:
    """Of both versions where both are there; `beside` is what the other is called."""
    told = f"; {beside}: {other.summary}" if other else ""
    words = f"{shown.summary[:1].upper()}{shown.summary[1:]}"
    title = f"{words}{told}" if len(words + told) < 60 else words
    record = Comparison(
        shown.lines, other.lines if other else (), shown.truth, shown.axes, beside, title,
        words, f"{words}{told}.", shown.source,
    )  # fmt: skip
    return two_versions(record, theme)


def so_far(looks: Sequence[Any], theme: Theme) -> Panel:
    """The curves of a run that goes on."""
    step = looks[-1].step if looks else 0
    words = f"Training: step {step} of {run.STEPS}"
    lines = run.curves(looks) if looks else ()
    record = Comparison(lines, (), None, run.AXES, "", words, words, f"{words}.", "this run so far")
    return two_versions(record, theme)


def picture(made: Version, theme: Theme) -> Panel:
    return bars_over(made.picture, theme) if isinstance(made.picture, Bars) else made.picture
