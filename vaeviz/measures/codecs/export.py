"""Exports a codec's networks as plain arrays; the browser decodes with them."""

from __future__ import annotations

import numpy as np

from vaeviz.data.dataset import Source
from vaeviz.measures.codecs.codec import Coder
from vaeviz.measures.codecs.network import encode
from vaeviz.records import Array, Network

BLOCK = 500  # examples at a time


def export_network(codec: Coder, tau: float, d: int, about: Source) -> Network:
    """The networks of a codec at (τ, d), for data described by `about`; TypeError for an unknown
    codec.

    A dedicated model has one (τ, d) and ignores these. The arrays may be the model's: do not write
    to them.
    """
    if not hasattr(codec, "network"):
        raise TypeError(f"{type(codec).__name__} has no network that could be exported")
    return codec.network(tau, d, about)


def encode_in_blocks(codec: Coder, network: Network, x: Array, tau: float) -> tuple[Array, Array]:
    """Posterior means and log variances (N, d) of examples (N, D), by the browser's arithmetic.

    The codec encodes for convolutions, which take NumPy 15 s.
    """
    if all(layer.flat for layer in network.encoder):
        return encode(network, x)
    parts = [codec.encode(x[k : k + BLOCK], tau, network.latent) for k in range(0, len(x), BLOCK)]
    mu, logvar = (np.concatenate(part) for part in zip(*parts, strict=True))
    return mu, logvar
