"""The diagnosis of one model at one (τ, d): numbers on held-out examples, evidence, verdict.

J per example is counted in units of τ: h loss/τ + R nats, with h = ½ for a squared error and 1 for
-log p; for τ = βσ² that is J/β up to a constant. What training could save is judged on training
examples, so that a network that memorised them does not count as untrained; what the data need, on
held-out ones, so that noise does not count as structure.
"""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple

import numpy as np

from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS
from vaeviz.measures.codecs.codec import Coder
from vaeviz.measures.collapse.linear_code import directions, fitted_gains, gains
from vaeviz.measures.collapse.pairwise import pairwise_kl
from vaeviz.measures.collapse.reference import Reference
from vaeviz.measures.collapse.swap import swap
from vaeviz.measures.collapse.total_correlation import total_correlation
from vaeviz.measures.collapse.verdict import judge
from vaeviz.measures.latent.aggregate import kl_to_prior
from vaeviz.measures.observe import observe
from vaeviz.records import Array, Observation
from vaeviz.records.diagnosis import Diagnosis, Evidence, Mean, Swap

SLACK = 0.01  # of the constant decoder's loss: a trained decoder's allowed excess
MARGIN = 1.0  # nats by which a linear code must be better
ROUNDING = 1e-6  # of the data's variance: the smallest counted
SAMPLES = 1000  # per estimate


class _Part(NamedTuple):
    """Examples (N, D), their observation, a posterior sample of each, and its rate."""

    x: Array
    observation: Observation
    z: Array  # (N, d)
    rates: Array  # (N,) nats
    half: float  # h
    tau: float

    @property
    def objectives(self) -> Array:
        """J/τ, (N,)."""
        return self.half * self.observation.losses / self.tau + self.rates

    def in_nats(self, losses: Array) -> Array:
        """Losses (N,) in units of τ."""
        return self.half * np.asarray(losses, np.float64) / self.tau


def diagnose(
    codec: Coder,
    tau: float,
    d: int,
    x: Array,
    known: Reference,
    threshold: float = 0.1,
    fall: Mean | None = None,
    seed: int = 0,
    over: int = 0,
) -> Diagnosis:
    """The diagnosis on N ≥ 2 held-out examples (N, D); `threshold` in nats. `fall`, if known, is
    that of J over the last `over` steps, from `fall_of` or a run's history.

    A dedicated codec is measured at its own τ and d.
    """
    if len(x) < 2:
        raise UserError(f"{len(x)} held-out example is too few for a diagnosis: give at least two")
    held, train = _part(codec, x, tau, d, seed), _part(codec, known.x, tau, d, seed + 1)
    observation = held.observation
    if not codec.posterior:
        raise UserError(
            "a plain autoencoder has no posterior to diagnose: choose a variational model"
        )
    swapped, pairs = (
        swap(codec, x, observation, held.z, d, seed),
        pairwise_kl(observation.mu, observation.logvar),
    )
    coding = (observation.kl >= threshold) & (pairs.by_dimension >= threshold)  # (d,)
    numbers = _evidence(codec, d, held, train, swapped, known, int(coding.sum()))
    evidence = dataclasses.replace(numbers, threshold=threshold, fall=fall, over=over)
    verdict, reason = judge(evidence)
    return Diagnosis(
        observation,
        threshold,
        kl_to_prior(observation.mu, observation.logvar, SAMPLES, seed),
        total_correlation(observation.mu, observation.logvar, SAMPLES, seed),
        pairs,
        swapped,
        evidence,
        verdict,
        reason,
        f"{codec.source}, {len(x):,} held-out and {len(known.x):,} training examples, one sample"
        " each",
    )


def fall_of(before: Coder, after: Coder, tau: float, d: int, x: Array, seed: int = 0) -> Mean:
    """The fall of J/τ in nats on examples (N, D) between two snapshots, with the same noise."""
    first, second = (_part(codec, x, tau, d, seed) for codec in (before, after))
    return Mean.of(first.objectives - second.objectives)


