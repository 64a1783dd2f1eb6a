"""The networks of trained models as plain arrays, with (τ, d) folded in.

A multi-rate hidden layer is relu(scale * (W h + b) + shift) (`vaeviz.models.multi_rate`): rows of W
and b are scaled, and b shifted. Its encoder ends in μ = gain * (head(h) + principal(x)), where
`principal` skips the hidden layers; its decoder reads z through gates, which scale the columns of
every layer that reads z, and adds a linear map of the gated z. A masked or dead dimension has gate
0: its columns are exactly 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn

from vaeviz.data.dataset import Source
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.measures.codecs.layers import f4, linear
from vaeviz.models.multi_rate import Condition, Film, MultiRateVAE
from vaeviz.models.vae import LOGVAR_RANGE
from vaeviz.records import Array, Layer, Network
from vaeviz.records.network import Shape

if TYPE_CHECKING:
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec

Affine = nn.Linear | nn.Conv2d | nn.ConvTranspose2d


@torch.inference_mode()
def multi_rate(codec: MultiRateCodec, at: Condition, tau: float, d: int, about: Source) -> Network:
    """The networks of a multi-rate model under the condition of (τ, d)."""
    model = codec.model
    low, high = about.value_range
    return Network(
        _multi_rate_encoder(model, at, d),
        _multi_rate_decoder(model, at, d),
        LIKELIHOODS[codec.likelihood].expectation,
        model.levels,
        d,
        about.shape,
        low,
        high,
        f"{codec.source}, τ = {tau:.3g}, d = {d}",
    )


def _multi_rate_encoder(model: MultiRateVAE, at: Condition, d: int) -> tuple[Layer, ...]:
    hidden = [
        _film(cast(nn.Linear, m), film) for m, film in zip(model.encoder, at.encoder, strict=True)
    ]
    live = [*range(d), *range(model.max_latent, model.max_latent + d)]  # rows of μ, then of log σ²
    gain = torch.cat([at.mean_gain, at.variance_gain])  # (2k,)
    shift = torch.cat([at.mean_gain * model.principal.bias, at.variance_shift])
    head = _film(model.encoder_head, Film(gain, shift))
    past = at.mean_gain[:, None] * model.principal.weight  # (k, D)
    skip = torch.cat([past[:d], torch.zeros_like(past[:d])])  # (2d, D)
    return (*hidden, linear(head.weight[live], head.bias[live], skip=_array(skip)))


def _multi_rate_decoder(model: MultiRateVAE, at: Condition, d: int) -> tuple[Layer, ...]:
    hidden = [
        _film(cast(nn.Linear, m), film) for m, film in zip(model.decoder, at.decoder, strict=True)
    ]
    gate = _array(at.decoder_gain)
    first = linear((hidden[0].weight * gate)[:, :d], hidden[0].bias, relu=True)
    skip = (_array(model.loadings.weight) * gate)[:, :d]  # (D * K, d)
    head = model.decoder_head
    return (first, *hidden[1:], linear(_array(head.weight), _array(head.bias), skip=skip))


def _film(module: nn.Linear, film: Film) -> Layer:
    """A hidden layer under a film, folded."""
    weight, bias = module.weight * film.scale[:, None], module.bias * film.scale + film.shift
    return linear(_array(weight), _array(bias), relu=True)


@torch.inference_mode()
def dedicated(codec: DedicatedCodec, about: Source) -> Network:
    """The networks of a dedicated model as they are."""
    model = codec.model
    low, high = about.value_range
    decoder, levels = _layers(model.decoder, (model.latent,)), model.levels
    if LIKELIHOODS[codec.likelihood].variance is Variance.PER_ELEMENT:
        decoder, levels = (*decoder[:-1], _means(decoder[-1])), 1
    encoder = _layers(model.encoder, (about.dim,))
    if not codec.posterior:
        encoder = (*encoder[:-1], _without_variance(encoder[-1], model.latent))
    return Network(
        encoder,
        decoder,
        LIKELIHOODS[codec.likelihood].expectation,
        levels,
        model.latent,
        about.shape,
        low,
        high,
        codec.source,
    )


def _without_variance(head: Layer, latent: int) -> Layer:
    """The head's log σ² are the lowest possible: a plain autoencoder does not train that half."""
    weight, bias = head.weight.copy(), head.bias.copy()
    weight[latent:], bias[latent:] = 0.0, LOGVAR_RANGE[0]
    return replace(head, weight=weight, bias=bias)


def _means(last: Layer) -> Layer:
    """The part of a mean-and-log-variance layer that outputs the means."""
    if last.flat:
        return linear(last.weight[::2], last.bias[::2])
    out = (1, *last.out_shape[1:])
    return replace(last, weight=f4(last.weight[:, :1]), bias=f4(last.bias[:1]), out_shape=out)


def _layers(modules: nn.Module, shape: Shape) -> tuple[Layer, ...]:
    """The layers of a sequence of modules; a relu joins the affine layer before it."""
    layers: list[Layer] = []
    for module in cast(Iterable[Any], modules):
        if isinstance(module, nn.ReLU):
            layers[-1] = replace(layers[-1], relu=True)
        elif isinstance(module, nn.Unflatten):
            shape = tuple(module.unflattened_size)
        elif isinstance(module, Affine):
            layers.append(_affine(module, shape))
            shape = layers[-1].out_shape
    return tuple(layers)


def _affine(module: Affine, shape: Shape) -> Layer:
    assert module.bias is not None
    if isinstance(module, nn.Linear):
        return linear(_array(module.weight), _array(module.bias))
    assert (module.kernel_size, module.stride, module.padding) == ((4, 4), (2, 2), (1, 1))
    _, h, w = shape
    up = isinstance(module, nn.ConvTranspose2d)
    out = (module.out_channels, *((2 * h, 2 * w) if up else (h // 2, w // 2)))
    return Layer(
        "deconv" if up else "conv", _array(module.weight), _array(module.bias), False, shape, out
    )


def _array(tensor: Tensor) -> Array:
    return f4(tensor.detach().numpy())
