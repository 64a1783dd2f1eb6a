"""What sessions share: a job runs once, a failure can be tried again, memory stays bounded, and a
frame knows what it still lacks.
"""

from __future__ import annotations

import threading
import time

import pytest

from vaeviz.config import UserError
from vaeviz.serve import jobs
from vaeviz.serve.jobs import Lane, Once, Resting, Store


def test_a_job_runs_once_whoever_asks() -> None:
    once, runs, results, barrier = Once(Lane("test", 4, None)), [], [], threading.Barrier(12)

    def job() -> str:
        runs.append(1)
        time.sleep(0.05)
        return "done"

    def ask() -> None:
        barrier.wait()
        results.append(once.result("key", job, patience=10))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(runs) == 1
    assert results == ["done"] * 12


def test_the_impatient_get_none_and_the_result_later() -> None:
    once, gate = Once(Lane("test")), threading.Event()

    def job() -> int:
        gate.wait(10)
        return 7

    assert once.result("key", job, patience=0) is None
    gate.set()
    assert once.result("key", job, patience=10) == 7


def test_a_failure_is_raised_for_everyone_until_it_is_forgotten() -> None:
    once, outcomes = Once(Lane("test")), [UserError("no network"), None]

    def job() -> str:
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        return "here"

    for _ in range(2):
        with pytest.raises(UserError, match="no network"):
            once.result("key", job, patience=10)
    once.forget("key")
    assert once.result("key", job, patience=10) == "here"
    once.forget("a key that is not there")


def test_what_went_wrong_by_surprise_is_tried_again() -> None:
    once, outcomes = Once(Lane("test")), [RuntimeError("out of memory"), None]

    def job() -> str:
        if error := outcomes.pop(0):
            raise error
        return "done"

    with pytest.raises(RuntimeError):
        once.result("key", job, patience=10)
    assert once.result("key", job, patience=10) == "done"


def test_a_pointer_that_rests_asks_often_and_one_that_comes_by_again_does_not() -> None:
    now = [0.0]
    resting = Resting(times=3, within=1.0, clock=lambda: now[0])

    def ask(at: float, key: str) -> bool:
        now[0] = at
        return resting.rests(key)

    assert [ask(at, "a") for at in (0.0, 0.3, 0.6, 0.9)] == [False, False, True, True]
    assert [ask(at, key) for at, key in ((2.0, "a"), (2.1, "b"), (2.9, "a"), (3.5, "a"))] == [
        False
    ] * 4
    assert ask(3.6, "a")
    assert set(resting._asks) == {"a"}


def test_keys_do_not_mix() -> None:
    once = Once(Lane("test", 2, None))
    assert [once.result(k, lambda k=k: k, patience=10) for k in ("a", "b", "a")] == ["a", "b", "a"]


def test_of_many_outcomes_the_newest_are_kept() -> None:
    once, made = Once(Lane("test", 1, 2)), []

    def ask(key: int) -> int | None:
        return once.result(key, lambda: made.append(key) or key, patience=10)

    assert [ask(k) for k in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2]


def test_who_waits_for_a_running_job_gets_it_however_many_come_after() -> None:
    once, begun, gate, got = Once(Lane("test", 1, 1)), threading.Event(), threading.Event(), []

    def job() -> int:
        begun.set()
        gate.wait(10)
        return 7

    waiter = threading.Thread(target=lambda: got.append(once.result("slow", job, patience=10)))
    waiter.start()
    begun.wait(10)
    assert [once.result(k, lambda k=k: k, patience=0) for k in range(5)] == [None] * 5
    gate.set()
    waiter.join()
    assert got == [7]


def test_a_running_job_is_still_there_for_who_asks_again() -> None:
    once, begun, gate, runs = Once(Lane("test", 1, 1)), threading.Event(), threading.Event(), []

    def job() -> int:
        runs.append(1)
        begun.set()
        gate.wait(10)
        return 7

    assert once.result("slow", job, patience=0) is None
    begun.wait(10)
    assert once.result("other", lambda: 1, patience=0) is None
    assert once.result("slow", job, patience=0) is None
    gate.set()
    assert once.result("slow", job, patience=10) == 7
    assert runs == [1]


