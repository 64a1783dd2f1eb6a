"""What sessions share: a job runs once, a failure can be tried again, memory stays bounded."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.records import Array, Observation
from vaeviz.ui import store
from vaeviz.ui.store import Asked, Once, Recent


def observation(tau: float) -> Observation:
    none = np.zeros((1, 1))
    return Observation(tau, none, none, none[0], 0.0, 0.0)


def test_a_job_runs_once_whoever_asks() -> None:
    once, runs, results, barrier = Once(workers=4), [], [], threading.Barrier(12)

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
    once, gate = Once(workers=1), threading.Event()

    def job() -> int:
        gate.wait(10)
        return 7

    assert once.result("key", job, patience=0) is None
    gate.set()
    assert once.result("key", job, patience=10) == 7


def test_a_failure_is_told_to_everyone_until_it_is_forgotten() -> None:
    once, outcomes = Once(workers=1), [UserError("no network"), None]

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
    once, outcomes = Once(workers=1), [RuntimeError("out of memory"), None]

    def job() -> str:
        if error := outcomes.pop(0):
            raise error
        return "done"

    with pytest.raises(RuntimeError):
        once.result("key", job, patience=10)
    assert once.result("key", job, patience=10) == "done"


def test_a_hand_that_rests_asks_often_and_one_that_comes_by_again_does_not() -> None:
    now = [0.0]
    asked = Asked(times=3, within=1.0, clock=lambda: now[0])

    def ask(at: float, key: str) -> bool:
        now[0] = at
        return asked.rests(key)

    assert [ask(at, "a") for at in (0.0, 0.3, 0.6, 0.9)] == [False, False, True, True]
    assert [ask(at, key) for at, key in ((2.0, "a"), (2.1, "b"), (2.9, "a"), (3.5, "a"))] == [
        False
    ] * 4
    assert ask(3.6, "a")
    assert set(asked._asks) == {"a"}


def test_keys_do_not_mix() -> None:
    once = Once(workers=2)
    assert [once.result(k, lambda k=k: k, patience=10) for k in ("a", "b", "a")] == ["a", "b", "a"]


def test_of_many_outcomes_the_newest_are_kept() -> None:
    once, made = Once(workers=1, most=2), []

    def ask(key: int) -> int | None:
        return once.result(key, lambda: made.append(key) or key, patience=10)

    assert [ask(k) for k in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2]


def test_who_waits_for_a_running_job_gets_it_however_many_come_after() -> None:
    once, begun, gate, got = Once(workers=1, most=1), threading.Event(), threading.Event(), []

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
    once, begun, gate, runs = Once(workers=1, most=1), threading.Event(), threading.Event(), []

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
        Once(workers=1, most=1),
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
    once, gate, got = Once(workers=1, most=2), threading.Event(), []
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


def test_the_newest_observations_are_kept_and_the_oldest_forgotten() -> None:
    recent, made = Recent(2), []

    def ask(key: int) -> float:
        def make() -> Observation:
            made.append(key)
            return observation(key)

        return recent.get(key, make).tau

    assert [ask(k) for k in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2]  # 2 was the oldest when 3 came


def test_an_observation_that_fails_is_not_kept() -> None:
    recent = Recent(2)

    def fail() -> Observation:
        raise UserError("once")

    with pytest.raises(UserError):
        recent.get(1, fail)
    assert recent.get(1, lambda: observation(5)).tau == 5


def test_observers_remember_by_probe_codec_tau_and_d() -> None:
    probe = store.probe("digits", patience=60)
    assert probe is not None
    ask = store.observer(probe, probe.linear)
    assert ask(0.1, 4) is store.observer(probe, probe.linear)(0.1, 4)
    assert ask(0.1, 4) is not ask(0.1, 5)
    other = LinearCodec(probe.linear._spectrum, 16)
    assert store.observer(probe, other)(0.1, 4) is not ask(0.1, 4)


class Flat:
    """A codec whose every posterior mean is `value`; it goes as soon as nobody holds it."""

    source, likelihood, latent, tau_range = "a test", "gaussian", 2, (1e-3, 10.0)

    def __init__(self, value: float) -> None:
        self.value = value

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        return np.full((len(x), d), self.value), np.zeros((len(x), d))

    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        return np.zeros(len(x))


def test_a_codec_that_is_gone_is_not_taken_for_a_new_one() -> None:
    """CPython gives a new object the address of a dead one: an id alone would mix them up."""
    probe: Any = store.probe("digits", patience=60)
    for k in range(20):
        codec: Any = Flat(k)
        assert store.observer(probe, codec)(0.0123, 2).mu[0, 0] == k
        del codec


def test_a_probe_set_is_held_out_data_of_at_most_a_thousand() -> None:
    dataset = data.load("mnist-5k")
    probe = store.probe("mnist-5k", patience=60)
    assert probe is not None
    np.testing.assert_array_equal(probe.x, dataset.held_out[:1000])
    np.testing.assert_array_equal(probe.labels, dataset.held_out_labels[:1000])
    assert probe.noise.shape == (1000, 16)
    probe.x[0, 0] += 0  # a copy that torch may look into without a warning


def test_a_data_set_that_cannot_be_had_is_told_and_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def offline(name: str, report: object) -> data.Dataset:
        asked.append(name)
        raise UserError("no network: choose mnist-5k")

    monkeypatch.setattr(data, "load", offline)
    for _ in range(2):
        with pytest.raises(UserError, match="choose mnist-5k"):
            store.probe("mnist", patience=10)
    assert asked == ["mnist", "mnist"]
