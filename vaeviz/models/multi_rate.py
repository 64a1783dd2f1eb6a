"""The multi-rate VAE: one network for every trade-off tau and every latent size d.

Multi-Rate VAE (Bae et al., ICLR 2023, arXiv:2212.03905) with the idea of training one network on a
distribution of losses (YOTO: Dosovitskiy & Djolonga, ICLR 2020) and of a mask over the latent
dimensions (nested dropout: Rippel, Gelbart & Adams, ICML 2014, arXiv:1402.0915). A small network
turns (log tau, mask) into a scale and a shift of every hidden unit (FiLM: Perez et al. 2018,
arXiv:1709.07871),

    h = relu((1 + a) * (W h + b) + c),   a, c of the unit, from (log tau, mask),

and the latent layer starts from the linear VAE's optimum (`vaeviz.theory.linear_vae`). With
principal variances lambda_j, let r_j = log(tau / lambda_j) be how far dimension j lies under water.
Then

    mu_j     = live_j open_j (1 + a_j) (net_j(x) + u_j'(x - m) / sqrt(lambda_j)),
    logvar_j = live_j (-(1 + b_j) softplus(-r_j) + open_j (net'_j(x) + c_j)),
    open_j   = sigmoid(2 - 2 r_j + g_j),   live_j = mask_j clip(1 - r_j / 0.7, 0, 1),

where -softplus(-r) is a smooth min(r, 0), the linear VAE's log(tau / lambda). The decoder reads z
through a gate of the same form and adds a linear map of it to its output, at first zero. A masked
dimension, and one with tau > 2.02 lambda_j, has mu = logvar = 0 exactly: it costs no KL, and the
decoder does not see it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TAU_LOW, TAU_HIGH = 1e-3, 10.0
CENTRES = 16  # bumps over log tau that the condition is described by
OPEN_OFFSET, OPEN_SLOPE = 2.0, 2.0
LEAST_VARIANCE = 1e-4  # a dimension of less is off at every tau from TAU_LOW on
CUT = 0.7  # from r = 0 to here a dimension is switched off for good


class Film(NamedTuple):
    """Scale and shift of one hidden layer's units, (..., width) each."""

    scale: Tensor
    shift: Tensor


class Condition(NamedTuple):
    """Everything that (log tau, mask) decides, computed once for a batch; latent tensors are (...,
    d).
    """

    encoder: tuple[Film, ...]
    decoder: tuple[Film, ...]
    mean_gain: Tensor  # mu per unit of the encoder's output
    variance_gain: Tensor  # logvar per unit of the encoder's output
    variance_shift: Tensor
    decoder_gain: Tensor  # what the decoder reads per unit of z


