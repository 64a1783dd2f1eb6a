"""What all sessions of one server share: probe sets, codecs and the newest observations.
Thread-safe.

Nothing slow runs on the way to a first paint: torch, weights and downloads come in on a background
thread, and until they are here the closed form of the linear VAE answers.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.measures.codecs.codec import Codec, LinearCodec
from vaeviz.measures.observe import observe, probe_set
from vaeviz.records import Observation
from vaeviz.theory import linear_vae
from vaeviz.ui.views import Probe

REMEMBERED = 256  # observations kept; one is at most 130 kB
T = TypeVar("T")


class Once:
    """Runs each keyed job once, on background threads, and keeps its outcome, or the `most` newest
    ones.

    An error that is no UserError is told once: whoever asks again has the job tried again.
    """

    def __init__(self, workers: int, most: int | None = None) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="vaeviz")
        self._futures: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock, self._most = threading.Lock(), most

    def result(self, key: Hashable, job: Callable[[], T], patience: float) -> T | None:
        """The job's result, or None if not there within `patience` seconds; raises what the job
        raised.
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
        """The oldest beyond `most`, but none that runs; what had not begun begins when asked for
        again.
        """
        for key in list(self._futures)[:-1]:
            if self._most is None or len(self._futures) <= self._most:
                return
            if self._futures[key].done() or self._futures[key].cancel():
                del self._futures[key]

    def forget(self, key: Hashable) -> None:
        """Lets the next call try again, after a failure."""
        with self._lock:
            self._futures.pop(key, None)


class Asked:
    """Tells a hand that rests from one that moves on: a board with something pending asks for it
    again and again, several times a second, while one that is dragged to and fro passes a place now
    and then.
    """

    def __init__(
        self, times: int = 3, within: float = 3.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._asks: OrderedDict[Hashable, list[float]] = OrderedDict()
        self._times, self._within, self._clock, self._lock = times, within, clock, threading.Lock()

    def rests(self, key: Hashable) -> bool:
        """Whether the same was asked so many times within so many seconds, this time included."""
        with self._lock:
            now = self._clock()
            asks = [at for at in self._asks.pop(key, []) if now - at < self._within]
            self._asks[key] = [*asks, now][-self._times :]
            while now - next(iter(self._asks.values()))[-1] >= self._within:
                self._asks.popitem(last=False)
            return len(self._asks[key]) == self._times


# One thread a matrix product: with many sessions on few cores, threads that wait for each other
# cost more than they win (30 sessions on 2 cores: seconds instead of milliseconds).
threadpool_limits(1)
_JOBS = Once(workers=2)
_DOWNLOADS = Once(
    workers=2
)  # their own threads: a slow network must not hold up what is on the disk
_PROGRESS: dict[str, str] = {}


def probe(name: str, patience: float = 2.0) -> Probe | None:
    """The probe set of a data set, or None while it loads; a UserError once, if it cannot be
    loaded.
    """
    jobs = _JOBS if data.describe(name).embedded else _DOWNLOADS
    try:
        return jobs.result(("probe", name), lambda: _make_probe(name), patience)
    except UserError:
        jobs.forget(("probe", name))
        raise


def shared(key: Hashable, job: Callable[[], T], patience: float) -> T | None:
    """The outcome of a job that all sessions share, or None while it runs; raises what it
    raised.
    """
    return _JOBS.result(key, job, patience)


def progress(name: str) -> str:
    """One line on a data set that is still loading."""
    return _PROGRESS.get(name, "reading the examples")


def _make_probe(name: str) -> Probe:
    dataset = data.load(name, lambda p: _PROGRESS.__setitem__(name, _words(p)))
    x, noise = probe_set(dataset.held_out)
    latent = data.describe(name).max_latent
    linear = LinearCodec(linear_vae.spectrum(dataset.train), latent)
    return Probe(dataset, x, dataset.held_out_labels[: len(x)], noise, linear)


def _words(p: data.Progress) -> str:
    return f"{p.stage}, {p.received / 1e6:.1f} MB after {p.seconds:.0f} s"


class Recent:
    """The newest observations of all sessions: a class that follows along asks for the same
    ones.
    """

    def __init__(self, size: int) -> None:
        self._kept: OrderedDict[Hashable, Observation] = OrderedDict()
        self._size, self._lock = size, threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Observation]) -> Observation:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


_RECENT = Recent(REMEMBERED)


def observer(probe: Probe, codec: Codec) -> Callable[[float, int], Observation]:
    """`observe` on this probe set and codec, remembered by (τ, d)."""

    def ask(tau: float, d: int) -> Observation:
        return _RECENT.get(
            (probe, codec, tau, d), lambda: observe(codec, probe.x, tau, d, probe.noise)
        )

    return ask
