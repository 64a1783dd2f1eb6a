"""Small latent spaces to test with: the digits' closed form, and codes drawn at random."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Any

import numpy as np

from vaeviz import data
from vaeviz.chapters.latent.space import Space, space
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.latent.attributes import class_codes
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.records import Array
from vaeviz.theory import linear_vae

TAU = 0.1


@lru_cache
def codec(name: str = "digits") -> LinearCodec:
    return LinearCodec(linear_vae.spectrum(data.load(name).train), data.describe(name).max_latent)


@lru_cache
def digits(d: int = 3, name: str = "digits") -> Space:
    """The closed form at τ = 0.1, four of whose digits' dimensions are the least."""
    return space(data.load(name), codec(name), TAU, d, f"{name} {d}")


def autoencoder(d: int = 3) -> Space:
    """The same codes without a posterior."""
    return space(data.load("digits"), codec(), TAU, d, f"autoencoder {d}", variational=False)


def drawn(mu: Any, logvar: Any = None) -> Space:
    """Codes (N, d) of the first N digits; without `logvar`, an autoencoder's."""
    mu = np.asarray(mu, np.float32)
    spread: Array | None = (
        None if logvar is None else np.broadcast_to(np.asarray(logvar, np.float32), mu.shape)
    )
    kl, labels = (
        mu.var(0) if spread is None else kl_per_dimension(mu, spread),
        digits().labels[: len(mu)],
    )
    return dataclasses.replace(
        digits(),
        key="drawn",
        x=digits().x[: len(mu)],
        labels=labels,
        held_out=len(mu),
        mu=mu,
        logvar=spread,
        kl=kl,
        classes=class_codes(mu, labels),
    )
