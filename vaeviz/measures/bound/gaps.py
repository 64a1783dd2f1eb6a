"""Approximation and amortization gaps of examples, and kinds of q for one of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from vaeviz.measures.bound.joint import Joint
from vaeviz.measures.bound.planar import PlanarFlow
from vaeviz.measures.bound.spline import SplineFlow
from vaeviz.measures.bound.true_posterior import points, true_posterior
from vaeviz.measures.bound.tuning import (
    JUDGED,
    Gaussians,
    Target,
    bent,
    better,
    elbo,
    encoded,
    flow_terms,
    target,
    tuned,
)
from vaeviz.records import Array
from vaeviz.records.gaps import TITLES, Gaps, Kind
from vaeviz.records.true_posterior import PosteriorGrid

FINE = 40  # nodes per dimension of the ELBOs that are shown
PLANAR_LAYERS, SPLINE_LAYERS = 12, 2
CIRCLE = np.exp(1j * np.linspace(0, 2 * np.pi, 97)).view(np.float64).reshape(-1, 2)  # (97, 2)


@dataclass(frozen=True, eq=False)
class Tuned:
    """The Gaussian kinds for one example (D,), and the last of them for flows to bend."""

    x: torch.Tensor
    of: Target
    kinds: dict[str, Kind]
    base: Gaussians


def gaps(joint: Joint, x: Array) -> Gaps:
    """The gaps of examples (N, D) at two dimensions."""
    of = target(joint)
    data = torch.from_numpy(x).to(of.dtype)
    grids = [true_posterior(joint, one) for one in x]
    three = _gaussians(of, joint, x, data, grids)
    with torch.no_grad():
        bounds = [elbo(of, data, q, FINE).double().numpy() for q in three]
    return Gaps(np.array([grid.evidence for grid in grids]), *bounds)


def _gaussians(
    of: Target, joint: Joint, x: Array, data: torch.Tensor, grids: list[PosteriorGrid]
) -> tuple[Gaussians, ...]:
    """The encoder's q, the best diagonal one, the best one with a full covariance.

    A gradient finds the best q near its beginning, so it begins twice: at the encoder's q, and at
    the mean and the deviations of the true posterior.
    """
    encoder = encoded(joint, x, of.dtype)
    starts = encoder, _moments(grids, of.dtype)
    diagonal = encoder
    for start in starts:
        diagonal = better(of, data, diagonal, tuned(of, data, start, False), FINE)
    full = better(of, data, diagonal, tuned(of, data, diagonal, True), FINE)
    return encoder, diagonal, full


def _moments(grids: list[PosteriorGrid], dtype: torch.dtype) -> Gaussians:
    means, deviations = [], []
    for grid in grids:
        z, mass = points(grid.u, grid.v), grid.density.ravel() * grid.cell
        means.append(mass @ z)
        deviations.append(np.sqrt(mass @ (z - means[-1]) ** 2))
    sigma = torch.from_numpy(np.array(deviations)).to(dtype)
    return Gaussians(torch.from_numpy(np.array(means)).to(dtype), torch.diag_embed(sigma))


def gaussian_kinds(joint: Joint, x: Array) -> Tuned:
    """The encoder's q and the tuned Gaussians for one example (D,)."""
    of = target(joint)
    data = torch.from_numpy(x[None]).to(of.dtype)
    three = _gaussians(of, joint, x[None], data, [true_posterior(joint, x)])
    made = {
        name: _gaussian_kind(of, data, name, q)
        for name, q in zip(("encoder", "diagonal", "full"), three, strict=True)
    }
    return Tuned(data, of, made, three[-1])


def flow_kind(tuned: Tuned, name: str, seed: int) -> Kind:
    """The flow of this name, trained from the full Gaussian on; that Gaussian, should the training
    have spoilt it.
    """
    start, base, of = tuned.kinds["full"], tuned.base, tuned.of
    flow = FLOWS[name](base.mean.shape[1], seed).to(of.dtype)
    bent(of, tuned.x, base, flow, seed)
    generator = torch.Generator().manual_seed(seed + 1)
    noise = torch.randn(JUDGED, base.mean.shape[1], generator=generator, dtype=of.dtype)
    with torch.no_grad():
        terms = flow_terms(of, tuned.x, base, flow, noise).double().numpy()
        circles = [torch.from_numpy(k * CIRCLE).to(of.dtype) for k in (1, 2)]
        rings = tuple(base.codes(flow(ring)[0])[0].double().numpy() for ring in circles)
    bound, error = float(terms.mean()), float(terms.std(ddof=1)) / math.sqrt(len(terms))
    if bound < start.elbo:
        return Kind(TITLES[name], start.elbo, error, start.curves)
    return Kind(TITLES[name], bound, error, rings)


FLOWS: dict[str, Callable[[int, int], nn.Module]] = {
    "planar": lambda d, seed: PlanarFlow(d, PLANAR_LAYERS, seed),
    "spline": lambda d, seed: SplineFlow(d, SPLINE_LAYERS, seed),
}


def _gaussian_kind(of: Target, x: torch.Tensor, name: str, q: Gaussians) -> Kind:
    with torch.no_grad():
        bound = float(elbo(of, x, q, FINE)[0])
    root, mean = q.root[0].double().numpy(), q.mean[0].double().numpy()
    rings = tuple(mean + k * CIRCLE @ root.T for k in (1, 2))
    return Kind(TITLES[name], bound, 0.0, rings)