class MultiRateVAE(nn.Module):
    """q(z|x, tau, mask) and the parameters of p(x|z, tau, mask), for flattened data of `data_dim`.

    `levels` likelihood parameters per element: 1 for Gaussian and Bernoulli, K for categorical.
    """

    log_lambda: Tensor
    centres: Tensor

    def __init__(
        self,
        data_dim: int,
        widths: Sequence[int] = (256, 256),
        max_latent: int = 16,
        levels: int = 1,
        condition_width: int = 32,
    ) -> None:
        super().__init__()
        self.widths, self.max_latent, self.levels = tuple(widths), max_latent, levels
        self.encoder = _layers([data_dim, *widths])
        self.encoder_head = nn.Linear(widths[-1], 2 * max_latent)
        self.principal = nn.Linear(data_dim, max_latent)
        self.decoder = _layers([max_latent, *reversed(widths)])
        self.decoder_head = nn.Linear(widths[0], data_dim * levels)
        self.loadings = nn.Linear(max_latent, data_dim * levels, bias=False)
        nn.init.zeros_(self.loadings.weight)
        self.describe = nn.Linear(max_latent + 1 + CENTRES, condition_width)
        self.modulate = nn.Linear(condition_width, 4 * sum(widths) + 5 * max_latent)
        _near_identity(self.modulate)
        self.register_buffer("log_lambda", torch.zeros(max_latent))
        self.register_buffer("centres", torch.linspace(-1, 1, CENTRES), persistent=False)

    @torch.no_grad()
    def start_from(self, variances: Tensor, whiten: Tensor, mean: Tensor) -> None:
        """Start the encoder at the linear VAE's, mu = whiten (x - mean), to which its networks add.

        `variances` (k,) are the principal variances, `whiten` (k, D), k <= max_latent; the others
        are off.
        """
        k = len(variances)
        self.log_lambda.fill_(math.log(LEAST_VARIANCE))
        self.log_lambda[:k] = variances.clamp_min(LEAST_VARIANCE).log()
        self.principal.weight.zero_()[:k] = whiten
        self.principal.bias.zero_()[:k] = -whiten @ mean

    def condition(self, log_tau: Tensor, mask: Tensor) -> Condition:
        """The condition at log tau (...) with live dimensions mask (..., d); the two are
        broadcast.
        """
        batch = torch.broadcast_shapes(log_tau.shape, mask.shape[:-1])
        log_tau, mask = log_tau.expand(batch).unsqueeze(-1), mask.expand(*batch, self.max_latent)
        hidden = F.silu(self.describe(self._features(log_tau, mask)))
        films, latent = self.modulate(hidden).split([4 * sum(self.widths), 5 * self.max_latent], -1)
        layers = films.split([2 * width for width in (*self.widths, *reversed(self.widths))], -1)
        pairs = tuple(
            Film(1 + scale, shift) for scale, shift in (layer.chunk(2, -1) for layer in layers)
        )
        n = len(self.widths)
        return Condition(
            pairs[:n], pairs[n:], *self._latent(log_tau - self.log_lambda, mask, latent)
        )

    def _features(self, log_tau: Tensor, mask: Tensor) -> Tensor:
        """(..., d + 1 + CENTRES): the mask, log tau scaled to [-1, 1], and bumps along it."""
        low, high = math.log(TAU_LOW), math.log(TAU_HIGH)
        u = 2 * (log_tau - low) / (high - low) - 1  # (..., 1)
        bumps = torch.exp(-0.5 * (CENTRES / 2 * (u - self.centres)) ** 2)
        return torch.cat([mask, u, bumps], -1)

    def _latent(
        self, r: Tensor, mask: Tensor, learned: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The four latent tensors of `Condition`, from r (..., d) and the five learned ones."""
        gate, mean_scale, variance_scale, shift, decoder_gate = learned.chunk(5, -1)
        live = mask * (1 - r / CUT).clamp(0, 1)
        opening = OPEN_OFFSET - OPEN_SLOPE * r
        opened = live * torch.sigmoid(opening + 4 * gate)
        variance_shift = opened * shift - live * (1 + variance_scale) * F.softplus(-r)
        decoder_gain = live * torch.sigmoid(opening + 4 * decoder_gate)
        return opened * (1 + mean_scale), opened, variance_shift, decoder_gain

    def encode(self, x: Tensor, log_tau: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """mu and logvar, each (B, max_latent), of examples (B, D); log_tau () or (B,), mask (d,) or
        (B, d).

        Masked dimensions have mu = 0 and logvar = 0. With a scalar log_tau and one mask the
        condition is folded into the weights, once for the batch.
        """
        return self.encode_at(x, self.condition(log_tau, mask))

    def decode(self, z: Tensor, log_tau: Tensor, mask: Tensor) -> Tensor:
        """Likelihood parameters of (B, max_latent) codes: (B, D), or (B, D, K) logits if
        categorical.
        """
        return self.decode_at(z, self.condition(log_tau, mask))

    def encode_at(self, x: Tensor, at: Condition) -> tuple[Tensor, Tensor]:
        """`encode` under a condition computed before."""
        return self.encode_features(self.features(x), at)

    def features(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What the encoder makes of examples (B, D) before any condition: (B, width), (B,
        max_latent).
        """
        return self.encoder[0](x), self.principal(x)

    def encode_features(
        self, features: tuple[Tensor, Tensor], at: Condition
    ) -> tuple[Tensor, Tensor]:
        """`encode` of examples whose features are known: most of the work is in those."""
        first, principal = features
        scale, shift = at.encoder[0]
        h = F.relu(torch.addcmul(shift, first, scale))  # (B, width)
        h = _through(list(self.encoder)[1:], h, at.encoder[1:])
        mean, logvar = self.encoder_head(h).chunk(2, -1)  # (B, d)
        return at.mean_gain * (mean + principal), at.variance_gain * logvar + at.variance_shift

    def decode_at(self, z: Tensor, at: Condition) -> Tensor:
        """`decode` under a condition computed before."""
        hidden, z = self.decode_hidden(z, at).split([self.widths[0], self.max_latent], -1)
        out = self.decoder_head(hidden) + self.loadings(z)  # (B, D * K)
        return out if self.levels == 1 else out.unflatten(-1, (-1, self.levels))

    def decode_hidden(self, z: Tensor, at: Condition) -> Tensor:
        """The last hidden layer and the gated code, (B, width + max_latent): the output is affine
        in them.
        """
        z = z * at.decoder_gain
        return torch.cat([_through(list(self.decoder), z, at.decoder), z], -1)

    def output_map(self) -> tuple[Tensor, Tensor]:
        """Weight (D * K, width + max_latent) and bias (D * K,) from `decode_hidden` to the
        output.
        """
        return (
            torch.cat([self.decoder_head.weight, self.loadings.weight], 1),
            self.decoder_head.bias,
        )


def _through(layers: Sequence[nn.Module], h: Tensor, films: tuple[Film, ...]) -> Tensor:
    """Hidden layers (B, in) -> (B, out), each under its film; one film for all folds into the
    weights.
    """
    for layer, (scale, shift) in zip(cast("list[nn.Linear]", layers), films, strict=True):
        if scale.ndim == 1:
            weight, bias = layer.weight * scale[:, None], layer.bias * scale + shift
            h = F.relu(F.linear(h, weight, bias))
        else:
            h = F.relu(torch.addcmul(shift, layer(h), scale))
    return h


def _layers(sizes: Sequence[int]) -> nn.ModuleList:
    return nn.ModuleList(nn.Linear(n_in, n_out) for n_in, n_out in itertools.pairwise(sizes))


@torch.no_grad()
def _near_identity(layer: nn.Linear) -> None:
    """Small weights and no bias: every scale starts near 1, every shift near 0, every gate near
    open.
    """
    layer.weight.mul_(0.1)
    layer.bias.zero_()