def _part(codec: Coder, x: Array, tau: float, d: int, seed: int) -> _Part:
    noise = np.random.default_rng(seed).standard_normal(
        (len(x), max(d, codec.latent)), dtype=np.float32
    )
    observation = observe(codec, x, tau, d, noise)
    mu, logvar = observation.mu, observation.logvar
    rates = 0.5 * (mu.astype(np.float64) ** 2 + np.expm1(logvar.astype(np.float64)) - logvar).sum(1)
    if not np.isfinite(observation.losses).all() or not np.isfinite(rates).all():
        raise UserError("the model's codes or losses are not finite numbers: train it again")
    z = mu + np.exp(0.5 * logvar) * noise[:, : mu.shape[1]]
    return _Part(x, observation, z, rates, LIKELIHOODS[codec.likelihood].loss_factor, tau)


def _evidence(
    codec: Coder, d: int, held: _Part, train: _Part, swapped: Swap, known: Reference, coding: int
) -> Evidence:
    """The numbers that decide the verdict, but for `threshold`, `fall` and `over`."""
    observation, tau = held.observation, held.tau
    dims = len(observation.kl)
    nothing, unseen = (part.in_nats(known.losses(part.x)) for part in (train, held))  # (N,)
    saved, worth = nothing - train.objectives, known.worth(held.x, dims)
    bare = min(swapped.prior, swapped.other, key=lambda losses: float(losses.mean()))
    values = known.code.values[:dims]
    blind = Mean.of(unseen * (1 - SLACK) - held.in_nats(bare))
    some = 0 < coding < dims and not blind.clear
    behind = 0.5 * (known.across(tau, coding) - MARGIN) - saved
    return Evidence(
        dims,
        coding,
        observation.rate,
        Mean.of(saved),
        excess=Mean.of(-saved - SLACK * nothing),
        idle=Mean.of(held.objectives - held.in_nats(bare)),
        linear=Mean.of(known.linear(train.x, tau, dims)),
        lag=Mean.of(behind),
        astray=Mean.of(held.objectives - unseen * (1 + SLACK)),
        blind=blind,
        worth=Mean.of(worth),
        short=Mean.of(0.5 * worth - _saved(held, known)),
        missed=_missed(codec, d, held, train, coding, dims - coding) if some else None,
        expected=int((values > tau).sum()),
        largest=float(values[0]) / tau,
        tau=tau,
        variance=LIKELIHOODS[codec.likelihood].variance.shared,
    )


def _saved(part: _Part, known: Reference) -> Array:
    """Nats (N,) that the model saves at β = 1 over coding nothing, each at its best σ²."""
    plain, losses = known.losses(part.x), part.observation.losses
    if not known.likelihood.variance.shared:
        return plain - losses - part.rates
    size = part.x.shape[1]
    variance = max(float(losses.mean()) / size, 1e-12)
    level = 0.5 * size * math.log(known.variance / variance)
    return level + 0.5 * (plain / known.variance - losses / variance) - part.rates


def _missed(codec: Coder, d: int, held: _Part, train: _Part, live: int, dead: int) -> Mean:
    """Nats that a linear code of the residual in `dead` dimensions is worth at β = 1."""
    if not LIKELIHOODS[codec.likelihood].variance.shared:
        code = directions(_scaled(codec, d, train), dead)
        return Mean.of(gains(code, _scaled(codec, d, held), 1.0))
    predicted = codec.decode(train.observation.mu, train.tau, d)
    axes = directions(predicted, live).vectors  # (D, live)
    fitted = _beside(axes, train.x - predicted)
    residuals = _beside(axes, held.x - codec.decode(held.observation.mu, held.tau, d))
    least = ROUNDING * max(float(train.x.var(0, dtype=np.float64).mean()), 1e-12)
    return Mean.of(fitted_gains(fitted, residuals, dead, max(len(axes) - axes.shape[1], 1), least))


def _beside(axes: Array, residuals: Array) -> Array:
    """Residuals (N, D) without their part along orthonormal axes (D, k), the live dimensions':
    there they are the price of the code, not structure.
    """
    return residuals - (residuals @ axes) @ axes.T


def _scaled(codec: Coder, d: int, part: _Part) -> Array:
    """Residuals (N, D) of the decoded posterior means, in units of the likelihood's deviation."""
    predicted = codec.decode(part.observation.mu, part.tau, d)
    likelihood = LIKELIHOODS[codec.likelihood]
    sampled = predicted if likelihood.noise_follows_mean else codec.decode(part.z, part.tau, d)
    return (part.x - predicted) / likelihood.noise_scale(part.x, sampled)
