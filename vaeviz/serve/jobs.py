"""Background jobs that all sessions share: each runs once, and its outcome is kept. Thread-safe.

Nothing slow runs on the way to a first paint: whoever needs a job's outcome gets None while it is
on its way, and the frame that asked is marked as pending.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from vaeviz.config import UserError

T = TypeVar("T")
QUICK = 0.05  # seconds for a frame to wait; what is slower comes with a later one


@dataclass(frozen=True)
class Lane:
    """So many threads for jobs of one kind, and how many outcomes are kept (None: all)."""

    name: str
    threads: int = 1
    most: int | None = 48


LOAD = Lane("load", 2, None)  # data sets and models
DOWNLOAD = Lane("download", 2, None)  # a slow network must not hold up what is on the disk
MEASURE = Lane("measure", 2, 200)
STUDY = Lane("study", 2, 32)  # what takes seconds
REFERENCE = Lane("reference", 1, 4)  # other jobs wait for these
ENCODE = Lane("encode", 1, 12)
LAYOUT = Lane("layout", 1, 24)


class Once:
    """Runs each keyed job once, on the lane's threads, and keeps its outcome.

    An error that is no UserError is raised once: whoever asks again has the job tried again.
    """

    def __init__(self, lane: Lane) -> None:
        self._pool = ThreadPoolExecutor(lane.threads, thread_name_prefix=f"vaeviz-{lane.name}")
        self._futures: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock, self._most = threading.Lock(), lane.most

    def result(self, key: Hashable, job: Callable[[], T], patience: float) -> T | None:
        """The job's result, or None if it is not there within `patience` seconds; raises what the
        job raised.
        """
        with self._lock:
            if key not in self._futures:
                self._futures[key] = self._pool.submit(job)
            future = self._futures[key]
            self._futures.move_to_end(key)
            self._drop()
        wait([future], timeout=patience)
        if not future.done() or future.cancelled():
            return None
        if future.exception() and not isinstance(future.exception(), UserError):
            self.forget(key)
        return future.result()

    def _drop(self) -> None:
        """The oldest go, but none that runs; one that had not begun is asked for again."""
        for key in list(self._futures)[:-1]:
            if self._most is None or len(self._futures) <= self._most:
                return
            if self._futures[key].done() or self._futures[key].cancel():
                del self._futures[key]

    def forget(self, key: Hashable) -> None:
        """Lets the next call try again, after a failure."""
        with self._lock:
            self._futures.pop(key, None)


class Store:
    """The jobs of all lanes; each lane's threads start when it is first used."""

    def __init__(self) -> None:
        self._lanes: dict[Lane, Once] = {}
        self._lock = threading.Lock()

    def lane(self, lane: Lane) -> Once:
        with self._lock:
            if lane not in self._lanes:
                self._lanes[lane] = Once(lane)
            return self._lanes[lane]


STORE = Store()
_ON_ITS_WAY: ContextVar[list[Hashable] | None] = ContextVar("on its way", default=None)


def get(
    key: Hashable, job: Callable[[], T], lane: Lane = MEASURE, patience: float | None = None
) -> T | None:
    """The outcome of a job that all sessions share; None while it is on its way, which marks the
    frame that is being made as pending. Waits for it as long as `patience` (None: QUICK). Raises
    what the job raised.
    """
    made = STORE.lane(lane).result(key, job, QUICK if patience is None else patience)
    if made is None:
        mark(key)
    return made


def forget(key: Hashable, lane: Lane = MEASURE) -> None:
    """Lets the next call try again, after a failure."""
    STORE.lane(lane).forget(key)


def mark(key: Hashable) -> None:
    """The frame that is being made lacks this, which is on its way."""
    awaited = _ON_ITS_WAY.get()
    if awaited is not None:
        awaited.append(key)


@contextmanager
def awaited() -> Iterator[list[Hashable]]:
    """The keys of the jobs that were asked for inside and are still on their way."""
    keys: list[Hashable] = []
    token = _ON_ITS_WAY.set(keys)
    try:
        yield keys
    finally:
        _ON_ITS_WAY.reset(token)


class Resting:
    """Tells a pointer that rests from one that moves on.

    A browser with something pending asks for it several times per second; one that drags to and
    fro passes a place now and then.
    """

    def __init__(
        self, times: int = 3, within: float = 3.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._asks: OrderedDict[Hashable, list[float]] = OrderedDict()
        self._times, self._within, self._clock = times, within, clock
        self._lock = threading.Lock()

    def rests(self, key: Hashable) -> bool:
        """Whether the same was asked so many times within so many seconds, this time included."""
        with self._lock:
            now = self._clock()
            asks = [at for at in self._asks.pop(key, []) if now - at < self._within]
            self._asks[key] = [*asks, now][-self._times :]
            while now - next(iter(self._asks.values()))[-1] >= self._within:
                self._asks.popitem(last=False)
            return len(self._asks[key]) == self._times
