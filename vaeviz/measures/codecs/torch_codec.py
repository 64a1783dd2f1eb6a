"""Codecs of trained networks: the multi-rate VAE at every (τ, d), a dedicated VAE at one."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from vaeviz.data.dataset import Source
from vaeviz.densities import LIKELIHOODS
from vaeviz.densities.gaussian_per_pixel import GaussianPerPixel
from vaeviz.measures.codecs import torch_export
from vaeviz.measures.codecs.codec import TAU_HIGH, TAU_LOW
from vaeviz.models.multi_rate import Condition, MultiRateVAE
from vaeviz.models.vae import LOGVAR_RANGE, VAE
from vaeviz.records import Array, Curve, Network


class MultiRateCodec:
    """One network for every τ in `tau_range` and every d up to `latent`."""

    tau_range = (TAU_LOW, TAU_HIGH)
    remark = ""
    every_tau = posterior = True

    def __init__(
        self, model: MultiRateVAE, likelihood: str, curves: Callable[[int], Curve], source: str
    ) -> None:
        self.model, self.likelihood, self.source = model.eval(), likelihood, source
        self.latent, self._likelihood = model.max_latent, LIKELIHOODS[likelihood]
        self._curves = curves
        self._probe: _Probe | None = None

    def curve(self, d: int) -> Curve:
        return self._curves(d)

    def network(self, tau: float, d: int, about: Source) -> Network:
        at = self.condition(tau, min(d, self.latent))
        return torch_export.multi_rate(self, at, tau, min(d, self.latent), about)

    @torch.inference_mode()
    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = self.model.encode_features(
            self._remembered(x).features, self.condition(tau, d)
        )
        return mu[:, :d].numpy(), logvar[:, :d].numpy()

    def _remembered(self, x: Array) -> _Probe:
        """The part of the examples' encoding that does not depend on (τ, d), cached per array."""
        known = self._probe
        if known is None or known.x is not x:
            self._probe = known = _Probe(
                x, self.model
            )  # another session may replace it at any time
        return known

    def condition(self, tau: float, d: int) -> Condition:
        """The model's condition of (τ, d), with d dimensions active."""
        mask = (torch.arange(self.latent) < d).float()
        return self.model.condition(torch.tensor(math.log(tau)), mask)

    def _padded(self, z: Array) -> Tensor:
        """Codes (N, d) as the model reads them, (N, max_latent)."""
        padded = torch.zeros(len(z), self.latent)
        padded[:, : z.shape[1]] = torch.from_numpy(np.ascontiguousarray(z, np.float32))
        return padded

    def _parameters(self, z: Array, tau: float, d: int) -> Tensor:
        """The likelihood's parameters of codes (N, d)."""
        return self.model.decode_at(self._padded(z), self.condition(tau, d))

    @torch.inference_mode()
    def decode(self, z: Array, tau: float, d: int) -> Array:
        return self._likelihood.mean(self._parameters(z, tau, d)).numpy()

    @torch.inference_mode()
    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        if self._likelihood.variance.shared and x.shape[1] > self.model.widths[0]:
            hidden = self.model.decode_hidden(self._padded(z), self.condition(tau, d))
            return self._remembered(x).squared_error(hidden).numpy()
        return self._likelihood.loss(torch.from_numpy(x), self._parameters(z, tau, d)).numpy()

    @torch.inference_mode()
    def draw(self, z: Array, tau: float, d: int, sigma2: float | Array, seed: int) -> Array:
        return self._likelihood.sample(self._parameters(z, tau, d), sigma2, seed)


class _Probe:
    """Examples (N, D) for repeated calls, and what can be computed of them once."""

    def __init__(self, x: Array, model: MultiRateVAE) -> None:
        self.x = x
        tensor = torch.from_numpy(x)
        self.features = model.features(tensor)
        weight, bias = model.output_map()
        rest = tensor - bias if weight.shape[0] == x.shape[1] else None  # (N, D)
        self.moments = (
            None if rest is None else (rest.square().sum(1), rest @ weight, weight.T @ weight)
        )

    def squared_error(self, hidden: Tensor) -> Tensor:
        """||x - W h - b||² (N,), affine in h (N, k), in N k² operations instead of N k D.

        = ||x - b||² - 2 h'W'(x - b) + h'W'W h; float32 keeps about five digits of it.
        """
        assert self.moments is not None
        constant, cross, gram = self.moments
        return (constant + (hidden * (hidden @ gram - 2 * cross)).sum(1)).clamp_min(0)


class DedicatedCodec:
    """A VAE trained for one (τ, d), whatever τ and d the caller passes. A plain autoencoder's log
    variances are the lowest possible.
    """

    every_tau = False

    def __init__(
        self,
        model: VAE,
        likelihood: str,
        tau: float,
        source: str,
        remark: str = "a dedicated model",
    ) -> None:
        self.model, self.likelihood, self.source, self.remark = (
            model.eval(),
            likelihood,
            source,
            remark,
        )
        self.latent, self.tau_range = model.latent, (tau, tau)
        self._likelihood = LIKELIHOODS[likelihood]
        self.posterior = model.objective.stochastic
        self.point: Curve | None = None  # its rate and loss, once measured

    def curve(self, d: int) -> Curve:
        """The model's one point as a curve."""
        if self.point is None:
            raise LookupError("the model's point has not been measured")
        return self.point

    @torch.inference_mode()
    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = self.model.encode(torch.from_numpy(x))
        if not self.posterior:
            logvar = torch.full_like(mu, LOGVAR_RANGE[0])
        return mu.numpy(), logvar.numpy()

    @torch.inference_mode()
    def decode(self, z: Array, tau: float, d: int) -> Array:
        return self._likelihood.mean(self._parameters(z)).numpy()

    @torch.inference_mode()
    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        target, code = torch.from_numpy(x), torch.from_numpy(np.ascontiguousarray(z, np.float32))
        return self._likelihood.loss(target, self.model.decode_seeing(code, target)).numpy()

    @torch.inference_mode()
    def draw(self, z: Array, tau: float, d: int, sigma2: float | Array, seed: int) -> Array:
        return self._likelihood.sample(self._parameters(z), sigma2, seed)

    @torch.inference_mode()
    def variances(self, z: Array) -> Array:
        """σ² (N, D) of every pixel, from a decoder with that output; ValueError for another."""
        if not isinstance(self._likelihood, GaussianPerPixel):
            raise ValueError(f"a {self.likelihood} decoder puts out no variances")
        return self._likelihood.log_variance(self._parameters(z)).exp().numpy()

    def network(self, tau: float, d: int, about: Source) -> Network:
        return torch_export.dedicated(self, about)

    def _parameters(self, z: Array) -> Tensor:
        return self.model.decode(torch.from_numpy(np.ascontiguousarray(z, np.float32)))
