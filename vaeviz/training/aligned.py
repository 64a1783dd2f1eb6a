"""The latent dimensions of a multi-rate model, numbered by the data's principal components.

A permutation of a VAE's latent dimensions, and a change of their signs, is another VAE with the
same outputs and the same KL: prior and posteriors are diagonal. So dimension j of every group of
sizes can be the one that says most of what principal component j says, and keeps its identity when
d changes. Nothing is trained towards that: whether dimension j dies near λ_j is still a question.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from torch import Tensor, nn

from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Array

MOST = 2000  # examples whose codes are compared
SPREAD = 1e-3  # a code of a smaller deviation says nothing


@torch.no_grad()
def align(model: MultiRateVAE, x: Tensor, axes: Array) -> MultiRateVAE:
    """`model`, its dimensions renumbered in place after codes of examples (N, D) and the principal
    axes (D, k), at all knots together.

    In a group of sizes the dimensions that not all of them have keep their place, and get a sign.
    """
    x = x[:MOST]
    scores: Array = (x.numpy() - x.numpy().mean(0)) @ axes[:, : model.max_latent]  # (N, k)
    for group, (low, high) in enumerate(model.groups):
        _reorder(model, group, *matched(_alike(model, x, scores, low)))
        signs = np.where(_alike(model, x, scores, high).diagonal() < 0, -1, 1).astype(np.float32)
        _reorder(model, group, np.arange(len(signs)), signs)
    return model


def _alike(model: MultiRateVAE, x: Tensor, scores: Array, d: int) -> Array:
    """The correlation of the first scores with d codes, summed over the knots: (min(d, k), d)."""
    codes = (model.at(tau, d).encode(x)[0].numpy() for tau in model.log_taus.exp().tolist())
    return np.sum([correlation(scores[:, :d], mu) for mu in codes], axis=0)


def matched(alike: Array) -> tuple[NDArray[np.intp], Array]:
    """The order of d dimensions and their signs, by how alike they are to k <= d references, (k,
    d); those that are matched with none come last.
    """
    rows, columns = linear_sum_assignment(-np.abs(alike))
    order = np.concatenate([columns, np.setdiff1d(np.arange(alike.shape[1]), columns)])
    signs = np.ones(len(order), np.float32)
    signs[: len(rows)] = np.where(alike[rows, columns] < 0, -1, 1)
    return order, signs


def correlation(a: Array, b: Array) -> Array:
    """Of each column of (N, k) with each of (N, d), (k, d); 0 for one that does not vary."""
    a, b = (v - v.mean(0, dtype=np.float64) for v in (a, b))
    deviations = np.outer(a.std(0), b.std(0))
    varies = np.outer(a.std(0) > SPREAD, b.std(0) > SPREAD)
    return np.where(varies, a.T @ b / len(a) / np.where(varies, deviations, 1), 0.0)


def _reorder(model: MultiRateVAE, group: int, order: NDArray[np.intp], signs: Array) -> None:
    """Dimension k of the group becomes the present order[k], times signs[k]; the others stay."""
    n, latent = len(order), model.max_latent
    index, sign = torch.arange(latent), torch.ones(latent)
    index[:n], sign[:n] = torch.from_numpy(order.astype(np.int64)), torch.from_numpy(signs)
    head, first = model.encoder[-1], model.decoder[0]
    rows, both = torch.cat([index, index + latent]), torch.cat([sign, torch.ones(latent)])
    weight, bias = _parameter(head, "weight"), _parameter(head, "bias")
    weight[:, group] = weight[:, group, rows] * both[:, None]
    bias[:, group] = bias[:, group, rows] * both
    reads = _parameter(first, "weight")
    reads[:, group] = reads[:, group][..., index] * sign


def _parameter(layer: nn.Module, name: str) -> Tensor:
    return layer.get_parameter(name)
