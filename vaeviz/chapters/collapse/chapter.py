"""The chapter "Collapse": posterior collapse, provoked, predicted, diagnosed and cured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vaeviz.chapters.chapter import Chapter, Context, Prepared
from vaeviz.chapters.collapse import (
    cures,
    diagnosis,
    effective,
    linear,
    rate_distortion,
    running,
    sigma2,
    written,
)
from vaeviz.chapters.collapse import map as collapse_map
from vaeviz.chapters.collapse.diagnosis import DiagnosisView
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.collapse.written import EffectiveView
from vaeviz.chapters.model import answer
from vaeviz.chapters.model.settings import MULTI_RATE, always
from vaeviz.chapters.settings import Note, parse
from vaeviz.config import UserError
from vaeviz.serve import live_choice, probes
from vaeviz.serve.live_choice import LiveModel


def prepare(view: CollapseView, context: Context) -> Prepared:
    """The model of the view; only the tool Diagnosis shows a live run's."""
    if not live_choice.is_run(view.model):
        return answer.prepare(view, context)
    try:
        live = _live(view)
        probe = probes.probe(view.data, patience=0.1)
    except (UserError, OSError) as error:
        why = str(error)[:110]
        line = f"{why[:1].upper()}{why[1:]}. Shown instead: the multi-rate model."
        made = answer.prepare(replace(view, model=MULTI_RATE), context)
        return replace(made, notes=[Note(line, ("data", "model")), *made.notes])
    context.visitor.remember(live.folder.name)
    view = replace(view, model=live.name)
    return running.prepare(view, live, probe, context) if probe else answer.prepare(view, context)


def follow(before: CollapseView, view: CollapseView) -> tuple[CollapseView, list[Note]]:
    """A newly chosen model brings its data set and the settings of its training."""
    return (_opened(view) if view.model != before.model else view), []


def translate(address: Mapping[str, str]) -> Mapping[str, str]:
    """An address from the Training page opens the diagnosis of its run."""
    if "run" not in address or "model" in address:
        return address
    model = live_choice.linked(address["run"]) or MULTI_RATE
    return {"tool": diagnosis.TOOL.name, **address, "model": model}


def open_address(
    address: Mapping[str, str], view: CollapseView, context: Context
) -> tuple[Any, list[Note]]:
    """A model brings its settings unless the address names others; pasted code is read."""
    view = parse(address, _opened(view))[0]
    return written.follow(view, view) if isinstance(view, EffectiveView) else (view, [])


def _live(view: CollapseView) -> LiveModel:
    """The live run's model that a view names. Raises UserError where it can't be shown."""
    if not isinstance(view, DiagnosisView):
        raise UserError("only the tool Diagnosis shows a running model")
    live = live_choice.find(view.model)
    if live.settings.data != view.data:
        raise UserError(f"{live.words} is a run on {live.settings.data}")
    return live


def _opened(view: CollapseView) -> CollapseView:
    if not live_choice.is_run(view.model):
        return answer.opened(view)
    try:
        return running.opened(view, live_choice.find(view.model))
    except (UserError, OSError):
        return view


CHAPTER = Chapter(
    "collapse",
    CollapseView,
    (  # from what needs no formula to what needs most
        collapse_map.TOOL,
        sigma2.TOOL,
        cures.TOOL,
        diagnosis.TOOL,
        rate_distortion.TOOL,
        effective.TOOL,
        linear.TOOL,
    ),
    prepare=prepare,
    follow=follow,
    translate=translate,
    open=open_address,
    always=always,
)
