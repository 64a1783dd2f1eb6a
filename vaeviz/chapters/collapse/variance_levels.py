"""The parts of the σ² laboratory that do not depend on its slider: a job measures them once.

Everything here is at β = 1, so that τ = σ².
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from vaeviz.chapters.model import views
from vaeviz.chapters.model.answer import with_optimal_sigma2
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.model.views import Drawn, clipped
from vaeviz.data.noise import fixed_noise
from vaeviz.densities.gaussian import OPTIMAL
from vaeviz.measures import variances
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.energy import energy_distance, mean_distance, pixel_distance
from vaeviz.measures.observe import observe
from vaeviz.records import Array
from vaeviz.records.variance import SampleDistance
from vaeviz.serve.probes import Probe

LEVELS = (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0)
GRID = np.geomspace(1e-4, 10, 101)
COLUMNS = 8
BEST = "✶"  # marks the row of the best single σ²
TRAINING = 2000  # examples whose residuals fit the per-pixel variances


@dataclass(frozen=True, eq=False)
class PixelVariances:
    """A σ² per pixel (D,): its held-out ELBO and error, and the parts of its gain over one σ².

    `floored` pixels are at the floor; they have `floored_gain` of the `gain`, in nats.
    """

    variances: Array
    elbo: float
    error: float
    gain: float
    floored: int
    floored_gain: float


@dataclass(frozen=True, eq=False)
class Level:
    """One row of the mosaics: its name, decoded codes of examples and of prior draws, (C, D)."""

    name: str
    recon: Array
    samples: Array


@dataclass(frozen=True, eq=False)
class Laboratory:
    """Mosaic rows, and the two fits: one σ² for all pixels, and one per pixel.

    `best` is the σ² at which σ² = MSE, with its ELBO and standard error.
    """

    levels: tuple[Level, ...]
    best: tuple[float, float, float]
    pixels: PixelVariances


@dataclass(frozen=True)
class Spread:
    """Distances of prior draws from held-out examples, for the network of the best single σ².

    By means, by pixels sampled with that σ², and with the fitted per-pixel one; `training` is the
    distance of as many training examples: that of a perfect model. `sharp` is that of means of the
    network for the smallest σ².
    """

    means: SampleDistance
    sampled: SampleDistance
    fitted: SampleDistance
    training: float
    sharp: SampleDistance


def measure(d: int, pixels: str, probe: Probe, codec: Codec) -> Laboratory:
    """The laboratory without distances, with the pixels "mean" or "sampled"."""
    best = best_sigma2(d, probe, codec)
    fitted = _fitted(probe, codec, best, d)
    levels = []
    for sigma2 in sorted([*LEVELS, best]):
        row = level(d, pixels, codec, sigma2, _mu(d, probe, codec, sigma2))
        levels.append(replace(row, name=f"{row.name} {BEST}") if sigma2 == best else row)
    if pixels == "sampled":
        levels.append(_level_per_pixel(d, probe, codec, best, fitted))
    return Laboratory(tuple(levels), (best, *bound_at(probe, codec, best, d)), fitted)


def spread(probe: Probe, codec: Codec, d: int, laboratory: Laboratory) -> Spread:
    """The distances; slower than `measure`, and the same for both pixels."""
    best, fitted = laboratory.best[0], laboratory.pixels.variances
    tau = clipped(best, codec)
    means = mean_distance(codec, tau, d, probe.x)
    sampled, per_pixel = (
        pixel_distance(codec, tau, d, sigma2, probe.x) for sigma2 in (best, fitted)
    )
    training = energy_distance(probe.data.train[: len(probe.x)], probe.x)
    sharp = mean_distance(codec, codec.tau_range[0], d, probe.x)
    return Spread(means, sampled, per_pixel, training, sharp)


def best_sigma2(d: int, probe: Probe, codec: Codec) -> float:
    """The σ² = MSE at β = 1."""
    view = ModelView(likelihood=OPTIMAL.name, beta=1.0, d=d)
    return with_optimal_sigma2(view, probe, codec).sigma2


def level(d: int, pixels: str, codec: Codec, sigma2: float, mu: Array) -> Level:
    """Decoded posterior means (C, d) of examples, and prior draws, of the network for one σ²."""
    tau, drawn = clipped(sigma2, codec), Drawn(pixels=pixels)
    recon, samples = (views.pixels(drawn, codec, z, tau, d, sigma2) for z in _codes(mu))
    return Level(short(sigma2), recon, samples)


def bound_at(probe: Probe, codec: Codec, sigma2: float, d: int) -> tuple[float, float]:
    """Held-out ELBO of the network for this σ², one z per example, and its standard error."""
    observation = observe(codec, probe.x, clipped(sigma2, codec), d, probe.noise)
    loss, rate = observation.loss, observation.rate
    elbo = float(variances.elbo(loss, rate, probe.elements, sigma2))
    return elbo, 0.5 * observation.loss_error / sigma2


def short(sigma2: float) -> str:
    """At most two digits, as in 0.05 and 1e−4."""
    if sigma2 >= 100:
        return f"{sigma2:.0f}"
    return f"{sigma2:.2g}" if sigma2 >= 1e-3 else f"{sigma2:.0e}".replace("e-0", "e−")


def _mu(d: int, probe: Probe, codec: Codec, sigma2: float) -> Array:
    """Posterior means (C, d) of the first examples under the network for this σ²."""
    return codec.encode(probe.x, clipped(sigma2, codec), d)[0][:COLUMNS]


def _codes(mu: Array) -> tuple[Array, Array]:
    """Codes of examples, and as many prior draws: (C, d) each."""
    return mu, views.prior(Drawn().seed, COLUMNS, mu.shape[1])


def _level_per_pixel(
    d: int, probe: Probe, codec: Codec, sigma2: float, fitted: PixelVariances
) -> Level:
    """The network of the best single σ², its pixels sampled with per-pixel variances."""
    codes, tau = _codes(_mu(d, probe, codec, sigma2)), clipped(sigma2, codec)
    recon, samples = (codec.draw(z, tau, d, fitted.variances, Drawn().seed) for z in codes)
    return Level("per pixel", recon, samples)


def _fitted(probe: Probe, codec: Codec, sigma2: float, d: int) -> PixelVariances:
    """The per-pixel fit to training residuals, on held-out ones, at the best single σ²."""
    tau = clipped(sigma2, codec)
    train = probe.data.train[:TRAINING].copy()
    residuals = variances.residuals(codec, train, fixed_noise(len(train), d), tau, d)
    fitted = variances.per_pixel(residuals)  # (D,)
    squared = variances.residuals(codec, probe.x, probe.noise, tau, d)  # (N, D)
    rate = observe(codec, probe.x, tau, d, probe.noise).rate
    terms = variances.distortion(squared, fitted)
    gain = (variances.distortion(squared, sigma2) - terms).mean(0)  # (D,)
    floored = fitted <= variances.FLOOR
    total = terms.sum(1)  # (N,)
    return PixelVariances(
        fitted,
        -(float(total.mean()) + rate),
        float(total.std(ddof=1)) / math.sqrt(len(total)),
        float(gain.sum()),
        int(floored.sum()),
        float(gain[floored].sum()),
    )
