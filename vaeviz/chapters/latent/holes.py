"""A data set's shipped pair: a plain autoencoder and a VAE of the same size and seed, and their
holes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.data import Dataset
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.codecs.export import export_network
from vaeviz.measures.codecs.network import decode, encode, header
from vaeviz.measures.latent.holes import distance_map, near_distance, near_share, prior_samples
from vaeviz.measures.latent.planes import of_dimensions
from vaeviz.records import Array, HolesMap, NearShare, Network

NAMES = ("autoencoder", "VAE")
NEAR = 0.5  # at 0.95 the mean image of mnist-5k, which is no digit, counts as near
SAMPLES, SIDE, REACH, MOST = 2000, 49, 4.0, 4000  # MOST: training examples compared with


def pair(data: str) -> tuple[str, str]:
    """The names of the two checkpoints that a data set would have."""
    return f"{data}-ae-2d", f"{data}-vae-2d"


def holes(data: Dataset, codecs: tuple[Codec, Codec]) -> dict[str, Any]:
    """The message's `holes` but for its key: both models' distances to data on the plane, and
    shares near.
    """
    train = data.train[:MOST]
    threshold = near_distance(data.held_out, train, NEAR)
    networks = [export_network(codec, codec.tau_range[0], 2, data.about) for codec in codecs]
    mapped = [_mapped(network, train, threshold) for network in networks]
    shares = [_share(network, train, threshold) for network in networks]
    far = float(np.quantile([m.distance for m in mapped], 0.98))
    pads = [
        _pad(name, network, data, found, share, far)
        for name, network, found, share in zip(NAMES, networks, mapped, shares, strict=True)
    ]
    return {"text": _text(shares), "pads": pads}


def _mapped(network: Network, train: Array, threshold: float) -> HolesMap:
    side = np.linspace(-REACH, REACH, SIDE)
    plane = of_dimensions((0, 1), np.zeros(2))
    return distance_map(lambda z: decode(network, z), plane, side, side, train, threshold)


def _share(network: Network, train: Array, threshold: float) -> NearShare:
    return near_share(lambda z: decode(network, z), prior_samples(SAMPLES, 2, 0), train, threshold)


def _pad(
    name: str, network: Network, data: Dataset, found: HolesMap, share: NearShare, far: float
) -> dict[str, Any]:
    grid = {
        "x": [-REACH, REACH],
        "y": [-REACH, REACH],
        "z": found.distance,
        "threshold": found.threshold,
        "far": max(far, 1.05 * found.threshold),
    }
    return {
        "name": name,
        "source": network.source,
        "network": header(network),
        "grid": grid,
        "mu": encode(network, data.held_out)[0],
        "labels": data.held_out_labels.astype(np.int32),
        "share": _percent(share),
    }


def _percent(share: NearShare) -> str:
    return f"{100 * share.share:.1f} % ± {100 * share.error:.1f} %"


def _text(shares: list[NearShare]) -> str:
    parts = ", ".join(
        f"{name} {_percent(share)}" for name, share in zip(NAMES, shares, strict=True)
    )
    return (
        f"Samples of the prior that decode to near the data: {parts} (binomial standard error,"
        f" {SAMPLES:,} samples). Near: no farther from a training example than {NEAR:.0%} of"
        " held-out ones are."
    )
