"""log p(x, z) of one example under a decoder at one (τ, d) and σ²; nats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.densities import LIKELIHOODS
from vaeviz.measures.codecs.codec import Coder
from vaeviz.records import Array
from vaeviz.theory.gaussian_kl import LOG_2PI, log_density


@dataclass(frozen=True)
class Joint:
    """A codec's decoder and prior; its encoder is asked at the same (τ, d). `sigma2` is the
    variance of p(x|z), which a likelihood without one ignores.
    """

    codec: Coder
    tau: float
    d: int
    sigma2: float

    def encode(self, x: Array) -> tuple[Array, Array]:
        """Mean and deviation (d,) of q(z|x), float64, for one example (D,)."""
        mu, logvar = self.codec.encode(x[None], self.tau, self.d)
        return mu[0].astype(np.float64), np.exp(0.5 * logvar[0].astype(np.float64))

    def log_likelihood(self, x: Array, z: Array) -> Array:
        """log p(x|z) (n,) of one example (D,) at codes (n, d)."""
        p = LIKELIHOODS[self.codec.likelihood]
        codes = np.asarray(z, np.float32)
        if p.variance.shared:
            loss = ((x - self.codec.decode(codes, self.tau, self.d)) ** 2).sum(1, dtype=np.float64)
        else:
            loss = self.codec.loss(x[None], codes, self.tau, self.d).astype(np.float64)
        return -(p.nats_per_loss(self.sigma2) * loss + p.nats(0.0, len(x), self.sigma2))

    def __call__(self, x: Array, z: Array) -> Array:
        """log p(x, z) = log p(x|z) + log p(z), (n,)."""
        return self.log_likelihood(x, z) - 0.5 * ((z**2).sum(1) + self.d * LOG_2PI)


def log_normal(z: Array, mu: Array, sigma: Array) -> Array:
    """log q(z) (n,) of N(mu, diag sigma²) at z (n, d)."""
    return log_density(z, mu, sigma**2).sum(1)
