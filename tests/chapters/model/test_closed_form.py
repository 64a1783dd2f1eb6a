"""Where the closed form answers, every label says so; where a model does, none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.chapters.session import Session as Tab
from tests.chapters.session import at, option
from vaeviz.chapters.explorer import explore
from vaeviz.chapters.explorer.chapter import CHAPTER
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model import closed_form
from vaeviz.figures.theme import Spec
from vaeviz.records import ImageStrip
from vaeviz.serve import models
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


def labels(panel: Any) -> tuple[str, str]:
    """A panel's title and source."""
    if isinstance(panel, Spec):
        return panel.layout["meta"]["title"], panel.layout["meta"]["source"]
    assert isinstance(panel, ImageStrip)
    return panel.title, panel.source


@pytest.mark.parametrize("name", ["digits", "moons"])
@pytest.mark.parametrize("trained", [False, True])
def test_titles_sources_and_the_curve_say_what_answers(
    name: str, trained: bool, probe: Probes
) -> None:
    p = probe(name)
    codec = models.multi_rate(p, "gaussian", patience=60) if trained else None
    frame = explore.TOOL.show(ExplorerView(data=name, d=2), at(p, explore.TOOL, codec))
    for panel in frame.panels.values():
        title, source = labels(panel)
        assert title.endswith("closed form") is not trained, title
        assert source.startswith("closed form") is not trained, source
    plane = frame.panels["rd"]
    assert isinstance(plane, Spec)
    first = plane.layout["meta"]["legend"][0][0]
    assert first == ("this model" if trained else closed_form.MODEL)


@pytest.mark.parametrize("name", ["moons", "rings", "digits", "mnist", "sprites-64"])
def test_the_list_of_models_says_where_there_is_no_trained_one(name: str) -> None:
    words = closed_form.entry(name)
    without = name in ("mnist", "sprites-64")
    assert ("no trained model" in words, words.startswith("multi-rate")) == (without, not without)


def test_the_first_seconds_say_that_the_model_is_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "multi_rate", lambda *_, **__: None)
    header = Tab(CHAPTER).opens()
    assert closed_form.LOADING in header["notes"]
    assert header["pending"]
    assert option(header, "model")["options"][0][1] == "multi-rate: all β, σ², d"
