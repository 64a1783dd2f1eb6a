"""The Gaussian-posterior variational autoencoder with MLP or small convolutional networks.

Kingma & Welling 2014 (arXiv:1312.6114), section 3 and appendix C. With `variational=False` in the
settings the same two networks make a deterministic autoencoder: z = mu. `build` is the one way from
settings to model.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from vaeviz.config import RunSettings, UserError
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.models.masked import MaskedDecoder
from vaeviz.objectives import ELBO, RECONSTRUCTION, Objective

LOGVAR_RANGE = (-20.0, 10.0)  # so that no posterior variance is 0 or infinite


class Decodes(Protocol):
    """Any model with a decoder."""

    def decode(self, z: Tensor) -> Tensor: ...


class VAE(nn.Module):
    """q(z|x) = N(mu(x), diag exp logvar(x)) and the parameters of p(x|z), for flattened data of
    `data_dim`.

    `levels` likelihood parameters per element: 1 for Gaussian and Bernoulli, K for categorical, 2
    for a variance beside the mean. `log_sigma2` is the decoder's shared variance (no meaning where
    it has none); it is a parameter only where it is learned, else a buffer. `objective` is what the
    model is trained for: with RECONSTRUCTION it is a plain autoencoder.
    """

    log_sigma2: Tensor
    objective: Objective = ELBO

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        latent: int,
        levels: int,
        sigma2: float,
        learned: bool,
    ) -> None:
        super().__init__()
        self.encoder, self.decoder, self.latent, self.levels = encoder, decoder, latent, levels
        log_sigma2 = torch.tensor(math.log(sigma2))
        if learned:
            self.log_sigma2 = nn.Parameter(log_sigma2)
        else:
            self.register_buffer("log_sigma2", log_sigma2)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """mu and logvar, each (B, d), of flattened examples (B, D)."""
        mu, logvar = self.encoder(x).chunk(2, dim=-1)  # (B, d) each
        return mu, logvar.clamp(*LOGVAR_RANGE)

    def decode(self, z: Tensor) -> Tensor:
        """Likelihood parameters of (B, d) codes: (B, D) means or logits, (B, D, levels) if several.

        A masked decoder goes along its mean path, pixel by pixel; p(x|z) for a given x is
        `parameters`.
        """
        return self._each(self.decoder(z))

    def decode_seeing(self, z: Tensor, x: Tensor) -> Tensor:
        """Likelihood parameters of (B, d) codes for these x (B, D), which a masked decoder sees."""
        return self._each(
            self.decoder(z, x) if isinstance(self.decoder, MaskedDecoder) else self.decoder(z)
        )

    def _each(self, out: Tensor) -> Tensor:
        """(B, D * K) -> (B, D) or (B, D, K)."""
        return out if self.levels == 1 else out.unflatten(-1, (-1, self.levels))


def parameters(model: Decodes, z: Tensor, x: Tensor) -> Tensor:
    """The parameters by which any model judges examples x (B, D) given codes z (B, d)."""
    return model.decode_seeing(z, x) if isinstance(model, VAE) else model.decode(z)


def mlp(sizes: Sequence[int]) -> nn.Sequential:
    """Linear layers of the given sizes with ReLU between them."""
    layers: list[nn.Module] = []
    for i, (n_in, n_out) in enumerate(itertools.pairwise(sizes)):
        layers += [nn.Linear(n_in, n_out)] + ([nn.ReLU()] if i < len(sizes) - 2 else [])
    return nn.Sequential(*layers)


def conv_encoder(shape: tuple[int, ...], widths: Sequence[int], outputs: int) -> nn.Sequential:
    """Stride-2 convolutions over (B, H·W) grey images, then one linear layer to `outputs`."""
    channels = [1, *widths]
    layers: list[nn.Module] = [nn.Unflatten(1, (1, *shape))]
    for c_in, c_out in itertools.pairwise(channels):
        layers += [nn.Conv2d(c_in, c_out, 4, stride=2, padding=1), nn.ReLU()]  # (B, c, H/2, W/2)
    small = [side >> len(widths) for side in shape]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * math.prod(small), outputs))


def conv_decoder(
    shape: tuple[int, ...], widths: Sequence[int], latent: int, levels: int
) -> nn.Sequential:
    """The encoder's mirror image: one linear layer, then stride-2 transposed convolutions to (B,
    H·W·K).
    """
    small = [side >> len(widths) for side in shape]
    channels = [*reversed(widths), levels]
    first = nn.Linear(latent, widths[-1] * math.prod(small))
    layers: list[nn.Module] = [first, nn.Unflatten(1, (widths[-1], *small))]  # (B, c, h, w)
    for c_in, c_out in itertools.pairwise(channels):
        layers += [
            nn.ReLU(),
            nn.ConvTranspose2d(c_in, c_out, 4, stride=2, padding=1),
        ]  # (B, c, 2H, 2W)
    return nn.Sequential(*layers, _PixelsLast())


class _PixelsLast(nn.Module):
    """(B, K, H, W) -> (B, H·W·K), so that a categorical pixel's logits lie together."""

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(2).transpose(1, 2).flatten(1)


