"""Probe sets: the held-out examples that pages show, and what models do to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached
from threadpoolctl import threadpool_limits

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.data import Dataset
from vaeviz.measures.codecs.codec import Codec, LinearCodec
from vaeviz.measures.observe import observe, probe_set
from vaeviz.records import Array, Observation
from vaeviz.serve import jobs
from vaeviz.theory import linear_vae

STAND_IN = "digits"
_PROGRESS: dict[str, str] = {}
# One thread per matrix product: with many sessions on few cores, threads that wait for each other
# cost more than they win (30 sessions on 2 cores: seconds instead of milliseconds).
threadpool_limits(1)


@dataclass(frozen=True, eq=False)
class Probe:
    """Held-out examples of a data set, and one fixed noise draw for each."""

    data: Dataset
    x: Array  # (N, D)
    labels: np.ndarray  # (N,)
    noise: Array  # (N, 16)
    linear: LinearCodec

    @property
    def elements(self) -> int:
        """D."""
        return self.x.shape[1]

    @cached_property
    def pair(self) -> tuple[int, int]:
        """The first example of the first class and that of the second: 0 and 1 of the digits."""
        classes = np.unique(self.labels)[:2]
        first, second = (int(np.argmax(self.labels == k)) for k in classes[[0, -1]])
        return first, second if second != first else min(1, len(self.x) - 1)

    @cached_property
    def spread(self) -> float:
        """E‖x − m‖², m the training mean: the squared error when all is collapsed."""
        return float(((self.x - self.data.train.mean(0)) ** 2).sum(1).mean())


def probe(name: str, patience: float = 2.0) -> Probe | None:
    """The probe set of a data set; None while it loads. Raises UserError if it can't be loaded."""
    lane = jobs.LOAD if data.describe(name).embedded else jobs.DOWNLOAD
    try:
        return jobs.get(("probe", name), lambda: _load(name), lane, patience)
    except UserError:
        jobs.forget(("probe", name), lane)
        raise


def stand_in() -> Probe:
    """The digits, while another data set loads or where it can't be had."""
    made = probe(STAND_IN, patience=60)
    assert made is not None
    return made


def progress(name: str) -> str:
    """One line on a data set that is still loading."""
    return _PROGRESS.get(name, "reading the examples")


def observer(of: Probe, codec: Codec) -> Callable[[float, int], Observation]:
    """`observe` on this probe set and codec, remembered by (τ, d)."""
    return lambda tau, d: _observed(of, codec, tau, d)


@cached(LRUCache(256), lock=Lock())  # a class that follows along asks for the same ones
def _observed(of: Probe, codec: Codec, tau: float, d: int) -> Observation:
    return observe(codec, of.x, tau, d, of.noise)


def _load(name: str) -> Probe:
    dataset = data.load(name, lambda p: _PROGRESS.__setitem__(name, _words(p)))
    x, noise = probe_set(dataset.held_out)
    linear = LinearCodec(linear_vae.spectrum(dataset.train), data.describe(name).max_latent)
    return Probe(dataset, x, dataset.held_out_labels[: len(x)], noise, linear)


def _words(p: data.Progress) -> str:
    return f"{p.stage}, {p.received / 1e6:.1f} MB after {p.seconds:.0f} s"
