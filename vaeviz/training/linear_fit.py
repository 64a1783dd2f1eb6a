"""A linear VAE trained by gradient descent on its exact J: all data at every step, no sampled z.

Lucas et al. 2019 (arXiv:1911.02469) train theirs so too, since for x|z ~ N(Wz + m, σ² I) and q(z|x)
= N(V(x - m), diag s) the expectation over q has a closed form. With the data's covariance S, τ =
βσ² and G = WᵀW, C = V S Vᵀ,

    E‖x - x̂‖² = tr S - 2 tr(W V S) + tr(G (C + diag s)),   KL_j = ½ (C_jj + s_j - log s_j - 1),
    L = ½ E‖x - x̂‖² + τ Σ KL_j,  so that  dL/dW = W (C + diag s) - S Vᵀ,
    dL/dV = (G + τ) V S - Wᵀ S,  dL/dlog s_j = ½ (s_j (G_jj + τ) - τ).

Dimensions find their directions slowly where eigenvalues are close and τ is small ("eventually":
Bao et al. 2020, arXiv:2007.06731). So τ falls in the first half of the steps, as in annealing (Rose
1998, "Deterministic annealing", Proc. IEEE 86(11)): dimensions become active one after another,
each along the strongest remaining direction. Adam has a short memory of squares (0.99) and a
falling rate. The weights start at random; no eigenvector is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vaeviz import data
from vaeviz.config import RunSettings
from vaeviz.models import linear
from vaeviz.models.linear import LinearVAE
from vaeviz.records import StepRecord
from vaeviz.theory import known_spectra
from vaeviz.theory.linear_vae import LOG_2PI
from vaeviz.training.divergence import Diverged
from vaeviz.training.loop import CHECK_EVERY

RATE = 0.3  # of Adam's first steps, with weights of size 1/√D
HELD, FALLS = (
    0.4,
    1 / 200,
)  # the share of the steps before the rate falls; its last share
BETAS = (0.9, 0.99)
FIRST, COMES_DOWN = (
    1 / 20,
    0.5,
)  # the first τ as a share of the total variance; the share of steps in which it falls


def examples(name: str, report: data.Report | None = None) -> NDArray[np.float32]:
    """Training examples (N, D) of a data set, or the points of a known spectrum."""
    if name in known_spectra.EIGENVALUES:
        return known_spectra.draw(name).astype(np.float32)
    return data.load(name, report).train


def start(x: NDArray[np.float32], run: RunSettings) -> LinearVAE:
    """An untrained model for examples (N, D), from the run's seed."""
    return linear.build(run, torch.tensor(x.mean(0)))


def fit(
    model: LinearVAE, x: NDArray[np.float32], run: RunSettings, every: int = 50
) -> Iterator[StepRecord]:
    """Train in place on examples (N, D); the exact record of every `every`-th and the last step."""
    S = _covariance(x)
    weights = [model.V, model.W, model.logvar]
    optimizer = torch.optim.Adam(weights, lr=_rate(0, run.steps, len(S)), betas=BETAS, fused=True)
    small, variance = S.float(), S.trace().item()
    for step in range(1, run.steps + 1):
        optimizer.param_groups[0]["lr"] = _rate(step, run.steps, len(S))
        _gradients(model, small, _level(step, run, variance))
        optimizer.step()
        if step % every == 0 or step == run.steps:
            yield _record(step, model, S, run)
        elif step % CHECK_EVERY == 0:
            _record(step, model, S, run)


def _covariance(x: NDArray[np.float32]) -> Tensor:
    """(D, D), float64, divided by N."""
    centred = torch.tensor(x, dtype=torch.float64)
    centred -= centred.mean(0)
    return centred.T @ centred / len(centred)


def _rate(step: int, steps: int, size: int) -> float:
    falling = max(0.0, (step / steps - HELD) / (1 - HELD))
    return RATE / math.sqrt(size) * FALLS**falling


def _level(step: int, run: RunSettings, variance: float) -> float:
    """τ at a step: log τ falls linearly to the run's; a larger one stays."""
    tau = run.beta * run.sigma2
    share = max(0.0, 1 - step / (COMES_DOWN * run.steps))
    return tau * max(1.0, FIRST * variance / tau) ** share


@torch.no_grad()
def _gradients(model: LinearVAE, S: Tensor, tau: float) -> None:
    """The gradients of L/τ, whose scale is the rate's."""
    V, W, s = model.V, model.W, model.logvar.exp()  # (d, D), (D, d), (d,)
    SV = S @ V.T  # (D, d)
    C, G = V @ SV, W.T @ W  # (d, d) each
    V.grad = (G @ SV.T - W.T @ S) / tau + SV.T
    W.grad = (W @ C + W * s - SV) / tau
    model.logvar.grad = 0.5 * (s * (G.diagonal() / tau + 1) - 1)


@torch.no_grad()
def _record(step: int, model: LinearVAE, S: Tensor, run: RunSettings) -> StepRecord:
    """Rate and distortion over all the data, in float64. Raises Diverged."""
    V, W, logvar = model.V.double(), model.W.double(), model.logvar.double()
    SV = S @ V.T  # (D, d)
    C, s = V @ SV, logvar.exp()
    kl = 0.5 * (C.diagonal() + s - logvar - 1)  # (d,)
    error = S.trace() - 2 * (W * SV).sum() + ((W.T @ W) * (C + s.diag())).sum()
    distortion = 0.5 * (len(S) * (LOG_2PI + math.log(run.sigma2)) + error.item() / run.sigma2)
    rate = kl.sum().item()
    objective = distortion + run.beta * rate
    if not math.isfinite(objective):
        raise Diverged(step, run)
    bound = -(distortion + rate)
    return StepRecord(step, run.beta, distortion, rate, kl.numpy(), bound, objective, run.sigma2)
