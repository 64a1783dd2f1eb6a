"""From a view and what its tool shows to the board's message. Knows no Streamlit."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from vaeviz.figures.theme import THEMES
from vaeviz.live import board
from vaeviz.ui import controls, kept
from vaeviz.ui.answering import Answer
from vaeviz.ui.collapse.part import Part
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.collapse.tools import TOOLS, chosen
from vaeviz.ui.views import Probe


def message(
    view: View,
    asked: View,
    probe: Probe,
    found: Answer,
    part: Part,
    theme: str,
    runs: Sequence[list[str]] = (),
    **header: Any,
) -> bytes:
    """What the board needs for one frame; `asked` is the view to go on with, what is pending
    included.

    `runs` are live runs to be offered among the models.
    """
    look, tool = THEMES[theme], TOOLS[chosen(view.tool)]
    return board.pack(
        part.panels,
        settings=dataclasses.asdict(asked),
        controls=_controls(view, probe, found, part, theme, [*kept.options(view.data), *runs]),
        readouts=part.readouts,
        link=asked.query(),
        tool=tool.name,
        notice=tool.notice,
        tabs=[{"name": t.name, "label": t.label} for t in TOOLS.values()],
        scenes=tool.scenes(view, probe, found.codec),
        limits=_limits(found),
        theme=theme,
        paper=look.paper,
        columns=part.columns,
        rows=part.rows,
        **header,
    )


def _controls(
    view: View, probe: Probe, found: Answer, part: Part, theme: str, models: list[list[str]]
) -> list[dict[str, Any]]:
    """The model's controls that act on the tool, in the order that it names, then its own."""
    shared = controls.describe(
        view.model_settings, probe, found.codec, found.likelihoods, THEMES[theme], models
    )
    free = TOOLS[chosen(view.tool)].free if part.panels else ()
    by_name = {
        spec["name"]: _free(spec, probe) if spec["name"] in free else spec for spec in shared
    }
    return [*(by_name[name] for name in part.model), *part.controls]


def _free(spec: dict[str, Any], probe: Probe) -> dict[str, Any]:
    """The control as far as the data allow it, whatever the model does."""
    most = {"max": probe.linear.latent} if spec["name"] == "d" else {}
    return {**spec, "disabled": "", **most}


def _limits(found: Answer) -> dict[str, list[float]]:
    """How far a hand on a plane may move each setting."""
    free = {name: [kind.low, kind.high] for name, kind in controls.LIMITS.items()}
    return {**free, "d": [1, found.codec.latent]}
