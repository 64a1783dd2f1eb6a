"""The linear decoder's true posterior: p(z|x) = N(m, Λ⁻¹) with Λ = I + W'W / σ²; nats.

Tipping & Bishop 1999, "Probabilistic Principal Component Analysis", JRSS B 61(3). The linear VAE's
optimum (linear_vae.py) has orthogonal columns in W, so Λ is diagonal and a diagonal q is exact at
β = 1 (Lucas et al. 2019, arXiv:1911.02469). W R with a rotation R gives the same p(x), but a full
Λ. The best diagonal q then has the posterior's mean and the precisions Λ_jj, and its gap is
½ (Σ log Λ_jj − log det Λ).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.theory.gaussian_kl import LOG_2PI
from vaeviz.theory.linear_vae import LinearVAE
from vaeviz.theory.water_filling import Floats


@dataclass(frozen=True, eq=False)
class LinearDecoder:
    """p(x|z) = N(W z + mean, sigma2 I): W (D, d), mean (D,)."""

    W: Floats
    mean: Floats
    sigma2: float

    def precision(self, sigma2: float | None = None) -> Floats:
        """Λ (d, d), at another variance if one is given."""
        variance = self.sigma2 if sigma2 is None else sigma2
        return np.eye(self.W.shape[1]) + self.W.T @ self.W / variance

    def posterior_mean(self, x: Floats, sigma2: float | None = None) -> Floats:
        """The posterior's means (N, d) of examples (N, D)."""
        projected = (x - self.mean) @ self.W / (self.sigma2 if sigma2 is None else sigma2)  # (N, d)
        solved = np.linalg.solve(self.precision(sigma2), projected.T).T
        return np.asarray(solved, np.float64)

    def evidence(self, x: Floats) -> Floats:
        """log N(x; mean, W W' + sigma2 I), (N,), by the matrix inversion lemma."""
        off, n = x - self.mean, len(self.mean)
        M = self.precision()
        solved = np.linalg.solve(M, (off @ self.W).T).T / self.sigma2  # (N, d)
        square = ((off**2).sum(1) - (solved * (off @ self.W)).sum(1)) / self.sigma2
        return -0.5 * (n * (LOG_2PI + np.log(self.sigma2)) + np.linalg.slogdet(M)[1] + square)

    def log_joint(self, x: Floats, z: Floats) -> Floats:
        """log p(x, z) (..., S) of examples (..., D) at codes (..., S, d)."""
        (n, d), missed = self.W.shape, x[..., None, :] - self.mean - z @ self.W.T
        square = (missed**2).sum(-1) / self.sigma2 + (z**2).sum(-1)
        return -0.5 * (square + n * np.log(self.sigma2) + (n + d) * LOG_2PI)


def rotated(vae: LinearVAE, sigma2: float, degrees: float) -> LinearDecoder:
    """The optimum's W R: dimension j and d + 1 − j are turned into each other by an angle."""
    d = vae.W.shape[1]
    turn, c, s = np.eye(d), np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    for j in range(d // 2):
        k = d - 1 - j
        turn[[j, j, k, k], [j, k, j, k]] = c, -s, s, c
    return LinearDecoder(vae.W @ turn, vae.mean, sigma2)


def diagonal_gap(precision: Floats) -> float:
    """KL of the best diagonal q from N(m, Λ⁻¹): ½ (Σ log Λ_jj − log det Λ)."""
    return 0.5 * float(np.log(np.diag(precision)).sum() - np.linalg.slogdet(precision)[1])


def gaussian_gap(precision: Floats, off: Floats, variances: Floats) -> Floats:
    """KL(N(m + off, diag variances) ‖ N(m, Λ⁻¹)), (N,), for offsets (N, d)."""
    d = len(variances)
    trace, log_det = np.diag(precision) @ variances, np.linalg.slogdet(precision)[1]
    square = np.einsum("nj,jk,nk->n", off, precision, off)
    return 0.5 * (trace - d - log_det - np.log(variances).sum() + square)


def relative_variance(precision: Floats, off: Floats, variances: Floats) -> Floats:
    """Var w / E[w]² of w = p(x, z) / q(z|x), (N,), for q = N(m + off, diag variances).

    It is finite only if 2 Λ − Q, with q's precision Q, is positive definite; infinite otherwise.
    """
    Q = np.diag(1 / variances)
    A = 2 * precision - Q
    if np.linalg.eigvalsh(A)[0] <= 0:
        return np.full(len(off), np.inf)
    log_ratio = np.linalg.slogdet(precision)[1] - 0.5 * (
        np.linalg.slogdet(Q)[1] + np.linalg.slogdet(A)[1]
    )
    square = np.einsum("nj,jk,nk->n", off, Q + Q @ np.linalg.solve(A, Q), off)
    return np.expm1(log_ratio + 0.5 * square)
