"""Bits per pixel of a dedicated model, on one scale for every likelihood.

Data on K grey levels have a probability under a density, too: its integral over the values that
round to a level. So a Gaussian, a continuous Bernoulli and a categorical can be compared. Values
spread evenly over their levels ("dequantisation", Theis, van den Oord & Bethge 2016,
arXiv:1511.01844, section 3.1) give an upper bound on these bits, by Jensen's inequality.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from vaeviz.densities import LIKELIHOODS, Likelihood
from vaeviz.densities.likelihood import edges
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.records import Array
from vaeviz.records.bits import Bits

NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)  # over a level


@torch.inference_mode()
def bits(
    codec: DedicatedCodec, name: str, x: Array, noise: Array, sigma2: float, levels: int
) -> Bits:
    """Of examples (N, D) on `levels` grey levels, one z each by `noise` (N, ≥ d)."""
    p, target = LIKELIHOODS[codec.likelihood], x.astype(np.float64)
    mu, logvar = (v.astype(np.float64) for v in codec.encode(x, 0.0, codec.latent))
    z = mu + np.exp(0.5 * logvar) * noise[:, : codec.latent]
    outputs = codec.model.decode(torch.from_numpy(z.astype(np.float32))).double()
    logs = p.log_masses(target, outputs.numpy(), sigma2, levels)  # (N, D)
    sums = _sums(p, outputs.numpy(), sigma2, levels)  # (N, D)
    rate = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(1)  # (N,)
    unit = x.shape[1] * math.log(2)
    each = (rate + (np.log(sums) - logs).sum(1)) / unit
    density = -p.log_prob(torch.from_numpy(target), outputs, math.log(sigma2)).numpy()
    has_density = p.distortion_of == "density"
    return Bits(
        name=name,
        title=p.title,
        rate=float(rate.mean()) / unit,
        misfit=float(-logs.sum(1).mean()) / unit,
        error=float(each.std(ddof=1)) / math.sqrt(len(x)),
        density=float(density.mean()) / unit,
        dequantised=_spread(p, target, outputs, sigma2, levels) / unit if has_density else None,
        total=float(sums.mean()),
        normalised=float((np.log(sums) - logs).sum(1).mean()) / unit,
        source=codec.source,
    )


def _sums(p: Likelihood, outputs: Array, sigma2: float, levels: int) -> Array:
    """What the probabilities of all levels add up to, for each pixel (N, D)."""
    shape = outputs.shape[:2]
    values = (np.full(shape, k / (levels - 1)) for k in range(levels))
    parts = [np.exp(p.log_masses(value, outputs, sigma2, levels)) for value in values]
    return np.sum(parts, axis=0)


def _spread(p: Likelihood, x: Array, outputs: torch.Tensor, sigma2: float, levels: int) -> float:
    """−E log [p(x + u) · width], u even over the level of x, mean over examples, in nats."""
    low, high = edges(x, levels)
    total = np.zeros(len(x))
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        at = torch.from_numpy(low + (high - low) * 0.5 * (node + 1))
        total += 0.5 * weight * p.log_prob(at, outputs, math.log(sigma2)).numpy()
    return float(-(total + np.log(high - low).sum(1)).mean())
