"""A codec encodes and decodes at every (τ, d), and has the decoder's loss.

`LinearCodec` is the closed form and needs no torch: the app shows it before torch is loaded, and
for data sets without a trained model. The trained ones are in torch_codec.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

import numpy as np

from vaeviz.data.dataset import Source
from vaeviz.densities.gaussian import gaussian_pixels
from vaeviz.measures.codecs.layers import linear
from vaeviz.records import Array, Curve, Network
from vaeviz.theory import linear_vae
from vaeviz.theory.linear_vae import LinearVAE, Spectrum

Decode = Callable[[Array], Array]  # codes (N, d) -> expected data (N, D), at one (τ, d)

TAU_LOW, TAU_HIGH = 1e-3, 10.0
CURVE_TAUS = np.geomspace(TAU_LOW, TAU_HIGH, 81)


class Coder(Protocol):
    """Encoder and decoder at a trade-off τ and latent size d, for NumPy arrays of examples."""

    source: str  # the source that a panel names
    likelihood: str  # a name in LIKELIHOODS
    latent: int  # the largest d
    tau_range: tuple[float, float]
    remark: str  # names a model that does not follow the sliders, else ""
    every_tau: bool  # whether it has every τ and d, or one of each
    posterior: bool  # whether q(z|x) has a variance

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        """Posterior mean and log variance, (N, d) each, of examples (N, D)."""
        ...

    def decode(self, z: Array, tau: float, d: int) -> Array:
        """The expected data (N, D) of codes (N, d)."""
        ...

    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        """(N,): the squared error summed over elements (one σ²), or -log p(x|z) in nats."""
        ...

    def draw(self, z: Array, tau: float, d: int, sigma2: float | Array, seed: int) -> Array:
        """One sample (N, D) of each code's likelihood, with noise.

        `sigma2` is the Gaussian's variance, or one per pixel (D,); other likelihoods need none.
        """
        ...

    def network(self, tau: float, d: int, about: Source) -> Network:
        """Encoder and decoder at (τ, d) as arrays, for data described by `about`."""
        ...


class Codec(Coder, Protocol):
    """A coder for every (τ, d), with its rate-distortion curves."""

    def curve(self, d: int) -> Curve:
        """Rates and losses over the whole range of τ at latent size d, on held-out data."""
        ...


class LinearCodec:
    """The linear VAE's exact optimum (Lucas et al. 2019, arXiv:1911.02469) at every (τ, d)."""

    likelihood, remark = "gaussian", ""
    every_tau = posterior = True

    def __init__(self, spectrum: Spectrum, latent: int) -> None:
        high = max(TAU_HIGH, 3 * float(spectrum.eigenvalues[0]))  # at least until all has collapsed
        self.tau_range = (TAU_LOW, high)
        self._taus = np.geomspace(TAU_LOW, high, len(CURVE_TAUS))
        self.source = "closed form: the linear VAE"
        self.latent = min(latent, len(spectrum.eigenvalues))
        self._spectrum = spectrum
        self._solve = lru_cache(maxsize=512)(self._solve_once)

    @property
    def spectrum(self) -> Spectrum:
        """The training data's mean and principal components."""
        return self._spectrum

    @property
    def eigenvalues(self) -> Array:
        """The data's variances (D,) along its principal components, descending."""
        return self._spectrum.eigenvalues

    def solved(self, tau: float, d: int) -> LinearVAE:
        """The optimum, float64; at most `latent` dimensions."""
        return self._solve(tau, min(d, self.latent))

    def _solve_once(self, tau: float, d: int) -> LinearVAE:
        return linear_vae.solve(self._spectrum, 1.0, tau, d)

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = self._solve(tau, d).encode(np.asarray(x, np.float64))
        return mu.astype(np.float32), np.array(logvar, np.float32)

    def decode(self, z: Array, tau: float, d: int) -> Array:
        return self._solve(tau, d).decode(np.asarray(z, np.float64)).astype(np.float32)

    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        return ((x - self.decode(z, tau, d)) ** 2).sum(1)

    def draw(self, z: Array, tau: float, d: int, sigma2: float | Array, seed: int) -> Array:
        return gaussian_pixels(self.decode(z, tau, d), sigma2, seed)

    def network(self, tau: float, d: int, about: Source) -> Network:
        """μ = V(x - m), a constant log σ², and x = Wz + m."""
        exact = self.solved(tau, d)
        weight = np.concatenate([exact.V, np.zeros_like(exact.V)])  # (2d, D)
        encoder = linear(weight, np.concatenate([-exact.V @ exact.mean, np.log(exact.variances)]))
        low, high = about.value_range
        return Network(
            (encoder,),
            (linear(exact.W, exact.mean),),
            "gaussian",
            1,
            len(exact.V),
            about.shape,
            low,
            high,
            f"{self.source}, τ = {tau:.3g}, d = {len(exact.V)}",
        )

    def kl(self, tau: float, d: int) -> Array:
        """½ log(λ_i/τ) of the first d dimensions, 0 where λ_i ≤ τ: (d,) nats."""
        return self.solved(tau, d).kl

    def curve(self, d: int) -> Curve:
        rates, errors = linear_vae.curve(self._spectrum, self._taus, d)
        return Curve(self._taus, rates, errors)
