"""The plane of cures: each seed at its gain and its active units, and the verdict that the study gives."""

from __future__ import annotations

import pytest

from tests.figures.cure_records import STUDY
from vaeviz.figures.cure_plane import cure_plane, cured
from vaeviz.figures.theme import LIGHT
from vaeviz.records.cures import NONE


def test_every_seed_stands_at_its_gain_and_its_units() -> None:
    traces = {trace["name"]: trace for trace in cure_plane(STUDY, LIGHT).data}
    assert traces["a good one"]["x"] == pytest.approx([9 - 5 - 3 + 0.01, 9 - 6.5 - 3 + 0.02])
    assert traces["a good one"]["y"].tolist() == [2, 4]
    assert traces["no cure"]["x"] == pytest.approx([0, 0])
    assert traces["no cure"]["marker"]["color"] == LIGHT.dead
    assert traces["cures"]["text"] == ["0", "1", "2"]


def test_only_what_keeps_to_both_bounds_in_every_seed_is_a_cure() -> None:
    assert [cure.name for cure in cured(STUDY)] == ["good"]
    meta = cure_plane(STUDY, LIGHT).layout["meta"]
    assert meta["title"] == "1 of 2 cures work in all 2 seeds"
    assert "2: a dear one, revives, costs up to 3.0 nats" in meta["alt"]
    assert NONE not in [cure.name for cure in cured(STUDY)]


def test_all_dots_and_names_lie_inside_the_axes() -> None:
    spec = cure_plane(STUDY, LIGHT)
    (left, right), (low, high) = spec.layout["xaxis"]["range"], spec.layout["yaxis"]["range"]
    for trace in spec.data:
        assert all(left <= x <= right for x in trace["x"]), trace["name"]
        assert all(low <= y <= high for y in trace["y"]), trace["name"]
