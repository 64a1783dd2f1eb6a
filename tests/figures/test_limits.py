"""Axis limits: the relevant values are inside, transients are not, numbers are round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.figures.limits import decades, last_step, rounded, settled

ANY = st.floats(allow_nan=True, allow_infinity=True)


def test_an_early_transient_does_not_flatten_the_rest() -> None:
    step = np.arange(1, 401)
    loss = 20 + 10 * np.exp(-step / 100)
    loss[:20] = 1e4
    low, high = settled([loss])
    assert low <= loss[20:].min()
    assert loss[20:].max() <= high < 35


def test_what_is_recent_is_in_view_whatever_went_before() -> None:
    loss = np.concatenate([np.full(950, 5.0), np.full(50, 80.0)])
    assert settled([loss])[1] >= 80
    assert settled([loss[::-1]])[1] < 10


def test_limits_hold_all_curves() -> None:
    low, high = settled([np.linspace(-50, -40, 30), np.array([7.0]), np.array([])])
    assert low <= -50
    assert high >= 7


def test_a_fixed_floor_stays() -> None:
    assert settled([np.array([3.0, 9.3])], floor=0.0)[0] == 0.0


@given(st.lists(st.lists(ANY, max_size=30), max_size=3))
def test_limits_are_always_limits(curves: list[list[float]]) -> None:
    for low, high in (
        settled([np.array(c) for c in curves]),
        decades([np.array(c) for c in curves]),
    ):
        assert np.isfinite([low, high]).all()
        assert low < high


@given(st.floats(-1e6, 1e6), st.floats(1e-2, 1e6))
def test_rounding_goes_outward_and_not_far(low: float, span: float) -> None:
    bottom, top = rounded(low, low + span)
    assert bottom <= low
    assert top >= low + span
    assert top - bottom < 2 * span + 2e-6 * abs(low) + 2e-3


def test_limits_of_a_curve_that_grows_a_little_stay_put() -> None:
    seen = {rounded(0.0, high) for high in np.linspace(10.0, 10.5, 50)}
    assert len(seen) <= 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.02, 3.0], (-2, 1)), ([1.0], (0, 1)), ([0.0, -1.0, np.nan], (-2, 1)), ([5.0, 5.0], (0, 1))],
)
def test_decades_are_whole_powers_around_what_is_positive(
    values: list[float], expected: object
) -> None:
    assert decades([np.array(values)]) == expected


@pytest.mark.parametrize(
    ("step", "steps", "end"),
    [
        (0, 600, 600),
        (10, 5000, 1000),
        (1001, 5000, 2000),
        (4500, 5000, 5000),
        (0, 0, 1),
        (7, 10**6, 1000),
    ],
)
def test_the_axis_of_steps_doubles_up_to_the_end(step: int, steps: int, end: float) -> None:
    assert last_step(step, steps) == end


def test_without_numbers_limits_are_nought_and_one() -> None:
    assert settled([]) == settled([np.array([np.nan, np.inf])]) == (0.0, 1.0)


def test_limits_reach_half_a_span_beyond_nine_tenths_of_the_values() -> None:
    """Nine tenths of the newest lie below 9.9: the limit holds 14.9, in round numbers 20."""
    curve = np.concatenate([np.full(5, 1000.0), np.linspace(0, 10, 95)])
    assert settled([curve], floor=0.0) == (0.0, 20.0)


def test_the_newest_tenth_alone_is_sure_to_be_in_view() -> None:
    """What stood at 50 just before it is not: nine tenths of all lie below 14, and 21 is held."""
    curve = np.concatenate([np.zeros(80), np.full(10, 50.0), np.full(10, 10.0)])
    assert settled([curve], floor=0.0) == (0.0, 25.0)


@pytest.mark.parametrize("value", [0.0, 1.0, -5e6, 5e6])
def test_equal_ends_are_kept_apart(value: float) -> None:
    """By a thousandth at least, and by a millionth of their size."""
    low, high = rounded(value, value)
    span = max(1e-3, 1e-6 * abs(value))
    assert span <= high - low + 1e-9 < 2 * span
