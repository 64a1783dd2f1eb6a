"""The bound over σ²: the record's numbers, dashed lines outside the model's range, marks."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.collapse_records import BOUND, SIGMA2S
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
    [("you are here", BOUND.at), ("best", BOUND.best), ("its own optimum", BOUND.exchanged)],
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
    best = elbo_over_variance(dataclasses.replace(BOUND, at=(0.1, -5.0)), LIGHT)
    assert "as good as the best" in best.layout["meta"]["title"]


def test_each_line_is_its_own_curve_over_all_variances() -> None:
    drawn = traces(BOUND)
    np.testing.assert_array_equal(drawn["one network, σ² exchanged"]["x"], BOUND.sigma2s)
    np.testing.assert_array_equal(drawn["one network, σ² exchanged"]["y"], BOUND.single)
    assert list(drawn["a σ² for every pixel"]["x"]) == pytest.approx([1e-4, 10])
    np.testing.assert_array_equal(drawn["below the model's range"]["y"], BOUND.elbo[:3])


def test_above_the_models_range_the_curve_is_dashed_from_its_last_solid_place() -> None:
    drawn = traces(dataclasses.replace(BOUND, held=SIGMA2S > 0.5))
    solid, above = drawn["trained at each σ²"], drawn["above the model's range"]
    np.testing.assert_array_equal(solid["x"], SIGMA2S[:8])
    np.testing.assert_array_equal(above["x"], SIGMA2S[7:])
    assert (solid["line"]["dash"], above["line"]["dash"]) == ("solid", "dash")
    assert "below the model's range" not in drawn


def test_a_model_that_covers_no_variance_has_a_dashed_curve_alone() -> None:
    drawn = traces(dataclasses.replace(BOUND, held=np.ones(11, bool)))
    np.testing.assert_array_equal(drawn["above the model's range"]["x"], SIGMA2S)
    assert "trained at each σ²" not in drawn


def test_what_is_far_below_is_drawn_twenty_heights_below() -> None:
    drawn = traces(dataclasses.replace(BOUND, elbo=np.full(11, -1e30)))
    assert set(drawn["trained at each σ²"]["y"]) == {-100 - 20 * 110.0}


@pytest.mark.parametrize(("behind", "words"), [(0.4, "as good as"), (0.6, "costs 0.6 nats")])
def test_half_a_nat_behind_the_best_counts(behind: float, words: str) -> None:
    record = dataclasses.replace(BOUND, at=(1.0, BOUND.best[1] - behind))
    assert words in elbo_over_variance(record, LIGHT).layout["meta"]["title"]


def test_the_alt_text_states_every_number() -> None:
    record = dataclasses.replace(BOUND, at=(1.0, -12_345.6))
    assert elbo_over_variance(record, LIGHT).layout["meta"]["alt"] == (
        "The held-out ELBO is −12,346 nats at σ² = 1 and highest, −5.0, at 0.1; the same network"
        " with its σ² exchanged has −8.0 at 0.2. With a variance for every pixel it is 3.0."
    )
