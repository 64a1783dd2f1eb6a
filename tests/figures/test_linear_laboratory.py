"""The laboratory's figures: dots by water level, bars filled to it, KL twice, and the gap of the
bound.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.linear_records import LEVELS, LINEAR_BOUND, PAIR
from vaeviz.figures.bound import bound
from vaeviz.figures.kl_pair import kl_pair
from vaeviz.figures.spectrum import spectrum
from vaeviz.figures.theme import LIGHT, Spec
from vaeviz.figures.water_levels import water_levels


def traces(spec: Spec) -> dict[str, dict[str, Any]]:
    return {t["name"]: t for t in spec.data}


def meta(spec: Spec) -> dict[str, Any]:
    return spec.layout["meta"]


def test_dots_are_coloured_by_whether_they_rise_above_the_water() -> None:
    seen = traces(spectrum(LEVELS, LIGHT))
    assert list(seen["coded"]["x"]) == [1, 2, 3]
    assert list(seen["under water"]["x"]) == [4, 5, 6]
    assert (seen["coded"]["marker"]["color"], seen["under water"]["marker"]["color"]) == (
        LIGHT.rate,
        LIGHT.dead,
    )
    assert list(seen["coded"]["y"]) == [2.0, 1.0, 0.5]
    assert set(seen["water level τ"]["y"]) == {0.3}


def test_what_rises_above_without_a_dimension_left_is_told_apart() -> None:
    spec = spectrum(dataclasses.replace(LEVELS, latent=2), LIGHT)
    assert list(traces(spec)["above, but no dimension is left"]["x"]) == [3]
    assert list(traces(spec)["coded"]["x"]) == [1, 2]
    assert meta(spec)["title"] == "3 above, 2 coded"
    assert "1 more rise above it" in meta(spec)["alt"]


def test_on_a_log_axis_nothing_is_drawn_at_zero_or_beyond_the_ends() -> None:
    for tau in (1e-9, 0.3, 1e4):
        seen = spectrum(dataclasses.replace(LEVELS, tau=tau), LIGHT)
        for trace in seen.data:
            assert (np.asarray(trace["y"]) >= 0.01).all(), trace["name"]
            assert (np.asarray(trace["y"]) <= 10).all(), trace["name"]
        assert seen.layout["yaxis"]["range"] == [-2, 1]
        assert seen.layout["yaxis"]["type"] == "log"


def test_bars_are_the_variances_with_the_error_left_before_them() -> None:
    spec = water_levels(LEVELS, LIGHT)
    explained, left = spec.data[:2]  # the second is painted over the first
    np.testing.assert_array_equal(explained["y"], LEVELS.eigenvalues)
    np.testing.assert_array_equal(left["y"], LEVELS.kept)
    assert (explained["marker"]["color"], left["marker"]["color"]) == (
        LIGHT.decoder,
        LIGHT.distortion,
    )
    assert meta(spec)["title"] == "1.25 of 3.85 left as error (32 %)"


def test_the_water_ends_where_the_dimensions_do() -> None:
    seen = traces(water_levels(LEVELS, LIGHT))
    assert list(seen["water level τ"]["x"]) == [0.4, 4.5]
    assert seen["d"]["text"] == ["d = 4"]
    assert set(seen["last dimension"]["x"]) == {4.5}
    assert "d" not in traces(water_levels(dataclasses.replace(LEVELS, latent=6), LIGHT))


def test_exact_and_trained_bars_stand_side_by_side() -> None:
    seen = traces(kl_pair(PAIR, LIGHT))
    exact, trained = seen["exact KL"], seen["trained KL"]
    np.testing.assert_array_equal(exact["y"], PAIR.exact)
    np.testing.assert_array_equal(trained["y"], PAIR.trained)
    assert (exact["x"] + exact["width"] / 2 < trained["x"] - trained["width"] / 2 + 0.03).all()
    assert (exact["marker"]["color"], trained["marker"]["color"]) == (LIGHT.linear, LIGHT.rate)


def test_the_difference_is_that_of_the_whole_and_of_the_worst_bar_over_the_threshold() -> None:
    assert PAIR.total_off == pytest.approx(0.0 / 3.05, abs=1e-12)
    assert dataclasses.replace(PAIR, trained=PAIR.exact * 1.1).total_off == pytest.approx(0.1)
    assert PAIR.worst == pytest.approx(
        0.03
    )  # of 1.0; the bar of 0.05, off by a fifth, does not count
    assert "at most 3.00 %" in meta(kl_pair(PAIR, LIGHT))["alt"]
    off = dataclasses.replace(PAIR, trained=PAIR.exact * 1.1)
    assert meta(kl_pair(off, LIGHT))["title"] == "Trained KL 10.00 % from the exact"


def test_a_difference_too_small_to_count_is_said_to_be_so() -> None:
    exact = dataclasses.replace(PAIR, trained=PAIR.exact * (1 + 1e-6))
    assert meta(kl_pair(exact, LIGHT))["title"] == "Trained KL under 0.01 % from the exact"


def test_of_nothing_alive_the_difference_is_said_in_nats() -> None:
    none = dataclasses.replace(PAIR, exact=np.zeros(4), trained=np.full(4, 1e-4))
    assert meta(kl_pair(none, LIGHT))["title"] == "Exact KL 0; trained 0.0004 nats"
    assert (none.total_off, none.worst) == (1.0, 0.0)
    assert dataclasses.replace(none, trained=np.zeros(4)).total_off == 0


def test_without_training_there_is_one_bar_a_dimension() -> None:
    spec = kl_pair(dataclasses.replace(PAIR, trained=np.zeros(0), state=""), LIGHT)
    assert "trained KL" not in traces(spec)
    np.testing.assert_array_equal(traces(spec)["exact KL"]["x"], [1, 2, 3, 4])
    assert meta(spec)["title"] == "3 of 4 dimensions alive, 3.05 nats"


def test_the_gap_reaches_from_the_bound_to_the_likelihood_where_we_are() -> None:
    spec = bound(LINEAR_BOUND, LIGHT)
    seen = traces(spec)
    assert (list(seen["gap"]["x"]), list(seen["gap"]["y"])) == ([10, 10], [-25, -21])
    assert seen["gap"]["line"]["color"] == LIGHT.posterior
    assert list(seen["you are here"]["x"]) == [10]
    np.testing.assert_array_equal(seen["ELBO"]["y"], LINEAR_BOUND.elbo)
    np.testing.assert_array_equal(seen["log p(x)"]["y"], LINEAR_BOUND.log_likelihood)
    assert meta(spec)["title"] == "ELBO −25.0 lies 4.00 nats below log p(x)"
    assert meta(spec)["short"] == "4.00 nats below log p(x)"


def test_without_a_gap_it_says_so_and_without_an_optimum_marks_none() -> None:
    even = dataclasses.replace(LINEAR_BOUND, likelihood_here=-25.0, best=None)
    spec = bound(even, LIGHT)
    assert (meta(spec)["title"], meta(spec)["short"]) == (
        "ELBO = log p(x) = −25.0: no gap",
        "no gap",
    )
    assert not {"best", "best, named"} & set(traces(spec))
    for rounding in (0.0, -1e-14, 1e-14):
        spec = bound(dataclasses.replace(even, likelihood_here=-25.0 + rounding), LIGHT)
        assert meta(spec)["alt"].endswith("nats per example, no gap.")
    assert traces(bound(LINEAR_BOUND, LIGHT))["best, named"]["text"] == [" no gap"]


def test_what_is_far_below_is_drawn_near_the_picture() -> None:
    deep = dataclasses.replace(LINEAR_BOUND, elbo=np.full(9, -1e30), elbo_here=-1e30)
    for trace in bound(deep, LIGHT).data:
        assert (np.asarray(trace["y"]) > -2000).all()
