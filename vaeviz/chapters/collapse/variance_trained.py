"""Two dedicated models that differ in σ² alone: one for all pixels, or one per pixel.

A job measures them once. The quality of samples is the energy distance to held-out examples, by
means and by sampled pixels (vaeviz.measures.energy).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from vaeviz.chapters.collapse.variance_levels import COLUMNS, Level, level
from vaeviz.config import UserError
from vaeviz.data.noise import NOISE_DIMENSIONS
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.energy import mean_distance, pixel_distance
from vaeviz.measures.observe import nats, objectives, observe
from vaeviz.records import Array
from vaeviz.records.variance import SampleDistance
from vaeviz.serve import kept, models
from vaeviz.serve.kept import Kept
from vaeviz.serve.probes import Probe

LOADING = 60.0  # seconds per model
Pair = tuple[Kept, Kept]  # one σ², and one per pixel


@dataclass(frozen=True, eq=False)
class Trained:
    """A dedicated model at β = 1: the bound of every held-out example (N,), and its range of σ².

    `means` and `sampled` are its samples' distances from held-out examples; `rows` are those of the
    mosaics by pixels, "mean" or "sampled".
    """

    kept: Kept
    bounds: Array
    span: tuple[float, float]
    means: SampleDistance
    sampled: SampleDistance
    rows: dict[str, Level]

    @property
    def row_name(self) -> str:
        """The model's name in the mosaics and the table."""
        return "per pixel †" if self.kept.per_pixel else "learned †"

    @property
    def elbo(self) -> tuple[float, float]:
        """The mean bound and its standard error over examples."""
        return _mean(self.bounds)

    def row(self, pixels: str) -> Level:
        """Its row of the mosaics."""
        return replace(self.rows[pixels], name=self.row_name)


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Both models of a pair, and the gain per example of the per-pixel σ²: nats, ± its error."""

    one: Trained
    each: Trained

    @property
    def gain(self) -> tuple[float, float]:
        return _mean(self.each.bounds - self.one.bounds)


def pair(data: str) -> Pair | None:
    """The first two usable models of a data set that differ only in their σ², or None."""
    fit = [
        model
        for model in kept.dedicated(data)
        if model.variational and model.run.beta == 1 and model.run.latent <= NOISE_DIMENSIONS
    ]
    ones = [model for model in fit if model.density.variance in kept.FOUND]
    pairs = ((one, each) for each in fit if each.per_pixel for one in ones if _alike(one, each))
    return next(pairs, None)


def side_by_side(probe: Probe, chosen: Pair) -> SideBySide:
    """All numbers and pictures of a pair. Raises UserError where one can't be loaded."""
    one, each = (_trained(probe, model) for model in chosen)
    return SideBySide(one, each)


def _alike(one: Kept, each: Kept) -> bool:
    return replace(one.run, likelihood=each.run.likelihood) == each.run


def _trained(probe: Probe, model: Kept) -> Trained:
    codec = models.dedicated(model, probe, LOADING)
    if codec is None:
        raise UserError(f"{model.entry.name} takes too long to load: try again")
    tau, d, sigma2 = codec.tau_range[0], codec.latent, model.sigma2
    observation = observe(codec, probe.x, tau, d, probe.noise)
    constant = nats(0.0, probe.elements, codec.likelihood, sigma2)
    bounds = -(objectives(observation, codec.likelihood, 1.0, sigma2) + constant)
    means = mean_distance(codec, tau, d, probe.x)
    sampled = pixel_distance(codec, tau, d, sigma2, probe.x)
    first = observation.mu[:COLUMNS]
    rows = {pixels: level(d, pixels, codec, sigma2, first) for pixels in ("mean", "sampled")}
    return Trained(model, bounds, _span(codec, model, observation.mu), means, sampled, rows)


def _span(codec: Codec, model: Kept, mu: Array) -> tuple[float, float]:
    """The least and the greatest σ² of a pixel over held-out examples, or the one σ² twice."""
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec

    if not model.per_pixel:
        return model.sigma2, model.sigma2
    assert isinstance(codec, DedicatedCodec)
    variances = codec.variances(mu)
    return float(variances.min()), float(variances.max())


def _mean(values: Array) -> tuple[float, float]:
    return float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(len(values))
