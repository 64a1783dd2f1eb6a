"""The tool Distributions: what it shows for each distribution, and its scenes' claims."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.gradients.distributions import TOOL, DistributionsView
from vaeviz.figures.theme import LIGHT
from vaeviz.measures.laws import LAWS
from vaeviz.records import Table
from vaeviz.theory import relaxed

CONTEXT = Context(LIGHT)
SCENES = {scene.name: scene for scene in TOOL.scenes(DistributionsView(), CONTEXT)}


def at(scene: str) -> DistributionsView:
    return replace(DistributionsView(), **SCENES[scene].settings)


@pytest.mark.parametrize("law", LAWS)
def test_a_smooth_draw_has_a_table_and_classes_have_relaxations(law: str) -> None:
    frame = TOOL.show(replace(DistributionsView(), law=law), CONTEXT)
    assert ("laws" in frame.panels) is LAWS[law].smooth
    assert ("simplex" in frame.panels) is not LAWS[law].smooth
    assert ("temperature" in (frame.controls or ())) is not LAWS[law].smooth
    placed = {name for names, _ in frame.rows for name in names.split()}
    assert placed == set(frame.panels)


def test_the_table_says_what_torch_does() -> None:
    table = TOOL.show(DistributionsView(), CONTEXT).panels["laws"]
    assert isinstance(table, Table)
    assert [row[1].split(":")[0] for row in table.rows] == [
        "explicit", "explicit", "implicit", "implicit", "not at all"
    ]  # fmt: skip
    assert [row[4] for row in table.rows[:2]] == ["under 1e-12"] * 2
    assert all(1e-6 < float(row[4]) < 2e-3 for row in table.rows[2:4])
    assert table.rows[4][4] == "it has none"


def test_the_gaussians_line_is_straight_and_the_class_a_step() -> None:
    view = at("Gaussian")
    assert view.slope == pytest.approx(view.z / view.theta)
    assert at("Categorical").slope == 0
    jump = [replace(at("Categorical"), theta=theta).z for theta in (0.8, 0.9)]
    assert jump == [2.0, 1.0]


def test_no_line_is_drawn_across_a_jump() -> None:
    drawn = TOOL.show(at("Categorical"), CONTEXT).panels["draw"].data[0]  # type: ignore[union-attr]
    values = drawn["y"]
    for one, other in pairwise(values):
        assert one is None or other is None or one == other
    assert {1.0, 2.0} <= set(values)


def test_cold_there_is_variance_and_hot_there_is_bias() -> None:
    exact = relaxed.enumerated(DistributionsView().logits)
    warm, cold, hot = (at(scene).estimates for scene in ("Categorical", "Cold", "Hot"))
    for k in (0, 2):
        assert cold[k].variance > 10 * warm[k].variance
        assert abs(cold[k].mean - exact) < 4 * cold[k].error
    assert hot[0].variance < 0.01
    assert abs(hot[0].mean - exact) > 0.8 * abs(exact)
    assert abs(hot[0].mean - exact) > 100 * hot[0].error


def test_the_read_outs_are_the_estimates_with_their_errors() -> None:
    view = at("Categorical")
    rows = {row[0]: row[1] for row in TOOL.show(view, CONTEXT).readouts}
    soft = view.estimates[0]
    assert rows["enumerated"] == "0.550"
    assert rows["Gumbel-softmax"] == f"{soft.mean:.3f} ± {soft.error:.3f}"
    assert rows["bias, Gumbel"].replace("−", "-").startswith(f"{soft.mean - 0.55:.3f}"[:5])


def test_the_triangle_keeps_its_draws_inside_and_apart_by_class() -> None:
    spec = TOOL.show(at("Cold"), CONTEXT).panels["simplex"]
    points = spec.data[1:4]  # type: ignore[union-attr]
    assert sum(len(trace["x"]) for trace in points) == 400
    corners = [(0, 0), (1, 0), (0.5, 3**0.5 / 2)]
    for trace, corner in zip(points, corners, strict=True):
        assert np.all((trace["y"] >= -1e-9) & (trace["y"] <= 3**0.5 / 2 + 1e-9))
        away = np.hypot(trace["x"] - corner[0], trace["y"] - corner[1])
        assert np.mean(away < 0.1) > 0.8
