"""The pace of a live worker, on the test's clock: slow motion counts, a pause does not."""

from __future__ import annotations

import time

import pytest

from vaeviz.runs.worker import clock
from vaeviz.runs.worker.clock import Pace


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time; a sleep moves it on."""
    held = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: held[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: held.__setitem__(0, held[0] + seconds))
    return held


def at_work(
    pace: Pace, now: list[float], seconds: float, limit: float = 0.0, cost: float = 0.002
) -> None:
    end = now[0] + seconds
    while now[0] < end:
        if pace.due(limit):
            now[0] += cost
            pace.stepped()
        else:
            pace.rest()


def test_at_full_speed_it_is_what_a_step_costs(now: list[float]) -> None:
    pace = Pace()
    at_work(pace, now, 5)
    assert pace.rate == pytest.approx(500, rel=0.01)


@pytest.mark.parametrize("limit", [50.0, 10.0, 2.0])
def test_in_slow_motion_it_is_the_requested_pace(now: list[float], limit: float) -> None:
    pace = Pace()
    at_work(pace, now, 3)
    at_work(pace, now, 4, limit)
    assert pace.rate == pytest.approx(limit, rel=0.25)


def test_a_pause_does_not_slow_it_down(now: list[float]) -> None:
    pace = Pace()
    at_work(pace, now, 5)
    for _ in range(3000):
        pace.rest(paused=True)
    at_work(pace, now, 3 * clock.WINDOW)
    assert pace.rate == pytest.approx(500, rel=0.01)