def build(settings: RunSettings, shape: tuple[int, ...]) -> VAE:
    """A freshly initialised model for data of `shape`; seeded by `settings.seed`, global state
    untouched.
    """
    likelihood = LIKELIHOODS[settings.likelihood]
    levels = likelihood.outputs(settings.levels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        # The encoder first: runs that differ in the decoder alone start with the same encoder.
        if settings.architecture == "conv":
            _check_conv(shape, settings.widths)
            encoder = conv_encoder(shape, settings.widths, 2 * settings.latent)
        else:
            encoder = mlp([math.prod(shape), *settings.widths, 2 * settings.latent])
        decoder = _DECODERS[settings.decoder](settings, shape, levels)
    if likelihood.variance is Variance.PER_ELEMENT:
        _start_variances(decoder, settings.sigma2)
    learned = likelihood.variance is Variance.LEARNED
    model = VAE(encoder, decoder, settings.latent, levels, settings.sigma2, learned)
    model.objective = _OBJECTIVES[settings.variational]
    return model


_OBJECTIVES = {True: ELBO, False: RECONSTRUCTION}


@torch.no_grad()
def _start_variances(decoder: nn.Module, sigma2: float) -> None:
    """The outputs that stand for log variances begin about log sigma2, where one learned variance
    begins.
    """
    *_, bias = decoder.parameters()  # (D * 2,), or (2,) of a convolution
    bias[1::2] += math.log(sigma2)


def _mirror(s: RunSettings, shape: tuple[int, ...], levels: int) -> nn.Module:
    if s.architecture == "conv":
        return conv_decoder(shape, s.widths, s.latent, levels)
    return mlp([s.latent, *reversed(s.widths), math.prod(shape) * levels])


def _linear(s: RunSettings, shape: tuple[int, ...], levels: int) -> nn.Module:
    return mlp([s.latent, math.prod(shape) * levels])


def _masked(s: RunSettings, shape: tuple[int, ...], levels: int) -> nn.Module:
    mean = LIKELIHOODS[s.likelihood].mean
    return MaskedDecoder(shape, s.widths[::-1], s.latent, mean, s.skip, s.reach)


_DECODERS = {"mirror": _mirror, "linear": _linear, "masked": _masked}


def _check_conv(shape: tuple[int, ...], widths: Sequence[int]) -> None:
    step = 1 << len(widths)
    if len(shape) != 2 or not widths or any(side % step for side in shape):
        raise UserError(
            f"a convolutional model of {len(widths)} layers does not fit data of shape {shape}: use"
            " an image set whose sides can be halved that often (8, 28 and 32 allow two), or"
            " an MLP"
        )
