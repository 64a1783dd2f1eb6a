"""A model's readings at one (τ, d), and how far the codes of two models differ."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vaeviz.data import Dataset
from vaeviz.data.noise import fixed_noise
from vaeviz.densities import LIKELIHOODS
from vaeviz.measures.codecs.codec import Coder
from vaeviz.measures.energy import mean_distance
from vaeviz.measures.latent import aggregate, holes
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.records import ACTIVE, Array
from vaeviz.records.fidelity import Dedicated, Reading

DRAWS = 8  # of z per held-out example
SAMPLES = 1000  # from the prior
COLLAPSED = 0.1  # nats
Seeds = tuple[Reading, ...]
LEAST_RATE, LEAST_ENERGY = 0.02, 0.02  # nats, and data units: below, as good as none


def reading(codec: Coder, tau: float, d: int, dataset: Dataset) -> Reading:
    """All readings, with the same noise for every model."""
    x = dataset.held_out.copy()  # torch takes no array that can not be written
    mu, logvar = codec.encode(x, tau, d)  # (N, d)
    kl = kl_per_dimension(mu, logvar)
    losses = np.array([_loss(codec, x, mu, logvar, tau, seed) for seed in range(DRAWS)])
    factor = LIKELIHOODS[codec.likelihood].loss_factor
    energy = mean_distance(codec, tau, d, x)
    threshold = holes.near_distance(x, dataset.train)
    z = holes.prior_samples(SAMPLES, d, seed=0)
    near = holes.near_share(lambda c: codec.decode(c, tau, d), z, dataset.train, threshold)
    return Reading(
        tau=tau,
        d=d,
        objective=float(factor * losses.mean() + tau * kl.sum()),
        error=float(factor * losses.std(ddof=1) / math.sqrt(DRAWS)),
        rate=float(kl.sum()),
        loss=float(losses.mean()),
        kl=tuple(np.sort(kl)[::-1].tolist()),
        active=int((mu.var(0) > ACTIVE).sum()),
        collapsed=int((kl < COLLAPSED).sum()),
        variance=float(np.exp(logvar.astype(np.float64)).mean()),
        aggregate=aggregate.kl_to_prior(mu, logvar).kl,
        energy=energy.value,
        energy_error=energy.error,
        near=near.share,
    )


def _loss(codec: Coder, x: Array, mu: Array, logvar: Array, tau: float, seed: int) -> float:
    z = mu + np.exp(0.5 * logvar) * fixed_noise(len(mu), mu.shape[1], seed=seed)
    return float(codec.loss(x, z.astype(np.float32), tau, mu.shape[1]).mean(dtype=np.float64))


def procrustes(a: Array, b: Array) -> float:
    """How far codes (N, d) of two models differ after the best rotation and reflection.

    √(min_Q ‖a - bQ‖² / (‖a‖² + ‖b‖²)) of centred codes: 0 for the same map up to a rotation, 1 for
    codes without relation (Schönemann 1966, "A generalized solution of the orthogonal procrustes
    problem").
    """
    a, b = (np.asarray(codes, np.float64) - codes.mean(0, dtype=np.float64) for codes in (a, b))
    whole = float((a**2).sum() + (b**2).sum())
    if whole == 0:
        return 0.0
    nuclear = float(np.linalg.svd(a.T @ b, compute_uv=False).sum())
    return math.sqrt(max(0.0, 1 - 2 * nuclear / whole))


def maps_apart(multi: Array, seeds: Sequence[Array]) -> tuple[float, float]:
    """Mean `procrustes` of codes (N, d) to those of each seed, and of the pairs of seeds."""
    own = [procrustes(multi, codes) for codes in seeds]
    pairs = [procrustes(a, b) for a, b in itertools.combinations(seeds, 2)]
    return float(np.mean(own)), float(np.mean(pairs)) if pairs else 0.0


@dataclass(frozen=True)
class Comparison:
    """The multi-rate model beside dedicated ones of several seeds, at one (τ, d).

    `seeds` started at random weights; `warm` ones, if there are any, at their neighbour's at the
    smaller τ, and can be at another optimum: a reading fits if it fits those of one start, or lies
    between. Without ones from random weights `seeds` are the warm ones. `maps` are mean Procrustes
    distances of mean codes: its to theirs, and theirs to one another.
    """

    multi: Reading
    seeds: tuple[Reading, ...]
    maps: tuple[float, float] | None = None
    warm: tuple[Reading, ...] = ()

    @property
    def dedicated(self) -> tuple[Reading, ...]:
        """Those of both starts."""
        return self.seeds + self.warm

    @property
    def excess(self) -> float:
        """Its objective over the mean of the seeds' (the better start's), as a fraction: 0.02 for
        2 %.
        """
        return self.multi.objective / min(_mean(g, "objective") for g in self._starts) - 1

    @property
    def rate_fits(self) -> bool:
        """Within 5 % of the seeds' mean, or two of their standard deviations; 0.02 nats are 0."""

        def fits(seeds: Seeds) -> bool:
            mean = _mean(seeds, "rate")
            allowed = max(0.05 * mean, 2 * _deviation(seeds, "rate"), LEAST_RATE)
            return abs(self.multi.rate - mean) <= allowed

        return self._between("rate") or any(map(fits, self._starts))

    def count_fits(self, name: Literal["active", "collapsed"]) -> bool:
        """Within 1 of the seeds' range."""
        counts = [getattr(one, name) for one in self.dedicated]
        return min(counts) - 1 <= getattr(self.multi, name) <= max(counts) + 1

    @property
    def spectrum(self) -> float:
        """‖KL spectrum - the seeds' mean spectrum‖₁, both sorted, in nats; to the nearer start."""
        return min(self._spectrum(seeds) for seeds in self._starts)

    @property
    def spectrum_fits(self) -> bool:
        """At most a tenth of the mean rate, or as much as two seeds differ."""

        def fits(seeds: Seeds) -> bool:
            between = [_apart(a.kl, b.kl) for a, b in itertools.combinations(self.dedicated, 2)]
            allowed = max([0.1 * _mean(seeds, "rate"), LEAST_RATE, *between])
            return self._spectrum(seeds) <= allowed

        return any(map(fits, self._starts))

    @property
    def energy_fits(self) -> bool:
        """Within a factor of 2 of the seeds' mean; a mean of at most 0.02 is as good as data."""

        def fits(seeds: Seeds) -> bool:
            mean = _mean(seeds, "energy")
            return mean <= LEAST_ENERGY or 0.5 <= self.multi.energy / mean <= 2

        return self._between("energy") or any(map(fits, self._starts))

    @property
    def _starts(self) -> list[Seeds]:
        return [seeds for seeds in (self.seeds, self.warm) if seeds]

    def _spectrum(self, seeds: Seeds) -> float:
        return _apart(self.multi.kl, np.mean([one.kl for one in seeds], axis=0))

    def _between(self, name: str) -> bool:
        values = [getattr(one, name) for one in self.dedicated]
        return min(values) <= getattr(self.multi, name) <= max(values)


def comparison(
    multi: Reading, models: Iterable[Dedicated], maps: tuple[float, float] | None = None
) -> Comparison:
    """With the dedicated models told apart by their start."""
    models = tuple(models)
    random, warm = (tuple(m.reading for m in models if m.warm is start) for start in (False, True))
    return Comparison(multi, random or warm, maps, warm if random else ())


def _mean(seeds: Seeds, name: str) -> float:
    return float(np.mean([getattr(one, name) for one in seeds]))


def _deviation(seeds: Seeds, name: str) -> float:
    values = [getattr(one, name) for one in seeds]
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def _apart(a: Iterable[float], b: Iterable[float]) -> float:
    return float(np.abs(np.subtract(list(a), list(b))).sum())
