"""Holes: codes of an autoencoder or a VAE that decode to nothing like the data.

A decoded code is near data if its Euclidean distance to the nearest training example is at most
that of 95 % of held-out examples. Copies of training examples are near, and so may be blurred ones:
the share near data measures holes, not quality.
"""

from __future__ import annotations

import math

import numpy as np

from vaeviz.measures.codecs.codec import Decode
from vaeviz.measures.latent.neighbours import nearest
from vaeviz.records import Array, HolesMap, NearShare, Plane

QUANTILE = 0.95


def near_distance(held_out: Array, train: Array, share: float = QUANTILE) -> float:
    """The distance within which a share of held-out x (M, D) have a training example (N, D)."""
    return float(np.quantile(nearest(held_out, train)[0], share))


def prior_samples(count: int, d: int, seed: int) -> Array:
    """Codes (M, d) from N(0, I)."""
    return np.random.default_rng(seed).standard_normal((count, d), dtype=np.float32)


def fitted_samples(mu: Array, count: int, seed: int) -> Array:
    """Codes (M, d) from the Gaussian with the mean and covariance of codes (N, d).

    A plain autoencoder has no prior: this tests whether its holes are only those of location and
    scale.
    """
    rng = np.random.default_rng(seed)
    covariance = np.atleast_2d(np.cov(mu.T.astype(np.float64), bias=True))
    return rng.multivariate_normal(mu.mean(0, dtype=np.float64), covariance, count).astype(
        np.float32
    )


def near_share(decode: Decode, z: Array, train: Array, threshold: float) -> NearShare:
    """The share of codes (M, d) that decode to within `threshold` of a training example.

    The error is the binomial √(p(1 - p)/M) with p shrunk towards ½, (k + 1)/(M + 2), so that it is
    not 0 if all samples agree. It is that of sampling codes, for this threshold, model and data.
    """
    distances = nearest(decode(z), train)[0]
    count, near = len(z), int((distances <= threshold).sum())
    p = (near + 1) / (count + 2)
    error = math.sqrt(p * (1 - p) / count)
    source = (
        f"estimate, {count:,} samples, nearest of {len(train):,} training examples within"
        f" {threshold:.3g}; ± binomial standard error"
    )
    return NearShare(near / count, error, count, threshold, distances, source)


def distance_map(
    decode: Decode, plane: Plane, u: Array, v: Array, train: Array, threshold: float
) -> HolesMap:
    """Distance to data over a plane at u (Gu,), v (Gv,): decodes each code, finds its neighbour."""
    points = np.stack(np.meshgrid(u, v), -1).reshape(-1, 2)  # (Gv * Gu, 2)
    distance, index = nearest(decode(plane.codes(points)), train)
    shape = len(v), len(u)
    source = (
        f"{len(points):,} codes decoded, each to the nearest of {len(train):,} training examples"
    )
    return HolesMap(u, v, distance.reshape(shape), index.reshape(shape), threshold, source)
