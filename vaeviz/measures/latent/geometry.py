"""Ways from one code to another, and what lies along them: decoded lengths and log densities.

lerp: (1 - t) a + t b. slerp (Shoemake 1985, SIGGRAPH; for latent spaces White 2016,
arXiv:1609.04468): the direction turns evenly from a's to b's about the origin while the norm
changes evenly from ‖a‖ to ‖b‖, so that between two codes of one norm every code has that norm.
(White's formula is the same for equal norms; of others it can leave the range.) Codes of N(0, I) in
many dimensions have norms near √d; the straight line between two of them passes through norms that
hardly any example has.
"""

from __future__ import annotations

import numpy as np

from vaeviz.measures.codecs.codec import Decode
from vaeviz.measures.latent.aggregate import log_density, log_prior
from vaeviz.records import Array, LatentPath

PARALLEL = 1e-7  # sine of the angle below which two directions are one line


def lerp(a: Array, b: Array, t: Array) -> Array:
    """The straight line from a (d,) to b (d,) at t (T,): (T, d), float64, exact at both ends."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return np.where(t[:, None] == 1, b, a + t[:, None] * (b - a))


def slerp(a: Array, b: Array, t: Array) -> Array:
    """The arc from a (d,) to b (d,) at t (T,): (T, d), float64, exact at both ends.

    From or to the origin, where there is no direction, and in one dimension: the straight line.
    Between opposite directions any half circle will do; the one taken leans to the axis that a has
    least of.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    norms = np.linalg.norm(a), np.linalg.norm(b)
    if len(a) == 1 or not all(norms):
        return lerp(a, b, t)
    across, angle = _turn(a / norms[0], b / norms[1])
    turned = np.outer(np.cos(t * angle), a / norms[0]) + np.outer(
        np.sin(t * angle), across
    )  # (T, d)
    z = (norms[0] + t * (norms[1] - norms[0]))[:, None] * turned
    return np.where(t[:, None] == 0, a, np.where(t[:, None] == 1, b, z))


def _turn(u: Array, v: Array) -> tuple[Array, float]:
    """The unit vector across u towards v, and the angle from u to v, for unit vectors (d,)."""
    across = v - (u @ v) * u
    sine = float(np.linalg.norm(across))
    angle = float(np.arctan2(sine, u @ v))
    if sine < PARALLEL:
        across = np.eye(len(u))[np.abs(u).argmin()]
        angle = 0.0 if u @ v > 0 else np.pi
    across = across - (u @ across) * u
    return across / np.linalg.norm(across), angle


WAYS = {"linear": lerp, "spherical": slerp}


def interpolate(
    decode: Decode,
    a: Array,
    b: Array,
    steps: int,
    posterior: tuple[Array, Array] | None,
    source: str,
) -> tuple[LatentPath, ...]:
    """Both ways from a (d,) to b (d,), in `steps` codes, side by side: linear, then spherical.

    `posterior` is μ and log σ² (N, d) of the examples behind q(z), None for a plain autoencoder;
    `source` names the decoder.
    """
    t = np.linspace(0, 1, steps)
    return tuple(
        _path(decode, name, t, way(a, b, t), posterior, source) for name, way in WAYS.items()
    )


def _path(
    decode: Decode,
    name: str,
    t: Array,
    z: Array,
    posterior: tuple[Array, Array] | None,
    source: str,
) -> LatentPath:
    decoded = decode(z)  # (T, D)
    steps = np.linalg.norm(np.diff(decoded.astype(np.float64), axis=0), axis=1)  # (T - 1,)
    density = None if posterior is None else log_density(z, *posterior)
    seen = "" if posterior is None else f"; q(z) over all {len(posterior[0]):,} posteriors"
    how = f"{source}; decoded length over {len(steps)} steps (of more, a little more){seen}"
    return LatentPath(name, t, z, decoded, steps, log_prior(z), density, how)
