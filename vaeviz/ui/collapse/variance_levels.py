"""What the σ² laboratory shows of a model at all sliders alike: measured once, in the background.

Everything here is at β = 1, so that τ = σ². Knows no Streamlit.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from vaeviz.data.noise import fixed_noise
from vaeviz.measures import variances
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.energy import energy_distance, prior_distances
from vaeviz.measures.observe import observe
from vaeviz.records import Array
from vaeviz.records.variance import SampleDistance
from vaeviz.ui import models, views
from vaeviz.ui.frames import clipped
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe

LEVELS = (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0)
GRID = np.geomspace(1e-4, 10, 101)
COLUMNS = 8
TRAINING = 2000  # examples whose residuals fit a variance for every pixel


@dataclass(frozen=True, eq=False)
class PixelVariances:
    """A σ² for every pixel (D,): its held-out ELBO and error, and where its gain over one σ² comes
    from.

    `floored` pixels stand at the floor; they bring `floored_gain` of the `gain`, in nats.
    """

    variances: Array
    elbo: float
    error: float
    gain: float
    floored: int
    floored_gain: float


@dataclass(frozen=True, eq=False)
class Level:
    """One row of the mosaics: its name, decoded codes of examples (C, D) and of prior draws (C,
    D).
    """

    name: str
    recon: Array
    samples: Array


@dataclass(frozen=True, eq=False)
class Laboratory:
    """Mosaic rows, and the two fits: one σ² for all pixels, and one for each.

    `best` is the σ² at which σ² = MSE, with its ELBO and standard error.
    """

    levels: tuple[Level, ...]
    best: tuple[float, float, float]
    pixels: PixelVariances


@dataclass(frozen=True)
class Spread:
    """How far prior draws of the network of the best single σ² are from held-out examples.

    By means, by pixels sampled with that σ², and with the fitted one of every pixel; `training` is
    how far as many training examples are: what a perfect model would have.
    """

    means: SampleDistance
    sampled: SampleDistance
    fitted: SampleDistance
    training: float


def spread(probe: Probe, codec: Codec, d: int, lab: Laboratory) -> Spread:
    """Takes longer than `measure`, and is the same whatever pixels are shown."""
    tau, (sigma2, *_) = clipped(lab.best[0], codec), lab.best
    means, sampled = prior_distances(codec, tau, d, sigma2, probe.x)
    _, fitted = prior_distances(codec, tau, d, lab.pixels.variances, probe.x)
    training = energy_distance(probe.data.train[: len(probe.x)], probe.x)
    return Spread(means, sampled, fitted, training)


def measure(s: Settings, probe: Probe, codec: Codec) -> Laboratory:
    """All of it, for the pixels (mean or sampled) that the settings ask for."""
    learned = models.with_optimal_sigma2(_at(s, 1.0, "gaussian-optimal"), probe, codec).sigma2
    best, error = bound_at(probe, codec, learned, s.d)
    fitted = _pixels(probe, codec, learned, s.d)
    rows = [*LEVELS, learned]
    levels = [level(s, codec, sigma2, _mu(s, probe, codec, sigma2)) for sigma2 in sorted(rows)]
    named = [
        dataclasses.replace(row, name=f"{row.name} ✶") if sigma2 == learned else row
        for row, sigma2 in zip(levels, sorted(rows), strict=True)
    ]
    extra = [_own_pixels(s, probe, codec, learned, fitted)] if s.pixels == "sampled" else []
    return Laboratory((*named, *extra), (learned, best, error), fitted)


def level(s: Settings, codec: Codec, sigma2: float, mu: Array) -> Level:
    """What the network for one σ² makes of examples' posterior means (C, d), and of draws from the
    prior.
    """
    tau = clipped(sigma2, codec)
    recon, samples = (
        codec.decode(z, tau, s.d) if s.pixels == "mean" else codec.draw(z, tau, s.d, sigma2, s.seed)
        for z in (mu, views.prior(s, COLUMNS, mu.shape[1]))
    )
    return Level(short(sigma2), recon, samples)


def bound_at(probe: Probe, codec: Codec, sigma2: float, d: int) -> tuple[float, float]:
    """Held-out ELBO of the network for this σ², one z an example, and its standard error."""
    seen = observe(codec, probe.x, clipped(sigma2, codec), d, probe.noise)
    elbo = float(variances.elbo(seen.loss, seen.rate, probe.elements, sigma2))
    return elbo, 0.5 * seen.loss_error / sigma2


def short(sigma2: float) -> str:
    if sigma2 >= 100:
        return f"{sigma2:.0f}"
    return f"{sigma2:.2g}" if sigma2 >= 1e-3 else f"{sigma2:.0e}".replace("e-0", "e−")


def _at(s: Settings, beta: float, decoder: str) -> Settings:
    return dataclasses.replace(s, beta=beta, decoder=decoder)


def _mu(s: Settings, probe: Probe, codec: Codec, sigma2: float) -> Array:
    """Posterior means (C, d) of the first examples under the network for this σ²."""
    return codec.encode(probe.x, clipped(sigma2, codec), s.d)[0][:COLUMNS]


def _own_pixels(
    s: Settings, probe: Probe, codec: Codec, sigma2: float, fitted: PixelVariances
) -> Level:
    """The network of the best single σ², its pixels drawn with a variance each."""
    mu, tau = _mu(s, probe, codec, sigma2), clipped(sigma2, codec)
    codes = mu, views.prior(s, COLUMNS, mu.shape[1])
    return Level("per pixel", *(codec.draw(z, tau, s.d, fitted.variances, s.seed) for z in codes))


def _pixels(probe: Probe, codec: Codec, sigma2: float, d: int) -> PixelVariances:
    """Fitted to training residuals, judged on held-out ones, with the network of the best single
    σ².
    """
    tau = clipped(sigma2, codec)
    train = probe.data.train[:TRAINING].copy()
    own = variances.per_pixel(variances.residuals(codec, train, fixed_noise(len(train), d), tau, d))
    squared = variances.residuals(codec, probe.x, probe.noise, tau, d)  # (N, D)
    rate = observe(codec, probe.x, tau, d, probe.noise).rate
    terms = variances.distortion(squared, own)
    gain = (variances.distortion(squared, sigma2) - terms).mean(0)  # (D,)
    floored = own <= variances.FLOOR
    total = terms.sum(1)  # (N,)
    return PixelVariances(
        own,
        -(float(total.mean()) + rate),
        float(total.std(ddof=1)) / math.sqrt(len(total)),
        float(gain.sum()),
        int(floored.sum()),
        float(gain[floored].sum()),
    )
