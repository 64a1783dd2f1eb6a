"""The laboratory's figures: dots by level, filled bars, KL twice, the gap of the bound."""

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


def test_components_above_the_level_without_a_dimension_look_different() -> None:
    spec = spectrum(dataclasses.replace(LEVELS, latent=2), LIGHT)
    assert list(traces(spec)["above, but no dimension is left"]["x"]) == [3]
    assert list(traces(spec)["coded"]["x"]) == [1, 2]
    assert meta(spec)["title"] == "3 above water, 2 coded"
    assert "1 more rise above it" in meta(spec)["alt"]
    assert ["beyond d", LIGHT.decoder] in meta(spec)["legend"]
    two = spectrum(dataclasses.replace(LEVELS, latent=1), LIGHT)
    assert "2 more rise above it" in meta(two)["alt"]
    dry = spectrum(dataclasses.replace(LEVELS, tau=1e-3, eigenvalues=np.ones(6)), LIGHT)
    assert [words for words, *_ in meta(dry)["legend"]] == ["coded", "error left", "beyond d"]


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


def test_without_active_dimensions_the_difference_is_in_nats() -> None:
    none = dataclasses.replace(PAIR, exact=np.zeros(4), trained=np.full(4, 1e-4))
    assert meta(kl_pair(none, LIGHT))["title"] == "Exact KL 0; trained 0.0004 nats"
    assert (none.total_off, none.worst) == (1.0, 0.0)
    assert dataclasses.replace(none, trained=np.zeros(4)).total_off == 0


def test_without_training_there_is_one_bar_a_dimension() -> None:
    spec = kl_pair(dataclasses.replace(PAIR, trained=np.zeros(0), state=""), LIGHT)
    assert "trained KL" not in traces(spec)
    np.testing.assert_array_equal(traces(spec)["exact KL"]["x"], [1, 2, 3, 4])
    assert meta(spec)["title"] == "3 of 4 dimensions over 0 nats, 3.05 nats"


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
    even = dataclasses.replace(LINEAR_BOUND, likelihood_at=-25.0, best=None)
    spec = bound(even, LIGHT)
    assert (meta(spec)["title"], meta(spec)["short"]) == (
        "ELBO = log p(x) = −25.0: no gap",
        "no gap",
    )
    assert not {"best", "best, named"} & set(traces(spec))
    for rounding in (0.0, -1e-14, 1e-14):
        spec = bound(dataclasses.replace(even, likelihood_at=-25.0 + rounding), LIGHT)
        assert meta(spec)["alt"].endswith("nats per example, no gap.")
    assert traces(bound(LINEAR_BOUND, LIGHT))["best, named"]["text"] == [" no gap"]


def test_what_is_far_below_is_drawn_near_the_picture() -> None:
    deep = dataclasses.replace(LINEAR_BOUND, elbo=np.full(9, -1e30), elbo_at=-1e30)
    for trace in bound(deep, LIGHT).data:
        assert (np.asarray(trace["y"]) > -2000).all()


def test_the_bounds_marks_are_at_the_optimum_and_at_the_current_point() -> None:
    seen = traces(bound(LINEAR_BOUND, LIGHT))
    assert (list(seen["best"]["x"]), list(seen["best"]["y"])) == ([1, 1], [-32, -18])
    label = seen["best, named"]
    assert (label["x"][0], label["y"][0]) == (1.0, pytest.approx(-32 + 0.07 * 14))
    assert (list(seen["you are here"]["x"]), list(seen["you are here"]["y"])) == ([10], [-25])


@pytest.mark.parametrize(
    ("ends", "powers"), [((1e-2, 100), [0.01, 0.1, 1, 10, 100]), ((0.03, 30), [0.1, 1, 10])]
)
def test_the_bounds_ticks_are_the_powers_of_ten_on_its_axis(
    ends: tuple[float, float], powers: list[float]
) -> None:
    x = bound(dataclasses.replace(LINEAR_BOUND, x=np.geomspace(*ends, 9)), LIGHT).layout["xaxis"]
    assert x["range"] == pytest.approx(np.log10(ends))
    assert x["tickvals"] == pytest.approx(powers)


@pytest.mark.parametrize(("gap", "words"), [(4e-4, "no gap"), (6e-4, "nats below log p(x)")])
def test_a_gap_below_half_a_thousandth_of_a_nat_is_none(gap: float, words: str) -> None:
    near = dataclasses.replace(LINEAR_BOUND, likelihood_at=-25.0 + gap)
    assert words in meta(bound(near, LIGHT))["short"]


def test_a_curve_far_below_is_drawn_a_hundred_heights_below() -> None:
    deep = dataclasses.replace(LINEAR_BOUND, elbo=np.full(9, -1e30))
    assert set(traces(bound(deep, LIGHT))["ELBO"]["y"]) == {-32 - 100 * 14.0}


def test_bars_of_a_pair_stand_a_fifth_to_each_side_and_never_beyond_the_top() -> None:
    exact, trained = kl_pair(dataclasses.replace(PAIR, top=1.5), LIGHT).data
    np.testing.assert_allclose(exact["x"], [0.79, 1.79, 2.79, 3.79])
    np.testing.assert_allclose(trained["x"], [1.21, 2.21, 3.21, 4.21])
    assert (exact["width"], trained["width"]) == (0.4, 0.4)
    assert list(exact["y"]) == [1.5, 1.0, 0.05, 0.0]
    assert (exact["text"][0], trained["text"][0]) == ("2.000", "2.020")


