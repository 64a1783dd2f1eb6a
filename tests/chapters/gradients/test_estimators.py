"""The tool Estimators: the factor it opens with, its scenes' claims, and its pictures' numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.gradients.estimators import TOOL, EstimatorsView
from vaeviz.figures.theme import LIGHT

CONTEXT = Context(LIGHT)
SCENES = {scene.name: scene for scene in TOOL.scenes(EstimatorsView(), CONTEXT)}


def at(scene: str) -> EstimatorsView:
    return replace(EstimatorsView(), **SCENES[scene].settings)


def test_it_opens_with_the_factor_by_which_pathwise_is_better() -> None:
    frame = TOOL.show(EstimatorsView(), CONTEXT)
    rows = {row[0]: row[1] for row in frame.readouts}
    assert (rows["exact gradient"], rows["factor"]) == ("2.000", "21.8")
    assert "21.8 times" in frame.panels["over"].layout["meta"]["title"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("scene", "factor"), [("z²", 21.75), ("Narrow", 2853.75), ("μ = 0", 3.75),
                          ("z⁴, on σ", 7.7846)]
)  # fmt: skip
def test_a_scenes_factor_is_that_of_its_line(scene: str, factor: float) -> None:
    assert at(scene).factor == pytest.approx(factor, rel=1e-4)


def test_raised_only_the_score_function_suffers() -> None:
    plain, raised = at("z²").variances, at("Raised").variances
    assert raised[0] == pytest.approx(plain[0])
    assert raised[1] / plain[1] == pytest.approx(8.8, abs=0.05)
    assert raised[2] == pytest.approx(plain[2])
    path, _, based = at("μ = 0").variances
    assert based / path == pytest.approx(1.5)


def test_dots_scatter_as_the_closed_form_says() -> None:
    for count in (16, 64):
        view = replace(EstimatorsView(), count=count)
        _, *columns = TOOL.show(view, CONTEXT).panels["strip"].data  # type: ignore[union-attr]
        for trace, wanted in zip(columns, view.variances, strict=True):
            assert len(trace["y"]) == 32
            assert np.std(trace["y"]) == pytest.approx((wanted / count) ** 0.5, rel=0.5)


def test_every_dot_and_line_is_within_the_axes() -> None:
    for name in SCENES:
        panels = TOOL.show(at(name), CONTEXT).panels
        for panel in ("over", "many"):
            spec = panels[panel]
            low, high = spec.layout["yaxis"]["range"]  # type: ignore[union-attr]
            for trace in spec.data:  # type: ignore[union-attr]
                values = np.log10([v for v in trace["y"] if v is not None])
                assert low <= values.min()
                assert values.max() <= high
