"""Two dedicated models that differ in their σ² alone: one for all pixels, or one put out for every
pixel.

Measured once, in the background; how good their samples are is the energy distance to held-out
examples, by means and by sampled pixels (vaeviz.measures.energy). Knows no Streamlit.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from vaeviz.config import UserError
from vaeviz.data.noise import NOISE_DIMENSIONS
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.energy import prior_distances
from vaeviz.measures.observe import nats, objectives, observe
from vaeviz.records import Array
from vaeviz.records.variance import SampleDistance
from vaeviz.ui import kept, models
from vaeviz.ui.collapse.variance_levels import COLUMNS, Level, level
from vaeviz.ui.kept import Kept
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe

LOADING = 60.0  # seconds for one model
Pair = tuple[Kept, Kept]  # one σ², and one for every pixel


@dataclass(frozen=True, eq=False)
class Trained:
    """A dedicated model at β = 1: the bound of every held-out example (N,), and the ends of its σ².

    `means` and `sampled` say how far its samples are from held-out examples; `rows` are those of
    the mosaics by what pixels show, "mean" or "sampled".
    """

    own: Kept
    bounds: Array
    span: tuple[float, float]
    means: SampleDistance
    sampled: SampleDistance
    rows: dict[str, Level]

    @property
    def row_name(self) -> str:
        return row_name(self.own)

    @property
    def elbo(self) -> tuple[float, float]:
        """The mean bound and its standard error over examples."""
        return _mean(self.bounds)


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Both models of a pair, and what the σ² for every pixel gains, example by example: nats, ± its
    error.
    """

    one: Trained
    each: Trained

    @property
    def gain(self) -> tuple[float, float]:
        return _mean(self.each.bounds - self.one.bounds)


def pair(data: str) -> Pair | None:
    """The first two usable models of a data set that differ in nothing but their σ²; None without
    such.
    """
    fit = [
        own
        for own in kept.dedicated(data)
        if own.variational and own.run.beta == 1 and own.run.latent <= NOISE_DIMENSIONS
    ]
    ones = [own for own in fit if own.run.likelihood in kept.OPTIMAL]
    found = ((one, each) for each in fit if each.per_pixel for one in ones if _alike(one, each))
    return next(found, None)


def _alike(one: Kept, each: Kept) -> bool:
    return dataclasses.replace(one.run, likelihood=each.run.likelihood) == each.run


def side_by_side(s: Settings, probe: Probe, chosen: Pair) -> SideBySide:
    """All numbers and pictures of a pair; UserError where one of the two can't be loaded."""
    return SideBySide(*(_trained(s, probe, own) for own in chosen))


def _trained(s: Settings, probe: Probe, own: Kept) -> Trained:
    codec = models.dedicated(own, probe, LOADING)
    if codec is None:
        raise UserError(f"{own.entry.name} takes too long to load: try again")
    tau, d = codec.tau_range[0], codec.latent
    seen = observe(codec, probe.x, tau, d, probe.noise)
    constant = nats(0.0, probe.elements, codec.likelihood, own.sigma2)
    bounds = -(objectives(seen, codec.likelihood, 1.0, own.sigma2) + constant)
    means, sampled = prior_distances(codec, tau, d, own.sigma2, probe.x)
    rows = {
        pixels: _row(s, codec, own, seen.mu[:COLUMNS], pixels) for pixels in ("mean", "sampled")
    }
    return Trained(own, bounds, _span(codec, own, seen.mu), means, sampled, rows)


def row_name(own: Kept) -> str:
    """What the mosaics and the table call it."""
    return "per pixel †" if own.per_pixel else "learned †"


def _row(s: Settings, codec: Codec, own: Kept, mu: Array, pixels: str) -> Level:
    at = dataclasses.replace(s, pixels=pixels, d=codec.latent)
    return dataclasses.replace(level(at, codec, own.sigma2, mu), name=row_name(own))


def _span(codec: Codec, own: Kept, mu: Array) -> tuple[float, float]:
    """The least and the greatest σ² of a pixel over held-out examples, or the one σ² twice."""
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec

    if not own.per_pixel:
        return own.sigma2, own.sigma2
    assert isinstance(codec, DedicatedCodec)
    variances = codec.variances(mu)
    return float(variances.min()), float(variances.max())


def _mean(values: Array) -> tuple[float, float]:
    return float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(len(values))