def test_a_pairs_words_state_both_sums() -> None:
    off = dataclasses.replace(PAIR, trained=PAIR.exact * 1.1)
    assert meta(kl_pair(off, LIGHT))["alt"] == (
        "KL of 4 dimensions in closed form: 3.050 nats in all; trained: 3.355, and the bars over"
        " 0.1 nats differ by at most 10.00 %."
    )
    for part, words in ((5.1e-5, "0.01 %"), (4.9e-5, "under 0.01 %")):
        near = dataclasses.replace(PAIR, trained=PAIR.exact * (1 + part))
        assert f"KL {words} from" in meta(kl_pair(near, LIGHT))["title"]


@pytest.mark.parametrize(("size", "right", "stride"), [(4, 8.6, 1), (8, 8.6, 1), (12, 12.6, 4)])
def test_a_pairs_axis_has_a_place_for_every_dimension(size: int, right: float, stride: int) -> None:
    x = kl_pair(dataclasses.replace(PAIR, exact=np.ones(size), trained=np.ones(size)), LIGHT)
    assert x.layout["xaxis"]["range"] == [0.4, right]
    assert x.layout["xaxis"]["dtick"] == stride


def test_the_spectrum_is_over_components_and_its_marks_at_their_places() -> None:
    """Clipped onto an axis from 10⁻² to 10: the last eigenvalue is 0."""
    seen = traces(spectrum(LEVELS, LIGHT))
    assert list(seen["error left"]["x"]) == [1, 2, 3, 4, 5, 6]
    assert list(seen["error left"]["y"]) == [0.3, 0.3, 0.3, 0.25, 0.1, 0.01]
    assert list(seen["under water"]["y"]) == [0.25, 0.1, 0.01]
    assert list(seen["water level τ"]["x"]) == [0.5, 12.0]
    label = seen["τ"]
    assert (label["x"][0], label["y"][0], label["text"]) == (6, 0.3, ["τ = 0.3"])


@pytest.mark.parametrize(
    ("size", "low", "x_ticks", "y_ticks"),
    [
        (6, 0.01, [1, 2, 5, 10, 20, 50], [0.01, 0.1, 1, 10]),
        (64, 1e-4, [1, 2, 5, 10, 20, 50, 100, 200, 500], [1e-4, 1e-3, 0.01, 0.1, 1, 10]),
        (20_000, 1e-4, [1, 10, 100, 1e3, 1e4, 1e5], [1e-4, 1e-3, 0.01, 0.1, 1, 10]),
    ],
)
def test_the_spectrums_ticks(
    size: int, low: float, x_ticks: list[float], y_ticks: list[float]
) -> None:
    values = np.geomspace(5, low, size)
    record = dataclasses.replace(LEVELS, eigenvalues=values, kept=values, low=low)
    layout = spectrum(record, LIGHT).layout
    assert layout["xaxis"]["tickvals"] == pytest.approx(x_ticks)
    assert layout["yaxis"]["tickvals"] == pytest.approx(y_ticks)
    for axis in (layout["xaxis"], layout["yaxis"]):
        assert [float(text) for text in axis["ticktext"]] == pytest.approx(axis["tickvals"])
    assert layout["xaxis"]["range"] == pytest.approx([-0.05, np.log10(size) + 0.08])


def test_the_spectrums_words_count_what_is_coded() -> None:
    assert meta(spectrum(LEVELS, LIGHT))["title"] == "3 of 6 above water"
    assert meta(spectrum(LEVELS, LIGHT))["alt"] == (
        "Spectrum of 6 eigenvalues from 2 down; the water stands at τ = 0.3 and 3 components are"
        " coded."
    )


def test_water_and_its_end_are_drawn_below_the_top() -> None:
    """The axis ends 6 % above the first eigenvalue, 2."""
    seen = traces(water_levels(LEVELS, LIGHT))
    assert list(seen["water level τ"]["y"]) == [0.3, 0.3]
    assert list(seen["last dimension"]["y"]) == pytest.approx([0, 0.84 * 2.12])
    assert (seen["d"]["x"][0], seen["d"]["y"][0]) == (4.5, pytest.approx(0.92 * 2.12))
    high = traces(water_levels(dataclasses.replace(LEVELS, tau=9.0), LIGHT))
    assert list(high["water level τ"]["y"]) == pytest.approx([0.995 * 2.12] * 2)
    wide = traces(water_levels(dataclasses.replace(LEVELS, latent=20), LIGHT))
    assert list(wide["water level τ"]["x"]) == [0.4, 6.5]


@pytest.mark.parametrize(
    ("latent", "bars", "stride"), [(1, 8, 1), (4, 8, 1), (5, 9, 4), (16, 20, 4), (40, 24, 4)]
)
def test_there_are_bars_for_the_dimensions_and_a_few_more(
    latent: int, bars: int, stride: int
) -> None:
    values = np.geomspace(2, 0.01, 64)
    record = dataclasses.replace(LEVELS, eigenvalues=values, kept=values / 2, latent=latent)
    spec = water_levels(record, LIGHT)
    for trace, heights in zip(spec.data[:2], (values, values / 2), strict=True):
        assert list(trace["x"]) == list(range(1, bars + 1))
        np.testing.assert_array_equal(trace["y"], heights[:bars])
    assert spec.layout["xaxis"]["range"] == [0.4, bars + 0.6]
    assert spec.layout["xaxis"]["dtick"] == stride
    assert meta(spec)["title"].endswith("(50 %)")
    assert f"the first {bars} of 64 components are drawn" in meta(spec)["alt"]
