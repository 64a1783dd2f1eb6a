"""A tool's frame for the tests: at once, or when nothing in it is pending any more."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from tests.chapters.session import at
from vaeviz.chapters.chapter import Context, Frame, Row, Tool
from vaeviz.chapters.controls import controls, rules
from vaeviz.figures.theme import LIGHT, Spec, Theme
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import ImageStrip, Table
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe


def patience(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Frames wait so long for each job that they don't give a time of their own."""

    def get(key: Any, job: Any, lane: jobs.Lane = jobs.MEASURE, own: float | None = None) -> Any:
        made = jobs.STORE.lane(lane).result(key, job, seconds if own is None else own)
        if made is None:
            jobs.mark(key)
        return made

    monkeypatch.setattr(jobs, "get", get)


def now(
    tool: Tool, view: Any, probe: Probe, codec: Codec | None = None, theme: Theme = LIGHT
) -> Frame:
    """The frame as it is now; pending where something of it is on its way."""
    with jobs.awaited() as keys:
        frame = tool.show(view, at(probe, tool, codec, theme=theme))
    return replace(frame, pending=frame.pending or bool(keys))


def whole(tool: Tool, view: Any, probe: Probe, codec: Codec | None = None) -> Frame:
    """The frame once all of it is measured."""
    end = time.monotonic() + 60
    while (frame := now(tool, view, probe, codec)).pending:
        assert time.monotonic() < end, "something is on its way and never comes"
        time.sleep(0.02)
    return frame


def control(tool: Tool, view: Any, context: Context, name: str) -> dict[str, Any]:
    """A control of the tool as the browser builds it."""
    (made,) = controls(view, (name,), rules(view, context), context.theme, tool.free)
    return made


def readouts(frame: Frame) -> dict[str, str]:
    """The read-outs' values by their labels, each label once."""
    rows: list[Row] = list(frame.readouts)
    values = {label: str(value) for label, value, _, _ in rows}
    assert len(values) == len(rows)
    return values


def number(text: str) -> float:
    """The number at the beginning of a read-out or a cell."""
    return float(text.split()[0].replace("−", "-").replace(",", ""))


def spec(frame: Frame, name: str) -> Spec:
    panel = frame.panels[name]
    assert isinstance(panel, Spec)
    return panel


def trace(frame: Frame, panel: str, name: str) -> dict[str, Any]:
    """The first trace of this name on the panel."""
    return next(t for t in spec(frame, panel).data if t["name"] == name)


def strip(frame: Frame, name: str) -> ImageStrip:
    panel = frame.panels[name]
    assert isinstance(panel, ImageStrip)
    return panel


def table(frame: Frame, name: str) -> Table:
    panel = frame.panels[name]
    assert isinstance(panel, Table)
    return panel


def rows(frame: Frame, name: str) -> dict[str, tuple[str, ...]]:
    """The table's rows by their first cell."""
    return {first: tuple(others) for first, *others in table(frame, name).rows}
