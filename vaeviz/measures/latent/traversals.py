"""Decoded grids of codes: one dimension at a time, or a plane at the prior's quantiles."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from vaeviz.measures.codecs.codec import Decode
from vaeviz.records import Array, Manifold, Plane, Traversal


def traverse(
    decode: Decode, centre: Array, dims: tuple[int, ...], offsets: Array, source: str
) -> Traversal:
    """Row r: `centre` (d,) with dimension dims[r] moved by each of `offsets` (C,); offset 0 is the
    centre.

    Around the origin an offset is the dimension's value, in prior standard deviations.
    """
    codes = np.tile(np.asarray(centre, np.float64), (len(dims), len(offsets), 1))  # (R, C, d)
    for row, j in enumerate(dims):
        codes[row, :, j] += offsets
    decoded = decode(codes.reshape(-1, codes.shape[-1]))  # (R * C, D)
    return Traversal(
        np.asarray(centre), dims, offsets, decoded.reshape(*codes.shape[:2], -1), source
    )


def quantiles(count: int) -> Array:
    """The quantiles of N(0, 1) at (k + ½)/count, k = 0 … count - 1: the middles of equal shares of
    it.
    """
    return np.array([NormalDist().inv_cdf((k + 0.5) / count) for k in range(count)])


def manifold(decode: Decode, plane: Plane, count: int, source: str) -> Manifold:
    """What a plane decodes to at the prior's quantiles (Kingma & Welling 2014, figure 4): (n, n,
    D).
    """
    values = quantiles(count)
    points = np.stack(np.meshgrid(values, values[::-1]), -1).reshape(
        -1, 2
    )  # rows go down from + to -
    return Manifold(values, decode(plane.codes(points)).reshape(count, count, -1), source)
