"""Whether the pages have what a lecture's steps name: pages, tools, settings and predictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.settings import Declared, OneOf, declared, shown, text
from vaeviz.learning.condition import Comparison, Predicted
from vaeviz.learning.lecture import Lecture, Step, with_step


def check(lecture: Lecture) -> None:
    """Raises UserError, one line with the step's number, for what the pages do not have."""
    for number, step in enumerate(lecture.steps, 1):
        with_step(number, _fault(step))


def _fault(step: Step) -> str:
    if step.page not in NAMES:
        return f"there is no page {shown(step.page)}: use one of {', '.join(NAMES)}"
    page = chapter(step.page)
    tools = {tool.name: tool for tool in page.tools}
    many = len(tools) > 1
    if many and step.tool not in tools:
        return f"the page {step.page} has no tool {shown(step.tool)}: use one of {', '.join(tools)}"
    known = {n: about for tool in page.tools for n, about in declared(tool.view).items()}
    asked = {each.name for n, t in tools.items() if n == step.tool or not many
             for each in t.predictions}  # fmt: skip
    return (
        _misfit(step.settings if many else step.place, known)
        or _misfit(step.move, {**known, "tool": _tools(tools, known)})
        or _unknown("control", set(step.controls) - {*known, "scenes"}, known)
        or _unknown("prediction", {step.prediction} - {*asked, ""}, asked)
        or _unmet(step, known, asked)
    )


def _tools(tools: Mapping[str, Any], known: Mapping[str, Declared]) -> Declared:
    """The open tool as a setting, which it is on a page whose tools stand in the browser."""
    return known.get("tool", Declared(OneOf(tuple(tools)), "tool"))


def _unmet(step: Step, known: Mapping[str, Any], asked: set[str]) -> str:
    """What a condition names and the page does not have."""
    parts = step.condition.parts if step.condition else ()
    compared = {p.name for p in parts if isinstance(p, Comparison) and not p.of_readout}
    predicted = {p.name for p in parts if isinstance(p, Predicted)}
    return _unknown("setting", compared - {*known, "page", "tool"}, known) or _unknown(
        "prediction", predicted - asked, asked
    )


def _unknown(what: str, names: set[str], known: Iterable[str]) -> str:
    if not names:
        return ""
    cure = f"use one of {', '.join(sorted(known))}" if known else "leave it out"
    return f"there is no {what} {shown(min(names))} here: {cure}"


def _misfit(settings: Mapping[str, Any], known: Mapping[str, Declared]) -> str:
    """A setting that the page does not have, or a value that it would repair."""
    if fault := _unknown("setting", settings.keys() - known.keys(), known):
        return fault
    for name, value in settings.items():
        repaired = known[name].kind.repair(text(value))
        if repaired is None or text(repaired) != text(value):
            return f"{name} = {shown(value)} is not possible: give a value that its control has"
    return ""
