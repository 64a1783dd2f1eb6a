"""Schedules: limits, shapes and the exact steps at which they turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.config import SCHEDULES as NAMES
from vaeviz.config import RunSettings
from vaeviz.training.schedules import SCHEDULES, beta_at, constant, cyclical, linear

steps = st.integers(1, 10_000)
lengths = st.integers(2, 1000)
weights = st.floats(0, 100)


@given(steps, weights, lengths)
def test_no_schedule_leaves_zero_to_beta(step: int, beta: float, length: int) -> None:
    for schedule in SCHEDULES.values():
        assert 0 <= schedule(step, beta, length) <= beta


@given(steps, weights)
def test_constant_is_constant(step: int, beta: float) -> None:
    assert constant(step, beta, 0) == beta


@given(lengths, weights)
def test_a_linear_warm_up_ends_at_its_last_step_and_stays(length: int, beta: float) -> None:
    assert linear(length, beta, length) == beta == linear(10 * length, beta, length)
    assert linear(1, beta, length) == pytest.approx(beta / length)


@given(steps, lengths, weights)
def test_cycles_repeat(step: int, length: int, beta: float) -> None:
    assert cyclical(step, beta, length) == cyclical(step + length, beta, length)


def test_half_of_a_cycle_rises_and_half_rests() -> None:
    assert [cyclical(step, 2.0, 8) for step in range(1, 10)] == [0, 0.5, 1, 1.5, 2, 2, 2, 2, 0]


def test_every_name_has_its_schedule() -> None:
    assert tuple(SCHEDULES) == NAMES


def test_a_run_follows_its_own_schedule() -> None:
    settings = RunSettings(beta=4.0, schedule="linear", warmup=100, steps=200)
    assert [beta_at(settings, step) for step in (1, 50, 100, 200)] == pytest.approx([0.04, 2, 4, 4])
