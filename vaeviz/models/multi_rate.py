"""The multi-rate VAE: one model for every trade-off tau and every latent size d.

Its weights are functions of (log tau, d). Along log tau there are K knots; between two of them
every weight is linear,

    W(tau, d) = (1 - t) W[k, g] + t W[k + 1, g],   t = (log tau - l_k) / (l_{k+1} - l_k),

and beyond the first and last knot it is constant. The latent sizes fall into groups g, 1-2, 3-4,
5-7, 8, 9-15, 16 and so on, each with weights of its own; in a group the first d dimensions are
alive, and d adds a shift to every hidden unit. The first and the last layer, next to the data, are
linear over all knots, and where data are large neighbouring groups share them. So at a knot, and
anywhere between, the model is a plain VAE with relu MLPs, mu and logvar linear in the last hidden
layer.

The aim is that of the Multi-Rate VAE (Bae et al., ICLR 2023, arXiv:2212.03905) and of YOTO
(Dosovitskiy & Djolonga, ICLR 2020): one training for a range of losses. Those scale hidden units by
tau; such a model has the objective of dedicated VAEs, but more active dimensions and a smoother
aggregate posterior. That weights of networks trained from one start can be interpolated is known
as linear mode connectivity (Frankle et al., ICML 2020, arXiv:1912.05671).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vaeviz.models.multi_rate_settings import groups_of
from vaeviz.models.vae import LOGVAR_RANGE

TAU_LOW, TAU_HIGH = 1e-3, 10.0
DENSER = 1.25  # knots lie at this power of their number: closer at small tau


class Affine(NamedTuple):
    """A layer at one (tau, d): weight (out, in) and bias (out,)."""

    weight: Tensor
    bias: Tensor


class Held(NamedTuple):
    """The networks at one (tau, d): plain MLPs. mu and logvar lie side by side in the encoder's
    last layer, d each.
    """

    encoder: tuple[Affine, ...]
    decoder: tuple[Affine, ...]
    levels: int

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """mu and logvar, each (B, d), of examples (B, D)."""
        return posterior(self.encoder, x)

    def decode(self, z: Tensor) -> Tensor:
        """Likelihood parameters of (B, d) codes: (B, D), or (B, D, K) logits if categorical."""
        out = F.linear(hidden(self.decoder[:-1], z), *self.decoder[-1])
        return out if self.levels == 1 else out.unflatten(-1, (-1, self.levels))


def hidden(layers: Sequence[Affine], h: Tensor) -> Tensor:
    """(B, in) through relu layers, (B, out)."""
    for layer in layers:
        h = F.relu(F.linear(h, *layer))
    return h


def posterior(layers: Sequence[Affine], h: Tensor) -> tuple[Tensor, Tensor]:
    """mu and logvar (B, d) each, of what enters the first of these layers."""
    mu, logvar = F.linear(hidden(layers[:-1], h), *layers[-1]).chunk(2, -1)
    return mu, logvar.clamp(*LOGVAR_RANGE)


class Place(NamedTuple):
    """Where (tau, d) is: the knot before it, the share of the way to the next, the share of the way
    through all knots, and the group of d.
    """

    knot: int
    share: float
    position: float
    group: int
    d: int


class Layer(nn.Module):
    """An affine map with weights for every knot and group: weight (K, J, out, in), bias (K, J,
    out); `shift` (sizes, out) is added to the bias by d. All start alike.
    """

    def __init__(self, knots: int, groups: int, n_in: int, n_out: int, sizes: int = 0) -> None:
        super().__init__()
        start = nn.Linear(n_in, n_out)
        self.weight = nn.Parameter(start.weight.detach().repeat(knots, groups, 1, 1))
        self.bias = nn.Parameter(start.bias.detach().repeat(knots, groups, 1))
        self.shift = nn.Parameter(torch.zeros(sizes, n_out)) if sizes else None

    def forward(self, h: Tensor, t: Tensor, d: Tensor) -> Tensor:
        """(I, J, B, in) -> (I, J, B, out): row h[i, j, b] at t[i, j, b] in (I, J, B, 1) between
        knots i and i + 1, with d[i, j, b] of group j.
        """
        left, right = (
            torch.baddbmm(bias.flatten(0, 1)[:, None], h.flatten(0, 1), weight.flatten(0, 1).mT)
            for weight, bias in (
                (self.weight[:-1], self.bias[:-1]),
                (self.weight[1:], self.bias[1:]),
            )
        )  # (I * J, B, out) each
        y = torch.lerp(left.view(*h.shape[:3], -1), right.view(*h.shape[:3], -1), t)
        return y if self.shift is None else y + self.shift[d - 1]

    def at(self, place: Place) -> Affine:
        """The weights of one (tau, d)."""
        (k, t, _, g, d), shift = place, self.shift
        weight = torch.lerp(self.weight[k, g], self.weight[k + 1, g], t)
        bias = torch.lerp(self.bias[k, g], self.bias[k + 1, g], t)
        return Affine(weight, bias if shift is None else bias + shift[d - 1])


class Outer(nn.Module):
    """An affine map next to the data, with weights for the ends of the range of knots only: weight
    (2, J, out, in), bias (2, J, out); `shift` (sizes, out) is added to the bias by d.

    Of `groups` groups neighbours share a table where J is a divisor of their number.
    """

    def __init__(self, tables: int, groups: int, n_in: int, n_out: int, sizes: int = 0) -> None:
        super().__init__()
        start, self.groups = nn.Linear(n_in, n_out), groups
        self.weight = nn.Parameter(start.weight.detach().repeat(2, tables, 1, 1))
        self.bias = nn.Parameter(start.bias.detach().repeat(2, tables, 1))
        self.shift = nn.Parameter(torch.zeros(sizes, n_out)) if sizes else None

    def forward(self, h: Tensor, t: Tensor, d: Tensor) -> Tensor:
        """As `Layer.forward`."""
        intervals, groups, rows, n_in = h.shape
        tables = self.weight.shape[1]
        h = h.view(intervals, tables, -1, n_in).transpose(0, 1).reshape(tables, -1, n_in)
        low, high = (
            torch.baddbmm(bias[:, None], h, weight.mT)
            .view(tables, intervals, -1, weight.shape[1])
            .transpose(0, 1)
            .reshape(intervals, groups, rows, -1)
            for weight, bias in zip(self.weight, self.bias, strict=True)
        )
        y = torch.lerp(low, high, (torch.arange(intervals).view(-1, 1, 1, 1) + t) / intervals)
        return y if self.shift is None else y + self.shift[d - 1]

    def table(self, group: int) -> int:
        """The table of one of the model's groups."""
        return group * self.weight.shape[1] // self.groups

    def at(self, place: Place) -> Affine:
        """The weights of one (tau, d)."""
        j, u, shift = self.table(place.group), place.position, self.shift
        bias = torch.lerp(self.bias[0, j], self.bias[1, j], u)
        weight = torch.lerp(self.weight[0, j], self.weight[1, j], u)
        return Affine(weight, bias if shift is None else bias + shift[place.d - 1])


