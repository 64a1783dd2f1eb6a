"""The bound over σ²: the record's numbers, a dashed line where the network is not its own, and
marks.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.collapse_records import BOUND
from vaeviz.figures.elbo_over_variance import elbo_over_variance
from vaeviz.figures.theme import LIGHT
from vaeviz.records.variance import BoundOverVariance


def traces(record: BoundOverVariance) -> dict[str, Any]:
    return {t["name"]: t for t in elbo_over_variance(record, LIGHT).data}


def test_the_curve_is_solid_where_the_network_was_trained_for_it() -> None:
    drawn = traces(BOUND)
    solid, below = drawn["trained at each σ²"], drawn["below the model's range"]
    np.testing.assert_array_equal(solid["x"], BOUND.sigma2s[~BOUND.held])
    np.testing.assert_array_equal(solid["y"], BOUND.elbo[~BOUND.held])
    assert below["line"]["dash"] == "dash"
    assert below["x"][-1] == solid["x"][0]  # no gap
    assert "above the model's range" not in drawn


@pytest.mark.parametrize(
    ("name", "place"),
    [("you are here", BOUND.here), ("best", BOUND.best), ("its own optimum", BOUND.exchanged)],
)
def test_marks_stand_where_the_record_says(name: str, place: tuple[float, float]) -> None:
    mark = traces(BOUND)[name]
    assert (mark["x"][0], mark["y"][0]) == place


def test_a_number_far_below_the_picture_is_sent_near_it() -> None:
    record = dataclasses.replace(BOUND, elbo=np.full(11, -1e30))
    assert traces(record)["trained at each σ²"]["y"].min() >= -100 - 20 * 110


def test_without_per_pixel_variances_there_is_no_line_of_theirs() -> None:
    assert "a σ² for every pixel" not in traces(dataclasses.replace(BOUND, per_pixel=None))
    assert list(traces(BOUND)["a σ² for every pixel"]["y"]) == [3.0, 3.0]


def test_the_title_says_what_this_variance_costs() -> None:
    title = elbo_over_variance(BOUND, LIGHT).layout["meta"]["title"]
    assert title == "σ² = 1 costs 23.0 nats against 0.1"
    best = elbo_over_variance(dataclasses.replace(BOUND, here=(0.1, -5.0)), LIGHT)
    assert "as good as the best" in best.layout["meta"]["title"]
