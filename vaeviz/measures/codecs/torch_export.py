"""The networks of trained models as plain arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn

from vaeviz.data.dataset import Source
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.measures.codecs.layers import f4, linear
from vaeviz.models.multi_rate import Affine as HeldLayer
from vaeviz.models.multi_rate import Held
from vaeviz.models.vae import LOGVAR_RANGE
from vaeviz.records import Array, Layer, Network
from vaeviz.records.network import Shape

if TYPE_CHECKING:
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec

Affine = nn.Linear | nn.Conv2d | nn.ConvTranspose2d


@torch.inference_mode()
def held(networks: Held, likelihood: str, d: int, about: Source, source: str) -> Network:
    """The networks of a multi-rate model at one (τ, d)."""
    low, high = about.value_range
    return Network(
        _mlp(networks.encoder),
        _mlp(networks.decoder),
        LIKELIHOODS[likelihood].expectation,
        networks.levels,
        d,
        about.shape,
        low,
        high,
        source,
    )


def _mlp(layers: Sequence[HeldLayer]) -> tuple[Layer, ...]:
    """All but the last with a relu."""
    last = len(layers) - 1
    return tuple(
        linear(_array(layer.weight), _array(layer.bias), relu=k < last)
        for k, layer in enumerate(layers)
    )


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
