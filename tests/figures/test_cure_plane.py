"""The plane of cures: each seed at its gain and active units, and the study's verdict."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.figures.cure_records import STUDY
from vaeviz.checkpoints import studies
from vaeviz.figures.cure_plane import cure_plane, cured, places
from vaeviz.figures.theme import LIGHT
from vaeviz.records.cures import NONE, REVIVED, WORTH


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


SIZE = np.array([490.0, 150.0])  # pixels of the plane on a projector of 1280 x 720


def test_no_name_of_the_shipped_study_lies_on_another_or_on_a_dot() -> None:
    """A digit is about 9 by 13 pixels, a dot 11 across."""
    spec = cure_plane(studies.load(studies.path_of("digits")), LIGHT)
    ranges = np.array([spec.layout["xaxis"]["range"], spec.layout["yaxis"]["range"]])
    scale = SIZE / (ranges[:, 1] - ranges[:, 0])
    names = next(t for t in spec.data if t["name"] == "cures")
    at = np.array([names["x"], names["y"]]).T * scale
    dots = np.concatenate(
        [np.array([t["x"], t["y"]]).T * scale for t in spec.data if "marker" in t]
    )
    apart = abs(at[:, None] - at)[~np.eye(len(at), dtype=bool)]
    assert ((apart[:, 0] > 9) | (apart[:, 1] > 13)).all()
    off = abs(at[:, None] - dots)
    assert ((off[..., 0] > 9) | (off[..., 1] > 11)).all()


def test_a_cures_seeds_are_joined_and_its_number_stands_beside_one_of_them() -> None:
    spec = cure_plane(STUDY, LIGHT)
    ranges = np.array([spec.layout["xaxis"]["range"], spec.layout["yaxis"]["range"]])
    names = next(t for t in spec.data if t["name"] == "cures")
    for k, cure in enumerate(STUDY.cures):
        dots = next(t for t in spec.data if t["name"] == cure.title)
        assert dots["mode"] == "lines+markers"
        assert dots["line"]["color"] == dots["marker"]["color"]
        off = [
            abs(np.array([names["x"][k] - x, names["y"][k] - y]) / (ranges[:, 1] - ranges[:, 0]))
            for x, y in zip(dots["x"], dots["y"], strict=True)
        ]
        assert min(max(each) for each in off) < 0.13


def test_names_of_groups_that_lie_on_each_other_keep_apart() -> None:
    one = np.array([[0.5, 0.5]])
    result = places([one, one, one])
    apart = abs(result[:, None] - result)[~np.eye(3, dtype=bool)]
    assert ((apart > [0.028, 0.11]).any(1)).all()


def test_the_bounds_of_a_cure_are_a_nat_of_elbo_and_two_units() -> None:
    elbo, units = (t for t in cure_plane(STUDY, LIGHT).data if t["name"] == "bound")
    assert (list(elbo["x"]), list(elbo["y"])) == ([-WORTH, -WORTH], [-0.5, 6.4])
    assert (list(units["x"]), list(units["y"])) == ([-4.0, 2.0], [REVIVED - 0.5] * 2)
    assert (WORTH, REVIVED) == (1.0, 2)


def test_both_bounds_are_in_view_when_no_cure_does_anything() -> None:
    none = dataclasses.replace(STUDY, cures=STUDY.cures[:1])
    low, high = cure_plane(none, LIGHT).layout["xaxis"]["range"]
    assert -2.6 < low <= -2 * WORTH
    assert WORTH <= high < 1.6


def test_every_dot_names_its_cure_and_seed() -> None:
    traces = {trace["name"]: trace for trace in cure_plane(STUDY, LIGHT).data}
    assert traces["a dear one"]["text"] == ["a dear one, seed 1", "a dear one, seed 2"]
