"""A data set's shipped pair: a plain autoencoder and a VAE of the same size and seed, and their
holes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaeviz.data import Dataset
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.codecs.export import export_network
from vaeviz.measures.codecs.network import decode, encode, header
from vaeviz.measures.latent.holes import (
    QUANTILE,
    distance_map,
    fitted_samples,
    near_distance,
    near_share,
    prior_samples,
)
from vaeviz.measures.latent.planes import of_dimensions
from vaeviz.records import Array, HolesMap, NearShare, Network

NAMES = ("autoencoder", "VAE")
NEAR = 0.5  # chosen after 0.95 (QUANTILE), where the mean image of mnist-5k, no digit, is near
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
    draws = prior_samples(SAMPLES, 2, 0)
    fitted = fitted_samples(encode(networks[0], data.train)[0], SAMPLES, 0)
    shares = [_share(network, draws, train, threshold) for network in networks]
    words = [
        _near(shares, _share(networks[0], fitted, train, threshold)),
        *([_smooth(networks, draws, data)] if data.about.is_image else []),
        _chosen(shares, threshold, near_distance(data.held_out, train)),
    ]
    far = float(np.quantile([m.distance for m in mapped], 0.98))
    pads = [
        _pad(name, network, data, found, share, far)
        for name, network, found, share in zip(NAMES, networks, mapped, shares, strict=True)
    ]
    return {"text": " ".join(words), "pads": pads}


def _mapped(network: Network, train: Array, threshold: float) -> HolesMap:
    side = np.linspace(-REACH, REACH, SIDE)
    plane = of_dimensions((0, 1), np.zeros(2))
    return distance_map(lambda z: decode(network, z), plane, side, side, train, threshold)


def _share(network: Network, draws: Array, train: Array, threshold: float) -> NearShare:
    return near_share(lambda z: decode(network, z), draws, train, threshold)


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
        "source": f"{network.source} · {SIDE} × {SIDE} codes, smoothed; dots: nearest codes",
        "network": header(network),
        "grid": grid,
        "mu": encode(network, data.held_out)[0],
        "labels": data.held_out_labels.astype(np.int32),
        "share": _percent(share),
        "compared": [len(data.held_out), len(data.held_out) + len(data.train[:MOST])],
    }


def _percent(share: NearShare) -> str:
    return f"{100 * share.share:.1f} % ± {100 * share.error:.1f} %"


def _near(shares: list[NearShare], fitted: NearShare) -> str:
    """Of both models' draws from N(0, I), and of the autoencoder's from a fitted Gaussian."""
    return (
        f"Draws near the data: {_each([_percent(share) for share in shares])}. A Gaussian fitted to"
        f" the autoencoder's codes: {_percent(fitted)} ({SAMPLES:,} draws each, ± standard error)."
    )


def _smooth(networks: list[Network], draws: Array, data: Dataset) -> str:
    """Noise would be rougher than data."""
    usual = step(data.held_out, data.shape)
    rough = [step(decode(network, draws), data.shape) / usual for network in networks]
    times = _each([f"{value:.2f}" for value in rough])
    word = "smaller than" if max(rough) < 1 else "not all smaller than"
    return f"Steps between neighbouring pixels are {word} in held-out images: {times} times theirs."


def _chosen(shares: list[NearShare], threshold: float, first: float) -> str:
    """Where the distance comes from, and the shares by the distance that was tried before it."""
    before = _each([f"{100 * (share.distances <= first).mean():.1f} %" for share in shares])
    return (
        f"“Near” means: at most {threshold:.2f} from a training example, as {100 * NEAR:.0f} % of"
        f" the held-out ones are. At {first:.2f}, which holds {100 * QUANTILE:.0f} % of them, the"
        f" shares would be {before}."
    )


def step(x: Array, shape: tuple[int, ...]) -> float:
    """The root mean squared difference of neighbouring pixels of images (N, D)."""
    images = x.reshape(-1, *shape)
    squares = [np.square(np.diff(images, axis=k)) for k in (1, 2)]
    return math.sqrt(sum(float(s.sum()) for s in squares) / sum(s.size for s in squares))


def _each(values: list[str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(NAMES, values, strict=True))
