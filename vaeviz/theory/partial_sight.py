"""An encoder that sees only a part of x, and a linear decoder that draws all of it; nats.

With p(z|x) = N(V (x − m), Λ⁻¹) the best q(z|x_seen) = N(A (x_seen − m_seen), diag s) has the least
mean KL(q ‖ p(z|x)) over the data at A x_seen = the linear regression of V x on x_seen, and at
s_j = 1 / Λ_jj, whatever it sees. The gap is then a sum of two:

    ½ (Σ log Λ_jj − log det Λ)   by the diagonal family,   ½ tr(Λ V R V')   by what it doesn't see,

where R is the covariance of x that the regression leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.theory.linear_posterior import LinearDecoder, diagonal_gap
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.theory.water_filling import Floats

RIDGE = 1e-10  # of the largest eigenvalue: pixels that never change have no variance


@dataclass(frozen=True, eq=False)
class Sight:
    """What the first `count` elements of x tell of the first principal components' scores: the
    regression `weights` (k, count), and the covariance `left` (k, k) that remains.
    """

    count: int
    weights: Floats
    left: Floats


def sight(spectrum: Spectrum, count: int, components: int) -> Sight:
    """With `count` = 0 nothing is seen, and all variance is left."""
    values, vectors = spectrum.eigenvalues, spectrum.eigenvectors
    own = np.diag(values[:components])
    if count == 0:
        return Sight(0, np.zeros((components, 0)), own)
    seen = vectors[:count]  # (count, D)
    covariance = (seen * values) @ seen.T + RIDGE * values[0] * np.eye(count)
    shared = seen[:, :components] * values[:components]  # (count, k): Cov(x_seen, scores)
    weights = np.linalg.solve(covariance, shared).T
    return Sight(count, weights, own - weights @ shared)


@dataclass(frozen=True)
class SightGap:
    """The mean gap, in its two parts."""

    family: float
    unseen: float


def gap(decoder: LinearDecoder, spectrum: Spectrum, of: Sight) -> SightGap:
    """The gap of the best encoder with this sight; W's columns lie in the components' span."""
    precision, k = decoder.precision(), len(of.left)
    onto = _posterior_weights(decoder) @ spectrum.eigenvectors[:, :k]  # (d, k)
    unseen = 0.5 * float(np.trace(precision @ onto @ of.left @ onto.T))
    return SightGap(diagonal_gap(precision), max(unseen, 0.0))


def codes(decoder: LinearDecoder, spectrum: Spectrum, of: Sight, x: Floats) -> Floats:
    """The means (N, d) of the best q of examples (N, D), of which it sees the first elements."""
    scores = (x[:, : of.count] - spectrum.mean[: of.count]) @ of.weights.T  # (N, k)
    onto = _posterior_weights(decoder) @ spectrum.eigenvectors[:, : len(of.left)]
    return np.asarray(scores @ onto.T, np.float64)


def _posterior_weights(decoder: LinearDecoder) -> Floats:
    """V (d, D) of the true posterior's mean V (x − m)."""
    weights = np.linalg.solve(decoder.precision(), decoder.W.T) / decoder.sigma2
    return np.asarray(weights, np.float64)
