"""Runs an exported network in NumPy: the reference for the browser's network.js, and its message.

Equations: vaeviz/records/network.py. Convolutions as in torch (Conv2d, ConvTranspose2d; 4 x 4,
stride 2, padding 1): y[o, r, c] = Σ_{i,u,v} w[o, i, u, v] x[i, 2r + u - 1, 2c + v - 1], and its
transpose.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.densities import LIKELIHOODS
from vaeviz.records import Array, Layer, Network

LOGVAR_RANGE = (-20.0, 10.0)  # as vaeviz.models.vae; a multi-rate model stays inside
TAPS = [(u, v) for u in range(4) for v in range(4)]


def encode(network: Network, x: Array) -> tuple[Array, Array]:
    """Posterior mean and log variance (N, d) of examples (N, D)."""
    mu, logvar = np.split(run(network.encoder, x), 2, axis=1)  # (N, d) each
    return mu, logvar.clip(*LOGVAR_RANGE)


def decode(network: Network, z: Array) -> Array:
    """The expected data (N, D) of codes (N, d)."""
    out = run(network.decoder, z)  # (N, D · K)
    return LIKELIHOODS[network.output].expected(_per_pixel(network, out))


def run(layers: tuple[Layer, ...], x: Array) -> Array:
    """The flat outputs (N, out) of inputs (N, in), in float32."""
    h = np.asarray(x, np.float32)
    for layer in layers:
        h = _apply(layer, h)
    return h


def header(network: Network) -> dict[str, Any]:
    """The network as in the header of a message; live/nets/network.js reads it."""
    return {
        "encoder": [_layer(layer) for layer in network.encoder],
        "decoder": [_layer(layer) for layer in network.decoder],
        "output": network.output,
        "levels": network.levels,
        "latent": network.latent,
        "shape": list(network.shape),
        "low": network.low,
        "high": network.high,
        "source": network.source,
    }


def _layer(layer: Layer) -> dict[str, Any]:
    described = {"kind": layer.kind, "weight": layer.weight, "bias": layer.bias, "relu": layer.relu}
    return described | {"shape": list(layer.out_shape)}


def _apply(layer: Layer, h: Array) -> Array:
    """One layer on flat inputs (N, in) -> (N, out)."""
    out = _LINEAR[layer.kind](layer, h.reshape(len(h), *layer.in_shape))  # (N, C, ...)
    out += layer.bias.reshape(-1, *(1,) * (len(layer.out_shape) - 1))
    return (np.maximum(out, 0) if layer.relu else out).reshape(len(h), -1)


def _linear(layer: Layer, x: Array) -> Array:
    return x @ layer.weight.T


def _conv(layer: Layer, x: Array) -> Array:
    """(N, c_in, 2h, 2w) -> (N, c_out, h, w): one matrix product per tap of the kernel."""
    _, h, w = layer.out_shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    out = np.zeros((len(x), *layer.out_shape), np.float32)
    for u, v in TAPS:
        strided = padded[:, :, u : u + 2 * h : 2, v : v + 2 * w : 2]  # (N, c_in, h, w)
        out += np.einsum("oi,nirc->norc", layer.weight[:, :, u, v], strided, optimize=True)
    return out


def _deconv(layer: Layer, x: Array) -> Array:
    """(N, c_in, h, w) -> (N, c_out, 2h, 2w): each input adds its 4 x 4 patch; cuts the margin."""
    _, _, h, w = x.shape
    padded = np.zeros((len(x), layer.out_shape[0], 2 * h + 2, 2 * w + 2), np.float32)
    for u, v in TAPS:
        patch = np.einsum("io,nirc->norc", layer.weight[:, :, u, v], x, optimize=True)
        padded[:, :, u : u + 2 * h : 2, v : v + 2 * w : 2] += patch
    return padded[:, :, 1:-1, 1:-1].copy()


_LINEAR = {"linear": _linear, "conv": _conv, "deconv": _deconv}


def _per_pixel(network: Network, out: Array) -> Array:
    """The outputs of each pixel side by side: (N, D · K) -> (N, D, K), or (N, D) for K = 1."""
    k = network.levels
    if k == 1:
        return out
    planes = not network.decoder[-1].flat
    return out.reshape(len(out), k, -1).swapaxes(1, 2) if planes else out.reshape(len(out), -1, k)
