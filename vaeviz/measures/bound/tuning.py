"""The best q of a family for one example, found by gradient: the decoder is fixed.

Cremer, Li & Duvenaud 2018 (arXiv:1801.03558), "Inference suboptimality in variational
autoencoders": with q* the best q of a family for this x, log p(x) − L[q*] is the approximation gap
and L[q*] − L[q] the amortization gap of the encoder's q. Gaussians are tuned with their means over
a few Gauss-Hermite nodes, so that the objective has no noise; a flow bends the tuned Gaussian, with
fresh draws at each step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from vaeviz.densities import LIKELIHOODS
from vaeviz.densities.likelihood import Likelihood
from vaeviz.measures.bound.joint import Joint
from vaeviz.measures.bound.true_posterior import quadrature
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.codecs.torch_codec import MultiRateCodec
from vaeviz.records import Array
from vaeviz.theory.gaussian_kl import LOG_2PI

NODES = 7  # of the quadrature while tuning, per dimension
STEPS, RATE = 150, 0.3  # of Adam, in deviations of the encoder's q
FLOW_STEPS, FLOW_RATE, FLOW_DRAWS = 300, 0.03, 128
JUDGED = 20_000  # draws of a flow's ELBO


@dataclass(frozen=True)
class Target:
    """log p(x, z) for torch, differentiable in z."""

    decode: Callable[[Tensor], Tensor]
    likelihood: Likelihood
    sigma2: float
    dtype: torch.dtype = torch.float32

    def log_joint(self, x: Tensor, z: Tensor) -> Tensor:
        """(N, S) of examples (N, D) at codes (N, S, d)."""
        n, s, d = z.shape
        outputs = self.decode(z.reshape(n * s, d)).reshape(n, s, x.shape[1], -1).squeeze(-1)
        fit = self.likelihood.log_prob(x[:, None], outputs, math.log(self.sigma2))
        return fit - 0.5 * ((z**2).sum(-1) + d * LOG_2PI)


def target(joint: Joint) -> Target:
    """The same decoder, without a gradient on its weights."""
    codec, likelihood = joint.codec, LIKELIHOODS[joint.codec.likelihood]
    if isinstance(codec, LinearCodec):
        exact = codec.solved(joint.tau, joint.d)
        W, mean = torch.from_numpy(exact.W.copy()), torch.from_numpy(exact.mean.copy())
        return Target(lambda z: z @ W.T + mean, likelihood, joint.sigma2, torch.float64)
    assert isinstance(codec, MultiRateCodec), "The bound shows no dedicated model"
    with torch.no_grad():
        return Target(codec.model.at(joint.tau, joint.d).decode, likelihood, joint.sigma2)


@dataclass(frozen=True, eq=False)
class Gaussians:
    """N(mean, root root') per example: mean (N, d), root (N, d, d), lower triangular."""

    mean: Tensor
    root: Tensor

    def codes(self, noise: Tensor) -> Tensor:
        """(N, S, d) of noise (S, d)."""
        return self.mean[:, None] + noise @ self.root.transpose(1, 2)

    def entropy(self) -> Tensor:
        """(N,) nats."""
        log_det = self.root.diagonal(dim1=1, dim2=2).log().sum(1)
        return log_det + 0.5 * self.mean.shape[1] * (1 + LOG_2PI)


def elbo(of: Target, x: Tensor, q: Gaussians, count: int) -> Tensor:
    """E_q log p(x, z) + the entropy of q, (N,), by quadrature with so many nodes per dimension."""
    nodes, weights = (torch.from_numpy(a).to(of.dtype) for a in quadrature(count, q.mean.shape[1]))
    return of.log_joint(x, q.codes(nodes)) @ weights + q.entropy()


def tuned(of: Target, x: Tensor, start: Gaussians, full: bool) -> Gaussians:
    """The q of the highest ELBO that Adam finds from `start`, for all examples at once."""
    scale = start.root.diagonal(dim1=1, dim2=2)  # (N, d)
    first = start.root / scale[:, :, None]  # 1 on the diagonal
    shift = torch.zeros_like(start.mean, requires_grad=True)
    stretch = torch.zeros_like(start.mean, requires_grad=True)
    slant = torch.zeros_like(start.root, requires_grad=full)

    def q() -> Gaussians:
        lower = (first + slant).tril(-1) + torch.diag_embed(stretch.exp())
        return Gaussians(start.mean + scale * shift, scale[:, :, None] * lower)

    free = [shift, stretch, slant] if full else [shift, stretch]
    adam = torch.optim.Adam(free, lr=RATE)
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(adam, STEPS)
    for _ in range(STEPS):
        adam.zero_grad()
        (-elbo(of, x, q(), NODES).sum()).backward()
        adam.step()
        slower.step()
    with torch.no_grad():
        return q()


def better(of: Target, x: Tensor, a: Gaussians, b: Gaussians, count: int) -> Gaussians:
    """Of each example the q with the higher ELBO, by a finer quadrature than that of the tuning."""
    with torch.no_grad():
        second = elbo(of, x, b, count) > elbo(of, x, a, count)  # (N,)
    mean = torch.where(second[:, None], b.mean, a.mean)
    return Gaussians(mean, torch.where(second[:, None, None], b.root, a.root))


def encoded(joint: Joint, x: Array, dtype: torch.dtype) -> Gaussians:
    """The encoder's q of examples (N, D)."""
    mu, logvar = joint.codec.encode(x, joint.tau, joint.d)
    sigma = torch.from_numpy(np.exp(0.5 * logvar.astype(np.float64))).to(dtype)
    return Gaussians(torch.from_numpy(mu.astype(np.float64)).to(dtype), torch.diag_embed(sigma))


def bent(of: Target, x: Tensor, base: Gaussians, flow: nn.Module, seed: int) -> None:
    """Trains a flow from noise to noise, which `base` then places: z = m + L f(ε), for one x."""
    generator = torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(flow.parameters(), lr=FLOW_RATE)
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(adam, FLOW_STEPS)
    for _ in range(FLOW_STEPS):
        noise = torch.randn(FLOW_DRAWS, base.mean.shape[1], generator=generator, dtype=of.dtype)
        adam.zero_grad()
        (-flow_terms(of, x, base, flow, noise).mean()).backward()
        nn.utils.clip_grad_norm_(flow.parameters(), 10.0)
        adam.step()
        slower.step()


def flow_terms(of: Target, x: Tensor, base: Gaussians, flow: nn.Module, noise: Tensor) -> Tensor:
    """log p(x, z) − log q(z) (S,) at z = m + L f(ε): its mean is the flow's ELBO."""
    log_noise = -0.5 * (noise**2 + LOG_2PI).sum(1)
    bent_noise, log_det = flow(noise)
    z = base.codes(bent_noise)  # (1, S, d)
    log_q = log_noise - log_det - base.root.diagonal(dim1=1, dim2=2).log().sum()
    return of.log_joint(x, z)[0] - log_q
