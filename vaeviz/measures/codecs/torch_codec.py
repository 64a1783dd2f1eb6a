"""Codecs of trained networks: the multi-rate VAE at every (τ, d), a dedicated VAE at one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vaeviz.data.dataset import Source
from vaeviz.densities import LIKELIHOODS
from vaeviz.densities.gaussian_per_pixel import GaussianPerPixel
from vaeviz.measures.codecs import torch_export
from vaeviz.measures.codecs.codec import TAU_HIGH, TAU_LOW
from vaeviz.models.multi_rate import Held, MultiRateVAE, Outer, Place, hidden, posterior
from vaeviz.models.vae import LOGVAR_RANGE, VAE
from vaeviz.records import Array, Curve, Network

Value = TypeVar("Value")


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
        self._held: tuple[tuple[float, int], Held] | None = None

    def curve(self, d: int) -> Curve:
        return self._curves(d)

    def network(self, tau: float, d: int, about: Source) -> Network:
        d = min(d, self.latent)
        source = f"{self.source}, τ = {tau:.3g}, d = {d}"
        return torch_export.held(self.held(tau, d), self.likelihood, d, about, source)

    @torch.inference_mode()
    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        first = self._remembered(x).first(self.model.place(tau, d))  # (N, width)
        mu, logvar = posterior(self.held(tau, d).encoder[1:], first)
        return mu.numpy(), logvar.numpy()

    def _remembered(self, x: Array) -> _Probe:
        """What can be computed of the examples at the knots, cached per array."""
        known = self._probe
        if known is None or known.x is not x:  # another session may replace it at any time
            self._probe = known = _Probe(x, self.model)
        return known

    @torch.inference_mode()
    def held(self, tau: float, d: int) -> Held:
        """The networks at (τ, d), with d dimensions; the last ones are cached."""
        last = self._held
        if last is None or last[0] != (tau, d):
            self._held = last = (tau, d), self.model.at(tau, d)
        return last[1]

    def _parameters(self, z: Array, tau: float, d: int) -> Tensor:
        """The likelihood's parameters of codes (N, d); of more dimensions it reads the first d."""
        return self.held(tau, d).decode(_tensor(z[:, :d]))

    @torch.inference_mode()
    def decode(self, z: Array, tau: float, d: int) -> Array:
        return self._likelihood.mean(self._parameters(z, tau, d)).numpy()

    @torch.inference_mode()
    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        if self._likelihood.variance.shared and x.shape[1] > self.model.widths[0]:
            last = hidden(self.held(tau, d).decoder[:-1], _tensor(z[:, :d]))
            return self._remembered(x).squared_error(last, self.model.place(tau, d)).numpy()
        return self._likelihood.loss(torch.from_numpy(x), self._parameters(z, tau, d)).numpy()

    @torch.inference_mode()
    def draw(self, z: Array, tau: float, d: int, sigma2: float | Array, seed: int) -> Array:
        return self._likelihood.sample(self._parameters(z, tau, d), sigma2, seed)


class _Probe:
    """Examples (N, D) for calls at many (τ, d): what only the ends of the knots need, once.

    The first and the last layer do most of the work on large data. Both are linear in the position
    u among the knots, so the first layer's output is too, and the squared error is quadratic in u
    with coefficients that are products of the examples and the two ends' weights.
    """

    def __init__(self, x: Array, model: MultiRateVAE) -> None:
        self.x = x
        self._tensor = torch.from_numpy(x)
        self._encoder = cast(Outer, model.encoder[0])
        self._decoder = cast(Outer, model.decoder[-1])
        self._square = self._tensor.square().sum(1)  # (N,)
        self._known: dict[tuple[Callable[[int], object], int], object] = {}

    def first(self, place: Place) -> Tensor:
        """The first hidden layer (N, width)."""
        layer = self._encoder
        low, high = self._once(self._features, layer.table(place.group))
        h = torch.lerp(low, high, place.position)
        return F.relu(h if layer.shift is None else h + layer.shift[place.d - 1])

    def squared_error(self, hidden: Tensor, place: Place) -> Tensor:
        """||x - W h - b||² (N,) of the last hidden layer h (N, k), in N k² operations instead of N
        k D.

        With V = [W b] and h extended by 1 it is ||x||² - 2 h'V'x + h'V'V h; float32 keeps about
        five digits of it.
        """
        (low, high), (here, mixed, there) = self._once(
            self._moments, self._decoder.table(place.group)
        )
        h, u = F.pad(hidden, (0, 1), value=1.0), place.position  # (N, k + 1)
        gram = (1 - u) ** 2 * here + u * (1 - u) * mixed + u**2 * there
        cross = torch.lerp(low, high, u)
        return (self._square + (h * (h @ gram - 2 * cross)).sum(1)).clamp_min(0)

    def _once(self, compute: Callable[[int], Value], table: int) -> Value:
        """What `compute` gives for a table, computed at its first use."""
        key = (compute, table)
        if key not in self._known:
            self._known[key] = compute(table)
        return cast(Value, self._known[key])

    def _features(self, table: int) -> tuple[Tensor, Tensor]:
        """The first layer's output at both ends, (N, width) each."""
        weight, bias = self._encoder.weight[:, table], self._encoder.bias[:, table]
        return F.linear(self._tensor, weight[0], bias[0]), F.linear(
            self._tensor, weight[1], bias[1]
        )

    def _moments(self, table: int) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]:
        """x'V at both ends, (N, k + 1) each, and V'V at both with their mixed products between."""
        layer = self._decoder
        a, b = torch.cat([layer.weight[:, table], layer.bias[:, table, :, None]], 2)
        return (self._tensor @ a, self._tensor @ b), (a.T @ a, a.T @ b + b.T @ a, b.T @ b)


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
        target, code = torch.from_numpy(x), _tensor(z)
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
        return self.model.decode(_tensor(z))


def _tensor(z: Array) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(z, np.float32))
