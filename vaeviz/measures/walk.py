"""One training step of a trained network on one example: forward by its layers, backward by torch.

The order is that of Kingma & Welling 2014 (arXiv:1312.6114), section 2.4: encode, draw ε, place
z = μ + σε, decode, add the KL. In float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vaeviz.densities import LIKELIHOODS, Likelihood, gaussian
from vaeviz.models.vae import LOGVAR_RANGE
from vaeviz.records import Array, Layer, Network
from vaeviz.records.walk import Walk


def walk(
    network: Network,
    likelihood: str,
    x: Array,
    moves: tuple[Array, Array],
    noise: Array,
    beta: float,
    sigma2: float,
) -> Walk:
    """The step on x (D,) with noise ε (d,); `moves` (d,) each are added to μ and log σ², as if the
    encoder had answered so. ValueError for a network with convolutions.
    """
    p, target = LIKELIHOODS[likelihood], _tensor(x)[None]
    mu, logvar = _layers(network.encoder, target).chunk(2, -1)
    mu = (mu + _tensor(moves[0])).detach().requires_grad_()  # (1, d)
    logvar = logvar.clamp(*LOGVAR_RANGE) + _tensor(moves[1])
    logvar = logvar.detach().requires_grad_()
    decode = partial(_decoded, network)
    made = step(p, decode, target, (mu, logvar), _tensor(noise)[None], beta, sigma2)
    return Walk(
        x=x,
        mu=_array(mu),
        logvar=_array(logvar),
        noise=noise,
        z=_array(made.z),
        mean=_array(p.mean(made.outputs)),
        nll=made.nll.item(),
        kl=_array(made.kl),
        beta=beta,
        nll_d_mu=_array(made.through_z[0]),
        nll_d_logvar=_array(made.through_z[1]),
        kl_d_mu=_array(made.direct[0]),
        kl_d_logvar=_array(made.direct[1]),
        encoder=_sizes(network.encoder),
        decoder=_sizes(network.decoder),
        source=network.source,
    )


class Step(NamedTuple):
    """z (1, d), the decoder's outputs, −log p(x|z), KL (1, d), and the gradients on μ and log σ²:
    of −log p through z, and of β KL.
    """

    z: Tensor
    outputs: Tensor
    nll: Tensor
    kl: Tensor
    through_z: tuple[Tensor, ...]
    direct: tuple[Tensor, ...]


def step(
    p: Likelihood,
    decode: Callable[[Tensor], Tensor],
    x: Tensor,
    q: tuple[Tensor, Tensor],
    noise: Tensor,
    beta: float,
    sigma2: float,
) -> Step:
    """From q = (μ, log σ²) to J, and back."""
    mu, logvar = q
    z = gaussian.sample(mu, logvar, noise)
    outputs = decode(z)
    nll = -p.log_prob(x, outputs, math.log(sigma2)).sum()
    kl = gaussian.kl_to_standard_normal(mu, logvar)
    through_z = torch.autograd.grad(nll, q)
    direct = torch.autograd.grad(beta * kl.sum(), q)
    return Step(z, outputs, nll, kl, through_z, direct)


def _decoded(network: Network, z: Tensor) -> Tensor:
    """(1, D), or (1, D, K) if categorical."""
    outputs = _layers(network.decoder, z)
    return outputs if network.levels == 1 else outputs.unflatten(-1, (-1, network.levels))


def _layers(layers: Sequence[Layer], h: Tensor) -> Tensor:
    """(1, in) through all layers."""
    for layer in layers:
        if not layer.flat:
            raise ValueError("the walk is for networks of matrix products")
        h = F.linear(h, _tensor(layer.weight), _tensor(layer.bias))
        h = F.relu(h) if layer.relu else h
    return h


def _sizes(layers: Sequence[Layer]) -> tuple[int, ...]:
    return tuple(int(np.prod(layer.out_shape)) for layer in layers)


def _tensor(values: Array) -> Tensor:
    return torch.from_numpy(np.asarray(values, np.float64))


def _array(values: Tensor) -> Array:
    return values.detach()[0].numpy()