class MultiRateVAE(nn.Module):
    """q(z|x) and the parameters of p(x|z) at every (tau, d), for flattened data of `data_dim`.

    `levels` likelihood parameters per element: 1 for Gaussian and Bernoulli, K for categorical.
    With `outer_tables` the first and last layer have that many tables, a divisor of the number of
    groups; otherwise one for each group.
    """

    log_taus: Tensor

    def __init__(
        self,
        data_dim: int,
        widths: Sequence[int] = (128, 128),
        max_latent: int = 16,
        levels: int = 1,
        knots: int = 7,
        outer_tables: int = 0,
    ) -> None:
        super().__init__()
        self.widths, self.max_latent, self.levels = tuple(widths), max_latent, levels
        self.groups = groups_of(max_latent)
        sizes, many = max_latent, len(self.groups)

        def layers(*sides: int) -> list[Layer]:
            return [Layer(knots, many, *pair, sizes) for pair in itertools.pairwise(sides)]

        outer = outer_tables or many
        first = Outer(outer, many, data_dim, widths[0], sizes)
        head = Layer(knots, many, widths[-1], 2 * max_latent)
        self.encoder = nn.ModuleList([first, *layers(*widths), head])
        first = Layer(knots, many, max_latent, widths[-1], sizes)
        last = Outer(outer, many, widths[0], data_dim * levels)
        self.decoder = nn.ModuleList([first, *layers(*reversed(widths)), last])
        self.register_buffer("log_taus", torch.zeros(knots))
        self.place_knots(TAU_HIGH)

    @torch.no_grad()
    def place_knots(self, highest: float) -> None:
        """Put the knots between TAU_LOW and the tau `highest`, from which on nothing changes; where
        float16 has them exactly, as a checkpoint does.
        """
        low, last = math.log(TAU_LOW), len(self.log_taus) - 1
        share = (torch.arange(last + 1) / last) ** DENSER
        self.log_taus.copy_((low + (math.log(highest) - low) * share).half())

    def place(self, tau: float, d: int) -> Place:
        """Where the weights of (tau, d) are."""
        log_tau, knots = math.log(tau), self.log_taus.tolist()
        k = max(0, min(sum(knot <= log_tau for knot in knots) - 1, len(knots) - 2))
        t = (log_tau - knots[k]) / (knots[k + 1] - knots[k])
        t = min(max(t, 0.0), 1.0)
        return Place(k, t, (k + t) / (len(knots) - 1), self.group(d), d)

    def group(self, d: int) -> int:
        """The number of d's group."""
        return next(j for j, (low, high) in enumerate(self.groups) if low <= d <= high)

    def at(self, tau: float, d: int) -> Held:
        """The plain VAE at (tau, d), with the first d dimensions."""
        place = self.place(tau, d)
        *encoder, head = (layer.at(place) for layer in _layers(self.encoder))
        first, *decoder = (layer.at(place) for layer in _layers(self.decoder))
        mu = torch.arange(d)
        live = torch.cat([mu, mu + self.max_latent])  # rows of mu, then of logvar
        head = Affine(head.weight[live], head.bias[live])
        first = Affine(first.weight[:, :d], first.bias)
        return Held((*encoder, head), (first, *decoder), self.levels)

    def encode(self, x: Tensor, t: Tensor, d: Tensor) -> tuple[Tensor, Tensor]:
        """mu and logvar (I, J, B, max_latent) of examples (I, J, B, D); t and d (I, J, B) as in
        `Layer`.

        Masked dimensions have mu = 0 and logvar = 0, so no KL.
        """
        layers, t = _layers(self.encoder), t.unsqueeze(-1)
        h = x
        for layer in layers[:-1]:
            h = F.relu(layer(h, t, d))
        mu, logvar = layers[-1](h, t, d).chunk(2, -1)
        live = self._live(d)
        return mu * live, logvar.clamp(*LOGVAR_RANGE) * live

    def decode(self, z: Tensor, t: Tensor, d: Tensor) -> Tensor:
        """Likelihood parameters (I, J, B, D) or (I, J, B, D, K) of codes (I, J, B, max_latent)."""
        layers, t = _layers(self.decoder), t.unsqueeze(-1)
        h = z * self._live(d)
        for layer in layers[:-1]:
            h = F.relu(layer(h, t, d))
        out = layers[-1](h, t, d)
        return out if self.levels == 1 else out.unflatten(-1, (-1, self.levels))

    def _live(self, d: Tensor) -> Tensor:
        """1 for the first d dimensions, else 0: (..., max_latent)."""
        return (torch.arange(self.max_latent) < d.unsqueeze(-1)).float()


def _layers(modules: nn.ModuleList) -> list[Layer | Outer]:
    return [layer for layer in modules if isinstance(layer, Layer | Outer)]
