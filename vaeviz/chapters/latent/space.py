"""One model's latent space over a data set: codes, networks and means, as the page's tools need
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaeviz.data import Dataset, Source
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.codecs.export import encode_in_blocks, export_network
from vaeviz.measures.codecs.network import header
from vaeviz.measures.latent.attributes import class_codes
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.records import Array, ClassCodes, Network

MOST = 10_000  # examples on the map
PICTURED, PICTURES = 2000, 4_000_000  # of them with a picture, or as many as fit in these bytes
DEAD = 0.1  # nats: a dimension with less has collapsed


@dataclass(frozen=True, eq=False)
class Space:
    """The codes of N examples, held-out ones first: mu (N, d), logvar (N, d) or None for an
    autoencoder.
    """

    key: str
    about: Source
    network: Network
    x: Array  # (N, D)
    labels: NDArray[np.int64]  # (N,)
    held_out: int  # the first so many were never trained on
    mu: Array
    logvar: Array | None
    kl: Array  # (d,) nats of the held-out ones; for an autoencoder the variance of all its codes
    classes: ClassCodes

    @property
    def variational(self) -> bool:
        return self.logvar is not None

    @property
    def source(self) -> str:
        count = f"{len(self.mu):,} examples, {self.held_out:,} of them held out"
        return f"{self.network.source} · {count}"


def space(
    data: Dataset, codec: Codec, tau: float, d: int, key: str, variational: bool = True
) -> Space:
    """Encodes the whole data set (10,000 examples of it at most) with a codec at (τ, d)."""
    x, labels = _examples(data, MOST)
    network = export_network(codec, tau, d, data.about)
    mu, logvar = encode_in_blocks(codec, network, x, tau)
    held_out = min(len(data.held_out), len(x))
    kl = kl_per_dimension(mu[:held_out], logvar[:held_out]) if variational else mu.var(0)
    return Space(
        key,
        data.about,
        network,
        x,
        labels,
        held_out,
        mu,
        logvar if variational else None,
        kl,
        class_codes(mu, labels),
    )


@lru_cache(maxsize=4)
def _examples(data: Dataset, most: int) -> tuple[Array, NDArray[np.int64]]:
    """At most so many examples (N, D) with their labels (N,), held-out ones first; all spaces share
    them.
    """
    train = max(0, most - len(data.held_out))
    x = np.concatenate([data.held_out[:most], data.train[:train]])
    return x, np.concatenate([data.held_out_labels[:most], data.train_labels[:train]])


def model(s: Space) -> dict[str, Any]:
    """The message's model, as live/engine/latent.js describes it."""
    none = np.zeros_like(s.mu) if s.logvar is None else s.logvar
    return {
        "key": s.key,
        "title": f"{s.about.title}.",
        "source": s.source,
        "network": header(s.network),
        "mu": s.mu,
        "logvar": none,
        "labels": s.labels.astype(np.int32),
        "kl": s.kl.astype(np.float32),
        "dead": DEAD if s.variational else 0.0,
        "class_names": list(s.about.class_names),
        "class_means": _by_class(s, s.classes.mean),
        "class_errors": _by_class(s, s.classes.error),
        "variational": s.variational,
        **_pictures(s),
    }


def _by_class(s: Space, values: Array) -> Array:
    """Values (K', d) of the classes that occur, as (K, d) of all classes."""
    full = np.zeros((len(s.about.class_names), s.mu.shape[1]), np.float32)
    full[list(s.classes.labels)] = np.where(np.isfinite(values), values, 0)
    return full


def _pictures(s: Space) -> dict[str, Any]:
    """What the examples look like: images in bytes, or points as they are."""
    if not s.about.is_image:
        return {"x": s.x}
    low, high = s.about.value_range
    x = s.x[: max(PICTURED, PICTURES // s.x.shape[1])]
    grey = np.clip((x - low) * (255.0 / (high - low)), 0, 255).round().astype(np.uint8)
    return {"images": grey.reshape(-1, *s.about.shape)}