def test_the_newest_job_is_never_dropped() -> None:
    once, begun, gate, ran = (
        Once(Lane("test", 1, 1)),
        threading.Event(),
        threading.Event(),
        threading.Event(),
    )
    once.result("slow", lambda: (begun.set(), gate.wait(10)), patience=0)
    begun.wait(10)
    assert once.result("new", ran.set, patience=0) is None
    gate.set()
    assert ran.wait(10)


def test_who_waits_for_a_job_that_is_dropped_asks_again() -> None:
    """A class that asks for more than is kept: the dropped get nothing yet, and no error."""
    once, gate, got = Once(Lane("test", 1, 2)), threading.Event(), []
    once.result("running", lambda: gate.wait(10), patience=0)
    waiter = threading.Thread(
        target=lambda: got.append(once.result("mine", lambda: 7, patience=10))
    )
    waiter.start()
    while "mine" not in once._futures:
        time.sleep(0.001)
    for k in range(3):
        once.result(k, lambda: 0, patience=0)
    gate.set()
    waiter.join()
    assert got == [None]
    assert once.result("mine", lambda: 7, patience=10) == 7


# what a frame lacks
# ------------------------------------------------------------------------------------------------

TEST = Lane("test")


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs of the test's own."""
    monkeypatch.setattr(jobs, "STORE", Store())


@pytest.mark.usefixtures("apart")
def test_what_is_on_its_way_marks_the_frame_and_what_is_there_does_not() -> None:
    gate = threading.Event()
    with jobs.awaited() as keys:
        assert jobs.get("slow", lambda: gate.wait(10), TEST, patience=0) is None
        assert jobs.get("slow", lambda: gate.wait(10), TEST, patience=0) is None
        assert jobs.get("quick", lambda: 7, Lane("other"), patience=10) == 7
    assert keys == ["slow", "slow"]
    gate.set()
    with jobs.awaited() as keys:
        assert jobs.get("slow", lambda: True, TEST, patience=10)
    assert keys == []


@pytest.mark.usefixtures("apart")
def test_a_frame_within_a_frame_and_one_on_another_thread_keep_to_themselves() -> None:
    gate, other = threading.Event(), []

    def elsewhere() -> None:
        jobs.mark("elsewhere")
        with jobs.awaited() as keys:
            jobs.mark("theirs")
        other.append(keys)

    with jobs.awaited() as outer:
        with jobs.awaited() as inner:
            jobs.mark("inner")
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        jobs.mark("outer")
    gate.set()
    assert (outer, inner, other) == (["outer"], ["inner"], [["theirs"]])


@pytest.mark.usefixtures("apart")
def test_outside_of_a_frame_nothing_is_marked() -> None:
    jobs.mark("nobody")
    with jobs.awaited() as keys:
        pass
    assert keys == []


@pytest.mark.usefixtures("apart")
def test_a_job_that_fails_is_not_on_its_way() -> None:
    def fail() -> None:
        raise UserError("no network")

    with jobs.awaited() as keys, pytest.raises(UserError):
        jobs.get("bad", fail, TEST, patience=10)
    assert keys == []


@pytest.mark.usefixtures("apart")
def test_lanes_do_not_wait_for_each_other_and_share_no_key() -> None:
    gate = threading.Event()
    assert jobs.get("key", lambda: gate.wait(10), TEST, patience=0) is None
    assert jobs.get("key", lambda: 7, Lane("other"), patience=10) == 7
    gate.set()


@pytest.mark.usefixtures("apart")
def test_a_frame_waits_for_a_quick_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "QUICK", 10)
    assert jobs.get("key", lambda: time.sleep(0.1) or 7, TEST) == 7
